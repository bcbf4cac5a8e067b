// How objects look on the wire. They are kept in the newest shape, with ids where Stripe has ids
// and with what only the stand-in knows behind names that begin with `_`; here they become what a
// version of the API shows: that of 2025-03-31 ("basil") moved many fields, and what asks for an
// older one gets them in their old places.
import { invalid } from './errors.mjs';

export const newest_version = '2026-10-28.endive';
export const oldest_generation = '2025-02-24.acacia';

const at_least = (version, date) => version.slice(0, 10) >= date;
const is_old = (version) => !at_least(version, '2025-03-31');

export const list = (data, url, has_more = false) => ({ object: 'list', data, has_more, url });

// What a client of that version sees of an object.
export function render(account, object, version) {
    const shown = Object.fromEntries(
        Object.entries(object).filter(([name]) => !name.startsWith('_')),
    );
    return (shapers[object.object] ?? same)(shown, {
        account,
        object,
        version,
        old: is_old(version),
    });
}

const same = (shown) => shown;

const shapers = {
    subscription(shown, context) {
        const items = shown.items.data.map((item) => item_shape(item, context));
        shown.items = { ...shown.items, data: items };
        if (!context.old) return shown;
        delete shown.billing_mode;
        const [first] = context.object.items.data;
        return {
            ...shown,
            current_period_end: first.current_period_end,
            current_period_start: first.current_period_start,
            discount: null,
            plan: items[0].plan,
            quantity: items[0].quantity,
        };
    },

    invoice(shown, context) {
        const { object, old, account } = context;
        shown.lines = {
            ...shown.lines,
            data: shown.lines.data.map((line) => line_shape(line, context)),
        };
        shown.hosted_invoice_url = object.number ? `${account.base}/i/${object.id}` : null;
        shown.invoice_pdf = object.number ? `${account.base}/i/${object.id}?print` : null;
        if (!old) return shown;
        for (const name of ['parent', 'amount_overpaid', 'total_taxes']) delete shown[name];
        return {
            ...shown,
            application_fee_amount: null,
            charge: object._charge,
            discount: null,
            paid: object.status === 'paid',
            paid_out_of_band: false,
            payment_intent: object._payment_intent,
            quote: null,
            subscription: object.parent.subscription_details.subscription,
            subscription_details: { metadata: object.parent.subscription_details.metadata },
            tax: null,
            total_tax_amounts: [],
            transfer_data: null,
        };
    },

    charge: with_invoice,
    payment_intent: with_invoice,

    price(shown, { old }) {
        if (old && shown.recurring) shown.recurring = { aggregate_usage: null, ...shown.recurring };
        return shown;
    },

    refund(shown, { version }) {
        if (!at_least(version, '2026-03-25')) {
            delete shown.customer;
            delete shown.payment_method;
        }
        return shown;
    },

    'checkout.session'(shown, { account, object, version }) {
        shown.url = object.status === 'open' ? `${account.base}/c/pay/${object.id}` : null;
        if (!at_least(version, '2026-03-25')) shown.ui_mode = 'hosted';
        return shown;
    },

    'billing_portal.session'(shown, { account, object }) {
        return { ...shown, url: `${account.base}/p/session/${object.id}` };
    },
};

function with_invoice(shown, { object, old }) {
    return old ? { ...shown, invoice: object._invoice ?? null } : shown;
}

function plan_of(price) {
    return {
        id: price.id,
        object: 'plan',
        active: price.active,
        amount: price.unit_amount,
        amount_decimal: price.unit_amount_decimal,
        billing_scheme: price.billing_scheme,
        created: price.created,
        currency: price.currency,
        interval: price.recurring.interval,
        interval_count: price.recurring.interval_count,
        livemode: false,
        metadata: price.metadata,
        meter: null,
        nickname: price.nickname,
        product: price.product,
        tiers_mode: null,
        transform_usage: null,
        trial_period_days: price.recurring.trial_period_days,
        usage_type: price.recurring.usage_type,
    };
}

function item_shape(item, { account, version, old }) {
    const price = account.store.get('price', item.price);
    const shown = { ...item, plan: plan_of(price), price: render(account, price, version) };
    if (old) {
        delete shown.current_period_end;
        delete shown.current_period_start;
    }
    return shown;
}

function line_shape(line, { account, version, old }) {
    if (!old) return line;
    const { parent, pricing, taxes: _taxes, ...shown } = line;
    const price = account.store.get('price', pricing.price_details.price);
    const details = parent.subscription_item_details;
    return {
        ...shown,
        plan: plan_of(price),
        price: render(account, price, version),
        proration: details.proration,
        proration_details: { credited_items: null },
        subscription: details.subscription,
        subscription_item: details.subscription_item,
        tax_amounts: [],
        tax_rates: [],
        type: 'subscription',
        unit_amount_excluding_tax: pricing.unit_amount_decimal,
    };
}

// Lists that Stripe leaves out unless they are asked for.
const hidden_lists = {
    'checkout.session': {
        line_items: (account, id) => {
            const session = account.store.get('checkout.session', id);
            return list(session._lines, `/v1/checkout/sessions/${id}/line_items`);
        },
    },
    invoice: {
        payments: (account, id, version) => {
            const paid = [...account.store.table('invoice_payment').values()];
            const own = paid.filter((one) => one.invoice === id);
            return list(
                own.map((one) => render(account, one, version)),
                '/v1/invoice_payments',
            );
        },
    },
    charge: {
        refunds: (account, id, version) => {
            const all = [...account.store.table('refund').values()].reverse();
            const own = all.filter((one) => one.charge === id);
            return list(
                own.map((one) => render(account, one, version)),
                `/v1/charges/${id}/refunds`,
            );
        },
    },
};

const tables = {
    customer: 'customer',
    product: 'product',
    price: 'price',
    subscription: 'subscription',
    invoice: 'invoice',
    latest_invoice: 'invoice',
    payment_intent: 'payment_intent',
    charge: 'charge',
    latest_charge: 'charge',
    default_price: 'price',
    default_payment_method: 'payment_method',
    payment_method: 'payment_method',
};

// Puts whole objects where an answer has their ids: `latest_invoice.payments`, `data.customer`.
export function expand(account, shown, paths, version) {
    for (const path of paths) expand_one(account, shown, path.split('.'), version, path);
    return shown;
}

function expand_one(account, node, [name, ...rest], version, path) {
    if (Array.isArray(node)) {
        for (const one of node) expand_one(account, one, [name, ...rest], version, path);
        return;
    }
    if (name === undefined || node === null) return;
    const hidden = hidden_lists[node.object]?.[name];
    if (hidden) node[name] = hidden(account, node.id, version);
    else if (!Object.hasOwn(node, name)) throw not_expandable(path);
    else if (typeof node[name] === 'string')
        node[name] = whole(account, name, node[name], version, path);
    else if (rest.length === 0 && name !== 'data' && !is_object(node[name]))
        throw not_expandable(path);
    expand_one(account, node[name], rest, version, path);
}

const is_object = (value) => value === null || typeof value === 'object';

function whole(account, name, id, version, path) {
    const found = tables[name] && account.store.get(tables[name], id);
    if (!found) throw not_expandable(path);
    return found._deleted ? deleted(found) : render(account, found, version);
}

export const deleted = (object) => ({ id: object.id, object: object.object, deleted: true });

function not_expandable(path) {
    return invalid(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
