// Invoices of subscriptions: made, charged, paid.
import { blank_invoice, line_of } from './billing_objects.mjs';
import { invalid } from './errors.mjs';

import { by, page, paging } from './lists.mjs';
import { one_of, text } from './parameters.mjs';
import { pay, refusal_of } from './payments.mjs';
import { list } from './shapes.mjs';
import { new_id } from './store.mjs';

const day = 86400;
const pauses = [3 * day, 5 * day, 7 * day]; // between attempts to charge; then it is given up

export const subscription_of = (account, invoice) =>
    account.find('subscription', invoice.parent.subscription_details.subscription);

// What a customer owes for a subscription; not charged yet. Less than nothing becomes credit, which
// is used before the card is.
export function bill(account, subscription, lines, reason) {
    const customer = account.find('customer', subscription.customer);
    const id = new_id('in');
    const total = lines.reduce((sum, line) => sum + line.amount, 0);
    const due = Math.max(0, total + customer.balance);
    const rows = lines.map((line) => line_of(account, subscription, id, line));
    const invoice = account.add(
        {
            ...blank_invoice(account, customer, subscription),
            id,
            billing_reason: reason,
            total,
            subtotal: total,
            subtotal_excluding_tax: total,
            total_excluding_tax: total,
            amount_due: due,
            amount_remaining: due,
            starting_balance: customer.balance,
            lines: list(rows, `/v1/invoices/${id}/lines`),
        },
        'invoice.created',
    );
    account.change(
        customer,
        {
            balance: total + customer.balance - due,
            next_invoice_sequence: customer.next_invoice_sequence + 1,
        },
        total < 0 || customer.balance ? 'customer.updated' : '',
    );
    account.change(subscription, { latest_invoice: id });
    finalize(account, invoice, customer);
    return invoice;
}

function finalize(account, invoice, customer) {
    const sequence = String(customer.next_invoice_sequence - 1).padStart(4, '0');
    account.change(
        invoice,
        {
            auto_advance: true,
            effective_at: account.now(),
            ending_balance: customer.balance,
            number: `${customer.invoice_prefix}-${sequence}`,
            status: 'open',
            status_transitions: { ...invoice.status_transitions, finalized_at: account.now() },
        },
        'invoice.finalized',
    );
}

// Why charging a subscription would fail now. `_fails` counts the charges that are to fail whatever
// the card; -1 is all of them.
export function would_fail(account, subscription) {
    if (subscription._fails) return 'generic_decline';
    const id = subscription.default_payment_method;
    return refusal_of(id ? account.find('payment_method', id) : null);
}

// Charges an open invoice once; whether it is paid now.
export function attempt(account, invoice) {
    if (invoice.amount_remaining === 0) return settle(account, invoice);
    const subscription = subscription_of(account, invoice);
    const declines = would_fail(account, subscription);
    if (subscription._fails > 0) account.change(subscription, { _fails: subscription._fails - 1 });
    const method = subscription.default_payment_method;
    const intent = pay(account, {
        amount: invoice.amount_remaining,
        currency: invoice.currency,
        customer: invoice.customer,
        method: method ? account.find('payment_method', method) : null,
        invoice: invoice.id,
        description: `Invoice ${invoice.number}`,
        declines,
    });
    account.change(invoice, { _payment_intent: intent.id, _charge: intent.latest_charge });
    return declines ? put_off(account, invoice) : settle(account, invoice, intent);
}

function settle(account, invoice, intent = null) {
    if (intent) note_payment(account, invoice, intent);
    account.change(invoice, {
        amount_paid: invoice.amount_due,
        amount_remaining: 0,
        attempt_count: invoice.attempt_count + (intent ? 1 : 0),
        attempted: true,
        auto_advance: false,
        next_payment_attempt: null,
        status: 'paid',
        status_transitions: { ...invoice.status_transitions, paid_at: account.now() },
    });
    account.emit('invoice.paid', invoice);
    account.emit('invoice.payment_succeeded', invoice);
    return true;
}

function note_payment(account, invoice, intent) {
    account.add({
        id: new_id('inpay'),
        object: 'invoice_payment',
        amount_paid: intent.amount,
        amount_requested: intent.amount,
        created: account.now(),
        currency: invoice.currency,
        invoice: invoice.id,
        is_default: true,
        livemode: false,
        payment: { payment_intent: intent.id, type: 'payment_intent' },
        status: 'paid',
        status_transitions: { canceled_at: null, paid_at: account.now() },
    });
}

function put_off(account, invoice) {
    const count = invoice.attempt_count + 1;
    const pause = pauses[count - 1];
    account.change(invoice, {
        attempt_count: count,
        attempted: true,
        next_payment_attempt: pause ? account.now() + pause : null,
    });
    account.emit('invoice.payment_failed', invoice);
    return false;
}

// Nobody will pay it any more.
export function give_up(account, invoice, status = 'void') {
    const at = status === 'void' ? 'voided_at' : 'marked_uncollectible_at';
    account.change(invoice, {
        auto_advance: false,
        next_payment_attempt: null,
        status,
        status_transitions: { ...invoice.status_transitions, [at]: account.now() },
    });
    account.emit(status === 'void' ? 'invoice.voided' : 'invoice.marked_uncollectible', invoice);
}

export const open_invoices = (account, subscription) =>
    account
        .all('invoice')
        .filter(
            (one) =>
                one.status === 'open' &&
                one.parent.subscription_details.subscription === subscription.id,
        );

function list_invoices(account, params, _id, version) {
    const same = by(params, 'customer', 'status', 'collection_method');
    const accepts = (one) =>
        same(one) &&
        (!params.subscription ||
            one.parent.subscription_details.subscription === params.subscription);
    return page(account, 'invoice', params, '/v1/invoices', accepts, version);
}

export function check_open(invoice) {
    if (invoice.status === 'open') return;
    throw invalid(`Invoice is ${invoice.status}.`, {
        code: 'invoice_not_editable',
        param: 'invoice',
    });
}

export const routes = [
    [
        'GET',
        '/v1/invoices',
        {
            ...paging,
            collection_method: text,
            customer: text,
            status: one_of('draft', 'open', 'paid', 'uncollectible', 'void'),
            subscription: text,
        },
        list_invoices,
    ],
    ['GET', '/v1/invoices/:id', {}, (account, _params, id) => account.find('invoice', id)],
];
