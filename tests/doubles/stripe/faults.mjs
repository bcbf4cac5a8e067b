// What goes wrong on demand. A fault waits for calls that fit (`method`, `path` as a beginning) and
// befalls so many of them (`times`):
//   delay_ms       the answer takes that long
//   drop           the connection breaks instead of an answer
//   status, error  it is answered with a failure; 429 and 500 have words of their own
//   acted          what was asked for has been done all the same, and a delay comes after it
//   stored         and the failure is what the idempotency key is answered with from now on
import { Refusal } from './errors.mjs';

const words = {
    429: {
        code: 'rate_limit',
        message: 'Request rate limit exceeded.',
        type: 'invalid_request_error',
    },
    500: { message: 'An unknown error occurred.', type: 'api_error' },
};

export class Faults {
    #waiting = [];

    plan(fault) {
        this.#waiting.push({ times: 1, method: '', path: '', ...fault });
    }

    clear() {
        this.#waiting = [];
    }

    take(method, path) {
        const found = this.#waiting.find(
            (one) => (!one.method || one.method === method) && path.startsWith(one.path),
        );
        if (!found) return {};
        if (--found.times === 0) this.#waiting.splice(this.#waiting.indexOf(found), 1);
        return found;
    }
}

export function planned_refusal({ status, error }) {
    const fallback = { message: `Failing on purpose with ${status}.`, type: 'api_error' };
    return new Refusal(status, { ...(words[status] ?? fallback), ...error });
}
