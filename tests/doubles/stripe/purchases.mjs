// What comes of a checkout session: it is paid, refused, or expires.
import { attach_card, card_of } from './cards.mjs';
import { add_customer } from './customers.mjs';
import { card_declined, invalid } from './errors.mjs';
import { details_of } from './payment_objects.mjs';
import { pay, settle_later } from './payments.mjs';
import { start } from './subscriptions.mjs';

export function check_open(account, session) {
    if (session.status === 'open' && session.expires_at <= account.wall()) close(account, session);
    if (session.status === 'open') return;
    throw invalid(`This Checkout Session has a status of ${session.status}.`, {
        code: 'checkout_session_not_open',
    });
}

// Somebody pays with a card (its number), or `later` by their bank. Throws when it is declined, and
// the session stays open.
export function complete(
    account,
    session,
    { number = '4242424242424242', email, later = false } = {},
) {
    check_open(account, session);
    const card = card_of(number);
    const free = session.amount_total === 0;
    if (card.declines && !(free && card.attaches)) decline(account, session, number, card.declines);
    const address = email || session.customer_email || 'newcomer@example.com';
    const customer = customer_of(account, session, address);
    const method = attach_card(account, customer, number, { email: customer?.email ?? address });
    const made =
        session.mode === 'subscription'
            ? subscribe(account, session, customer, method)
            : sell(account, session, customer, method, later);
    account.change(session, {
        ...made,
        customer: customer?.id ?? null,
        customer_details: details_of(customer, address),
        status: 'complete',
    });
    account.emit('checkout.session.completed', session);
    return session;
}

function decline(account, session, number, reason) {
    if (session.amount_total > 0) {
        const method = attach_card(account, null, number);
        pay(account, {
            amount: session.amount_total,
            currency: session.currency,
            customer: session.customer,
            method,
        });
    }
    throw card_declined(reason);
}

function customer_of(account, session, email) {
    if (session.customer) return account.find('customer', session.customer, 'customer');
    return session.customer_creation === 'always' ? add_customer(account, { email }) : null;
}

function subscribe(account, session, customer, method) {
    const wanted = session._subscription;
    const skips = session.payment_method_collection === 'if_required' && session.amount_total === 0;
    const subscription = start(account, {
        customer,
        description: wanted.description,
        goods: session._lines.map((line) => ({ price: line.price.id, quantity: line.quantity })),
        metadata: wanted.metadata,
        method: skips ? null : method,
        missing_method: wanted.trial_settings?.end_behavior.missing_payment_method,
        trial_days: wanted.trial_period_days,
        trial_end: wanted.trial_end,
    });
    return {
        invoice: subscription.latest_invoice,
        payment_status: session.amount_total === 0 ? 'no_payment_required' : 'paid',
        subscription: subscription.id,
    };
}

function sell(account, session, customer, method, later) {
    const { description, metadata: words, transfer_group, setup_future_usage } = session._intent;
    const order = {
        amount: session.amount_total,
        currency: session.currency,
        customer: customer?.id ?? null,
        description,
        later,
        metadata: words,
        method,
        setup: setup_future_usage,
        transfer_group,
    };
    const intent = pay(account, order);
    return { payment_intent: intent.id, payment_status: later ? 'unpaid' : 'paid' };
}

// What the bank says at last of a payment that was to come later.
export function settle(account, session, succeeds) {
    if (session.status !== 'complete' || session.payment_status !== 'unpaid') {
        throw invalid('Nothing is awaited for this Checkout Session.');
    }
    settle_later(account, account.find('payment_intent', session.payment_intent), succeeds);
    if (succeeds) account.change(session, { payment_status: 'paid' });
    account.emit(`checkout.session.async_payment_${succeeds ? 'succeeded' : 'failed'}`, session);
    return session;
}

export function close(account, session) {
    account.change(session, { status: 'expired' });
    account.emit('checkout.session.expired', session);
}

export function expire_old(account) {
    for (const session of account.all('checkout.session')) {
        if (session.status === 'open' && session.expires_at <= account.wall())
            close(account, session);
    }
}
