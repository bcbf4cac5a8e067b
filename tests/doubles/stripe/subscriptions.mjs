// Subscriptions: how they begin, are paid for, and end. What time does to them is in cycle.mjs.
import { blank_subscription, items_of, new_item } from './billing_objects.mjs';
import { attempt, bill, open_invoices, subscription_of } from './invoices.mjs';
import { add_interval, whole_period } from './periods.mjs';

const day = 86400;

export const terminal = (subscription) =>
    subscription.status === 'canceled' || subscription.status === 'incomplete_expired';

export const recurring_of = (account, subscription) =>
    account.store.get('price', subscription.items.data[0].price).recurring;

// Begins one: { customer, goods: [{ price, quantity }], method, trial_days, trial_end, metadata,
// missing_method, description }. With the first invoice charged, unless there is a trial.
export function start(account, order) {
    const now = account.now();
    const trial_end = order.trial_end ?? (order.trial_days ? now + order.trial_days * day : null);
    const subscription = blank_subscription(account, order, trial_end);
    const first = account.store.get('price', order.goods[0].price);
    const ends = trial_end ?? add_interval(now, first.recurring);
    const items = order.goods.map((goods) => new_item(account, subscription.id, goods, now, ends));
    subscription.items = items_of(subscription.id, items);
    account.add(subscription);
    const invoice = bill(
        account,
        subscription,
        whole_period(account, subscription),
        'subscription_create',
    );
    account.emit('customer.subscription.created', subscription);
    collect(account, invoice);
    return subscription;
}

// Charges an open invoice and draws the consequences for its subscription.
export function collect(account, invoice) {
    const paid = attempt(account, invoice);
    const subscription = subscription_of(account, invoice);
    if (terminal(subscription)) return paid;
    const told = (status) =>
        account.change(subscription, { status }, 'customer.subscription.updated');
    if (
        paid &&
        subscription.status !== 'trialing' &&
        open_invoices(account, subscription).length === 0
    ) {
        told('active');
    } else if (!paid && subscription.status === 'active') {
        told('past_due');
    }
    if (!paid && !invoice.next_payment_attempt) end(account, subscription, 'payment_failed');
    return paid;
}

export function end(account, subscription, reason, details = {}) {
    const now = account.now();
    for (const invoice of open_invoices(account, subscription)) {
        account.change(invoice, { auto_advance: false, next_payment_attempt: null });
    }
    account.change(subscription, {
        canceled_at: subscription.canceled_at ?? now,
        cancellation_details: { ...subscription.cancellation_details, reason, ...details },
        ended_at: now,
        status: 'canceled',
    });
    account.emit('customer.subscription.deleted', subscription);
}
