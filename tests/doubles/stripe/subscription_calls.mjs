// How subscriptions are asked for, changed and ended by calls.
import { items_of, new_item, no_details } from './billing_objects.mjs';
import { card_declined, invalid, missing } from './errors.mjs';
import { attempt, bill, would_fail } from './invoices.mjs';
import { page, paging } from './lists.mjs';
import {
    absent,
    either,
    flag,
    integer,
    list_of,
    merge_metadata,
    metadata,
    one_of,
    or_none,
    shape,
    text,
    text_or_none,
    time,
} from './parameters.mjs';
import { add_interval, prorations, whole_period } from './periods.mjs';
import { collect, end, terminal } from './subscriptions.mjs';

function show(account, _params, id) {
    return account.find('subscription', id);
}

function update(account, params, id) {
    const subscription = account.find('subscription', id);
    refuse_ended(subscription, params);
    const changes = { ...ending_of(account, subscription, params) };
    for (const name of ['description', 'pause_collection']) {
        if (params[name] !== undefined) changes[name] = params[name];
    }
    if (params.metadata !== undefined)
        changes.metadata = merge_metadata(subscription.metadata, params.metadata);
    if (params.default_payment_method) {
        changes.default_payment_method = account.find(
            'payment_method',
            params.default_payment_method,
            'default_payment_method',
        ).id;
    }
    if (params.cancellation_details) {
        changes.cancellation_details = {
            ...(changes.cancellation_details ?? subscription.cancellation_details),
            ...params.cancellation_details,
        };
    }
    const bills = params.items ? change_items(account, subscription, params, changes) : [];
    if (params.trial_end !== undefined)
        bills.push(...change_trial(account, subscription, params, changes));
    return apply(account, subscription, params, changes, bills);
}

function refuse_ended(subscription, params) {
    if (!terminal(subscription)) return;
    const harmless = ['cancellation_details', 'metadata', 'expand'];
    if (Object.keys(params).every((name) => harmless.includes(name))) return;
    throw invalid('A canceled subscription can only update its cancellation_details and metadata.');
}

const endless = {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: no_details,
};

// The changes that let it end at some time, or go on.
function ending_of(account, subscription, { cancel_at, cancel_at_period_end }) {
    if (cancel_at !== undefined && cancel_at_period_end !== undefined) {
        throw invalid(
            'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
        );
    }
    if (cancel_at === undefined && cancel_at_period_end === undefined) return {};
    if (!cancel_at && !cancel_at_period_end) return endless;
    const period_end = subscription.items.data[0].current_period_end;
    if (typeof cancel_at === 'number' && cancel_at <= account.now()) {
        throw invalid('`cancel_at` must be in the future.', { param: 'cancel_at' });
    }
    return {
        cancel_at: typeof cancel_at === 'number' ? cancel_at : period_end,
        cancel_at_period_end: Boolean(cancel_at_period_end),
        canceled_at: subscription.canceled_at ?? account.now(),
        cancellation_details: { ...no_details, reason: 'cancellation_requested' },
    };
}

// Puts the items as wanted into `changes`; the lines that follow from it.
function change_items(account, subscription, { items, proration_behavior }, changes) {
    const old = subscription.items.data;
    let rows = structuredClone(old);
    items.forEach((wanted, index) => {
        if (wanted.price) check_price(account, subscription, wanted.price, index);
        const row = rows.find((one) => one.id === wanted.id);
        if (wanted.id && !row) throw missing('subscription_item', wanted.id, `items[${index}][id]`);
        if (row && wanted.deleted) rows = rows.filter((one) => one !== row);
        else if (row)
            Object.assign(row, {
                price: wanted.price ?? row.price,
                quantity: wanted.quantity ?? row.quantity,
            });
        else if (!wanted.price) throw absent(`items[${index}][price]`);
        else
            rows.push(
                new_item(
                    account,
                    subscription.id,
                    wanted,
                    old[0].current_period_start,
                    old[0].current_period_end,
                ),
            );
    });
    if (rows.length === 0)
        throw invalid('A subscription must have at least one active plan.', { param: 'items' });
    if (new Set(rows.map((one) => one.price)).size < rows.length) {
        throw invalid('Cannot add multiple subscription items with the same price.', {
            param: 'items',
        });
    }
    const lines = prorations(account, subscription, rows);
    changes.items = items_of(subscription.id, rows);
    if (moves_period(subscription, changes)) changes.billing_cycle_anchor = account.now();
    return proration_behavior === 'none' ? [] : lines;
}

function check_price(account, subscription, id, index) {
    const price = account.find('price', id, `items[${index}][price]`);
    if (!price.recurring || !price.active || price.currency !== subscription.currency) {
        throw invalid(`The price ${id} cannot be used in this subscription.`, {
            param: `items[${index}][price]`,
        });
    }
}

