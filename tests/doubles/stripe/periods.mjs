// What periods of subscriptions are, and what is to be paid for them.

// The end of a period. Months end on the day of the anchor, or on their last day.
export function add_interval(start, { interval, interval_count = 1 }, anchor = start) {
    const days = { day: 1, week: 7 }[interval];
    if (days) return start + days * interval_count * 86400;
    const from = new Date(start * 1000);
    const months = (interval === 'year' ? 12 : 1) * interval_count;
    const month = from.getUTCMonth() + months;
    const last = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
    const day = Math.min(new Date(anchor * 1000).getUTCDate(), last);
    const midnight = Date.UTC(from.getUTCFullYear(), month, day) / 1000;
    return midnight + (start % 86400);
}

const price_of = (account, id) => account.store.get('price', id);
const cost = (account, item) => price_of(account, item.price).unit_amount * item.quantity;
const name_of = (account, item) =>
    account.store.get('product', price_of(account, item.price).product).name;

// Lines for the period in which a subscription is; a trial costs nothing.
export function whole_period(account, subscription) {
    const free = subscription.status === 'trialing';
    return subscription.items.data.map((item) => ({
        amount: free ? 0 : cost(account, item),
        description: free
            ? `Trial period for ${name_of(account, item)}`
            : `${item.quantity} × ${name_of(account, item)}`,
        price: item.price,
        item: item.id,
        period: { start: item.current_period_start, end: item.current_period_end },
        quantity: item.quantity,
    }));
}

// Lines that make good the change from the present items to others (rows), which begin a new period
// now when they are paid in another rhythm.
export function prorations(account, subscription, rows) {
    const now = account.now();
    const [first] = subscription.items.data;
    const span = first.current_period_end - first.current_period_start;
    const left =
        subscription.status === 'trialing' ? 0 : Math.max(0, first.current_period_end - now) / span;
    const old = subscription.items.data.filter((item) => !rows.some((row) => same(row, item)));
    const added = rows.filter((row) => !subscription.items.data.some((item) => same(row, item)));
    const credits = old.map((item) => part(account, item, -left, 'Unused time on', now));
    if (restarts(account, subscription, rows)) {
        const ends = add_interval(now, price_of(account, rows[0].price).recurring);
        for (const row of rows)
            Object.assign(row, { current_period_start: now, current_period_end: ends });
        const paid = whole_period(account, { ...subscription, items: { data: rows } });
        return [...credits, ...paid].filter((line) => line.amount !== 0);
    }
    const charges = added.map((row) => part(account, row, left, 'Remaining time on', now));
    return [...credits, ...charges].filter((line) => line.amount !== 0);
}

const same = (one, other) =>
    one.id === other.id && one.price === other.price && one.quantity === other.quantity;

function restarts(account, subscription, rows) {
    if (rows.length === 0 || subscription.status === 'trialing') return false;
    const rhythm = (item) => {
        const { interval, interval_count } = price_of(account, item.price).recurring;
        return `${interval_count} ${interval}`;
    };
    return rhythm(rows[0]) !== rhythm(subscription.items.data[0]);
}

function part(account, item, share, words, now) {
    return {
        amount: Math.round(cost(account, item) * share),
        description: `${words} ${name_of(account, item)}`,
        price: item.price,
        item: item.id,
        period: { start: now, end: item.current_period_end },
        proration: true,
        quantity: item.quantity,
    };
}
