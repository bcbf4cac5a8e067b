// What time does: trials end, periods are renewed and charged, failed charges are tried again,
// subscriptions end when they were told to.
import { items_of } from './billing_objects.mjs';
import { bill, open_invoices } from './invoices.mjs';
import { add_interval, whole_period } from './periods.mjs';
import { collect, end, recurring_of, terminal } from './subscriptions.mjs';

const day = 86400;

// Does what is due up to a time, each at its own time; the clock is put forward on the way.
export function work_until(account, to) {
    for (let step = next(account); step && step.at <= to; step = next(account)) {
        if (step.at > account.now()) account.put_clock(step.at);
        step.act();
    }
}

export function advance(account, to) {
    work_until(account, to);
    if (to > account.now()) account.put_clock(to);
}

function next(account) {
    const steps = account
        .all('subscription')
        .flatMap((one) => (terminal(one) ? [] : steps_of(account, one)));
    return steps.reduce((first, step) => (first && first.at <= step.at ? first : step), null);
}

// Earlier in the list counts first when two are due at the same time.
function steps_of(account, subscription) {
    const { cancel_at, status, trial_end } = subscription;
    const steps = [];
    const add = (at, act) => steps.push({ at, act: () => act(account, subscription) });
    if (cancel_at) add(cancel_at, (...who) => end(...who, 'cancellation_requested'));
    for (const invoice of open_invoices(account, subscription)) {
        if (invoice.next_payment_attempt)
            add(invoice.next_payment_attempt, () => collect(account, invoice));
    }
    if (status === 'trialing') {
        if (!subscription._told_trial) add(trial_end - 3 * day, announce_trial_end);
        add(trial_end, end_trial);
    }
    if (status === 'active' || status === 'past_due') {
        add(subscription.items.data[0].current_period_end, renew);
    }
    return steps;
}

function announce_trial_end(account, subscription) {
    account.change(subscription, { _told_trial: true });
    account.emit('customer.subscription.trial_will_end', subscription);
}

function end_trial(account, subscription) {
    const missing = subscription.default_payment_method
        ? 'none'
        : subscription.trial_settings.end_behavior.missing_payment_method;
    if (missing === 'cancel') return end(account, subscription, null);
    if (missing !== 'pause') return renew(account, subscription);
    account.change(subscription, { status: 'paused' });
    account.emit('customer.subscription.paused', subscription);
}

// A new period begins where the last one ended.
function renew(account, subscription) {
    const recurring = recurring_of(account, subscription);
    const rows = subscription.items.data.map((item) => ({
        ...item,
        current_period_start: item.current_period_end,
        current_period_end: add_interval(
            item.current_period_end,
            recurring,
            subscription.billing_cycle_anchor,
        ),
    }));
    const status = subscription.status === 'trialing' ? 'active' : subscription.status;
    const pending = subscription._pending;
    const changes = { items: items_of(subscription.id, rows), status, _pending: [] };
    account.change(subscription, changes, 'customer.subscription.updated');
    const lines = [...pending, ...whole_period(account, subscription)];
    collect(account, bill(account, subscription, lines, 'subscription_cycle'));
}
