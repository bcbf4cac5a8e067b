// What Stripe says when it declines: an HTTP status and an `error` object.

export class Refusal extends Error {
    constructor(status, error) {
        super(error.message);
        this.status = status;
        this.error = error;
    }
}

export function invalid(message, more = {}) {
    return new Refusal(400, { message, type: 'invalid_request_error', ...more });
}

export function missing(what, id, param = 'id') {
    return new Refusal(404, {
        code: 'resource_missing',
        doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
        message: `No such ${what}: '${id}'`,
        param,
        type: 'invalid_request_error',
    });
}

export function card_declined(decline_code, more = {}) {
    const message =
        decline_code === 'insufficient_funds'
            ? 'Your card has insufficient funds.'
            : 'Your card was declined.';
    return new Refusal(402, {
        code: 'card_declined',
        decline_code,
        message,
        type: 'card_error',
        ...more,
    });
}
