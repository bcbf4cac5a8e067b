// Charges of cards, refunds and disputes.

// Why the bank would decline a card now; nothing when it would not.
import { cards } from './cards.mjs';
import { card_declined, invalid } from './errors.mjs';
import { by, page, paging } from './lists.mjs';
import { absent, integer, metadata, one_of, text } from './parameters.mjs';
import { charge_of, dispute_of, intent_of, refund_of } from './payment_objects.mjs';

export const refusal_of = (method) => (method ? cards[method._number].declines : 'generic_decline');

// Charges a card: { amount, currency, customer, method, invoice, description, metadata,
// transfer_group, setup, declines, later }. The payment intent: it succeeded, has a
// last_payment_error, or (later) waits for the bank.
export function pay(account, order) {
    const declines = order.declines ?? refusal_of(order.method);
    const intent = account.add(intent_of(account, order, declines), 'payment_intent.created');
    if (order.later) {
        return account.change(
            intent,
            { amount_received: 0, status: 'processing' },
            'payment_intent.processing',
        );
    }
    const charge = account.add(
        charge_of(account, order, intent, declines),
        declines ? 'charge.failed' : 'charge.succeeded',
    );
    account.change(intent, { latest_charge: charge.id });
    account.emit(declines ? 'payment_intent.payment_failed' : 'payment_intent.succeeded', intent);
    return intent;
}

export function settle_later(account, intent, succeeds) {
    const declines = succeeds ? null : 'generic_decline';
    const order = { ...intent, method: account.find('payment_method', intent.payment_method) };
    const charge = account.add(
        charge_of(account, order, intent, declines),
        declines ? 'charge.failed' : 'charge.succeeded',
    );
    account.change(intent, {
        amount_received: succeeds ? intent.amount : 0,
        last_payment_error: declines ? card_declined(declines).error : null,
        latest_charge: charge.id,
        status: succeeds ? 'succeeded' : 'requires_payment_method',
    });
    account.emit(succeeds ? 'payment_intent.succeeded' : 'payment_intent.payment_failed', intent);
}

function charge_to_refund(account, { charge, payment_intent }) {
    if (charge) return account.find('charge', charge, 'charge');
    if (!payment_intent) throw absent('payment_intent or charge');
    const intent = account.find('payment_intent', payment_intent, 'payment_intent');
    if (intent.status === 'succeeded') return account.find('charge', intent.latest_charge);
    throw invalid('This PaymentIntent does not have a successful charge to refund.', {
        param: 'payment_intent',
    });
}

function refund(account, params) {
    const charge = charge_to_refund(account, params);
    const left = charge.amount - charge.amount_refunded;
    if (left === 0) {
        throw invalid(`Charge ${charge.id} has already been refunded.`, {
            code: 'charge_already_refunded',
        });
    }
    if (!charge.paid) throw invalid(`Charge ${charge.id} was not paid.`, { param: 'charge' });
    const amount = params.amount ?? left;
    if (amount > left) {
        throw invalid(
            `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
            {
                param: 'amount',
            },
        );
    }
    const made = account.add(refund_of(account, charge, amount, params));
    const total = charge.amount_refunded + amount;
    account.change(
        charge,
        { amount_refunded: total, refunded: total === charge.amount },
        'charge.refunded',
    );
    account.emit('refund.created', made);
    return made;
}

// A customer's bank takes a payment back, or (`won`, `lost`) has decided about it.
export function dispute(account, charge_id, status = 'needs_response') {
    const charge = account.find('charge', charge_id);
    const open = account.all('dispute').find((one) => one.charge === charge_id);
    if (open) {
        const over = status === 'won' || status === 'lost';
        return account.change(
            open,
            { status },
            over ? 'charge.dispute.closed' : 'charge.dispute.updated',
        );
    }
    account.change(charge, { disputed: true });
    const made = account.add(dispute_of(account, charge, status), 'charge.dispute.created');
    account.emit('charge.dispute.funds_withdrawn', made);
    return made;
}

const lists = [
    ['refund', '/v1/refunds', ['charge', 'payment_intent']],
    ['charge', '/v1/charges', ['customer', 'payment_intent']],
    ['payment_intent', '/v1/payment_intents', ['customer']],
    ['invoice_payment', '/v1/invoice_payments', ['invoice', 'status']],
];

export const routes = [
    [
        'POST',
        '/v1/refunds',
        {
            amount: integer(1),
            charge: text,
            metadata,
            payment_intent: text,
            reason: one_of('duplicate', 'fraudulent', 'requested_by_customer'),
        },
        refund,
    ],
    ...lists.flatMap(([kind, path, fields]) => [
        [
            'GET',
            path,
            { ...paging, ...Object.fromEntries(fields.map((field) => [field, text])) },
            listing(kind, path, fields),
        ],
        ['GET', `${path}/:id`, {}, (account, _params, id) => account.find(kind, id)],
    ]),
];

function listing(kind, path, fields) {
    return (account, params, _id, version) =>
        page(account, kind, params, path, by(params, ...fields), version);
}