// A trial that ends now begins the first period that is paid for.
function change_trial(account, subscription, { trial_end }, changes) {
    const now = account.now();
    const rows = structuredClone((changes.items ?? subscription.items).data);
    const ends_now = trial_end === 'now' || trial_end <= now;
    const period_end = ends_now
        ? add_interval(now, account.store.get('price', rows[0].price).recurring)
        : trial_end;
    for (const row of rows)
        Object.assign(row, { current_period_start: now, current_period_end: period_end });
    Object.assign(changes, {
        billing_cycle_anchor: ends_now ? now : trial_end,
        items: items_of(subscription.id, rows),
        status: ends_now ? 'active' : 'trialing',
        trial_end: ends_now ? now : trial_end,
        trial_start: subscription.trial_start ?? now,
    });
    if (!ends_now || subscription.status !== 'trialing') return [];
    return whole_period(account, { ...subscription, ...changes });
}

// Writes the changes, and bills at once what has to be paid at once.
function apply(account, subscription, params, changes, lines) {
    const at_once =
        params.proration_behavior === 'always_invoice' ||
        changes.trial_end !== undefined ||
        moves_period(subscription, changes);
    const due = at_once ? [...subscription._pending, ...lines] : [];
    const declines =
        due.length > 0 &&
        due.reduce((sum, line) => sum + line.amount, 0) > 0 &&
        would_fail(account, { ...subscription, ...changes });
    if (declines && params.payment_behavior === 'error_if_incomplete')
        throw card_declined(declines);
    changes._pending = at_once ? [] : [...subscription._pending, ...lines];
    account.change(subscription, changes, 'customer.subscription.updated');
    if (due.length > 0) collect(account, bill(account, subscription, due, 'subscription_update'));
    return subscription;
}

function moves_period(subscription, { items }) {
    return (
        items !== undefined &&
        items.data[0].current_period_end !== subscription.items.data[0].current_period_end
    );
}

function cancel(account, params, id) {
    const subscription = account.find('subscription', id);
    if (terminal(subscription)) throw missing('subscription', id);
    const credit = params.prorate ? prorations(account, subscription, []) : [];
    const lines = [...subscription._pending, ...credit];
    if (params.invoice_now && lines.length > 0) {
        attempt(account, bill(account, subscription, lines, 'subscription_update'));
    }
    end(account, subscription, 'cancellation_requested', params.cancellation_details);
    return subscription;
}

// A paused one goes on with a period that begins now.
function resume(account, _params, id) {
    const subscription = account.find('subscription', id);
    if (subscription.status !== 'paused') {
        throw invalid('Only paused subscriptions can be resumed.', {
            code: 'subscription_not_paused',
        });
    }
    const changes = {};
    const lines = change_trial(
        account,
        { ...subscription, status: 'trialing' },
        { trial_end: 'now' },
        changes,
    );
    const { items, billing_cycle_anchor } = changes;
    account.change(subscription, { items, billing_cycle_anchor, status: 'active' });
    account.emit('customer.subscription.resumed', subscription);
    collect(account, bill(account, subscription, lines, 'subscription_cycle'));
    return subscription;
}

function list_subscriptions(account, params, _id, version) {
    const { customer, price, status } = params;
    const stands = (one) => {
        if (status === undefined) return one.status !== 'canceled';
        if (status === 'ended') return terminal(one);
        return status === 'all' || one.status === status;
    };
    const accepts = (one) =>
        stands(one) &&
        (!customer || one.customer === customer) &&
        (!price || one.items.data.some((item) => item.price === price));
    return page(account, 'subscription', params, '/v1/subscriptions', accepts, version);
}

const cancellation_details = shape({ comment: text_or_none, feedback: text_or_none });

const changeable = {
    cancel_at: or_none(either(one_of('min_period_end', 'max_period_end'), time)),
    cancel_at_period_end: flag,
    cancellation_details,
    default_payment_method: text,
    description: text_or_none,
    items: list_of(
        shape({ deleted: flag, id: text, metadata, price: text, quantity: integer(0, 9999) }),
        20,
    ),
    metadata,
    pause_collection: or_none(
        shape({
            behavior: one_of('keep_as_draft', 'mark_uncollectible', 'void'),
            resumes_at: time,
        }),
    ),
    payment_behavior: one_of('allow_incomplete', 'error_if_incomplete'),
    proration_behavior: one_of('always_invoice', 'create_prorations', 'none'),
    proration_date: time,
    trial_end: either(one_of('now'), time),
};

const statuses = [
    'active',
    'all',
    'canceled',
    'ended',
    'incomplete',
    'incomplete_expired',
    'past_due',
    'paused',
    'trialing',
    'unpaid',
];

export const routes = [
    [
        'GET',
        '/v1/subscriptions',
        { ...paging, customer: text, price: text, status: one_of(...statuses) },
        list_subscriptions,
    ],
    ['GET', '/v1/subscriptions/:id', {}, show],
    ['POST', '/v1/subscriptions/:id', changeable, update],
    [
        'DELETE',
        '/v1/subscriptions/:id',
        { cancellation_details, invoice_now: flag, prorate: flag },
        cancel,
    ],
    ['POST', '/v1/subscriptions/:id/resume', {}, resume],
];
