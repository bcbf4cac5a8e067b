// Checkout sessions: what is offered for sale, and what comes of it when somebody pays.
import { attach_card, card_of } from './cards.mjs';
import { add_price, price_data } from './catalogue.mjs';
import { add_customer } from './customers.mjs';
import { card_declined, invalid } from './errors.mjs';
import { by, page, paging } from './lists.mjs';
import {
    absent, flag, integer, list_of, merge_metadata, metadata, one_of, required, shape, text, time,
} from './parameters.mjs';
import { pay, settle_later } from './payments.mjs';
import { list } from './shapes.mjs';
import { new_id } from './store.mjs';
import { start } from './subscriptions.mjs';

const minute = 60;
const day = 86400;

function create(account, params) {
    const { mode } = params;
    if (params.customer && params.customer_email) {
        throw invalid('You may only specify one of these parameters: customer, customer_email.');
    }
    const customer = params.customer ? account.find('customer', params.customer, 'customer') : null;
    if (!params.line_items?.length) throw absent('line_items');
    check_mode(params, mode);
    check_url(params.success_url, 'success_url');
    if (params.cancel_url) check_url(params.cancel_url, 'cancel_url');
    const expires_at = expiry(account, params.expires_at);
    const lines = params.line_items.map((line, index) => line_of(account, line, index, mode));
    if (mode === 'subscription' && !lines.some((line) => line.price.recurring)) {
        throw invalid('You must provide at least one recurring price in `subscription` mode.', { param: 'line_items' });
    }
    return account.add({ ...blank(account, params, customer, lines), expires_at });
}

function check_mode(params, mode) {
    const foreign = mode === 'payment' ? 'subscription_data' : 'payment_intent_data';
    if (params[foreign]) throw invalid(`You can not pass \`${foreign}\` in \`${mode}\` mode.`, { param: foreign });
}

function check_url(url, param) {
    const web = URL.canParse ? URL.canParse(url) : /^https?:\/\/[^/]/.test(url);
    if (web && /^https?:\/\//.test(url)) return;
    throw invalid('Not a valid URL', { code: 'url_invalid', param });
}

function expiry(account, wanted) {
    const now = account.wall();
    if (wanted === undefined) return now + day;
    if (wanted >= now + 30 * minute - 5 && wanted <= now + day + 5) return wanted;
    throw invalid('The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.', { param: 'expires_at' });
}

function line_of(account, line, index, mode) {
    const param = `line_items[${index}]`;
    if (Boolean(line.price) === Boolean(line.price_data)) throw absent(`${param}[price]`);
    const price = line.price
        ? account.find('price', line.price, `${param}[price]`)
        : add_price(account, line.price_data);
    if (!price.active) throw invalid(`The price specified is inactive. This field only accepts active prices.`, { param: `${param}[price]` });
    if (mode === 'payment' && price.recurring) {
        throw invalid('You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.', { param });
    }
    const quantity = line.quantity ?? 1;
    const amount = price.unit_amount * quantity;
    return {
        id: new_id('li'),
        object: 'item',
        amount_discount: 0,
        amount_subtotal: amount,
        amount_tax: 0,
        amount_total: amount,
        currency: price.currency,
        description: account.store.get('product', price.product).name,
        metadata: {},
        price: structuredClone(price),
        quantity,
    };
}

const has_trial = ({ trial_period_days, trial_end } = {}) => Boolean(trial_period_days || trial_end);

function blank(account, params, customer, lines) {
    const trial = has_trial(params.subscription_data);
    const amount = lines.reduce((sum, line) => sum + (trial ? 0 : line.amount_total), 0);
    const subscribes = params.mode === 'subscription';
    return {
        id: new_id('cs_test', 58),
        object: 'checkout.session',
        adaptive_pricing: { enabled: false },
        after_expiration: null,
        allow_promotion_codes: params.allow_promotion_codes ?? null,
        amount_subtotal: amount,
        amount_total: amount,
        automatic_tax: { enabled: false, liability: null, provider: null, status: null },
        billing_address_collection: null,
        cancel_url: params.cancel_url ?? null,
        client_reference_id: params.client_reference_id ?? null,
        client_secret: null,
        collected_information: null,
        consent: null,
        consent_collection: null,
        created: account.wall(),
        currency: lines[0].currency,
        currency_conversion: null,
        custom_fields: [],
        custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
        customer: customer?.id ?? null,
        customer_account: null,
        customer_creation: customer ? null : subscribes ? 'always' : (params.customer_creation ?? 'if_required'),
        customer_details: null,
        customer_email: params.customer_email ?? null,
        discounts: [],
        invoice: null,
        invoice_creation: subscribes ? null : { enabled: false },
        livemode: false,
        locale: params.locale ?? null,
        metadata: merge_metadata({}, params.metadata ?? {}),
        mode: params.mode,
        origin_context: null,
        payment_intent: null,
        payment_link: null,
        payment_method_collection: subscribes ? (params.payment_method_collection ?? 'always') : 'if_required',
        payment_method_configuration_details: null,
        payment_method_options: {},
        payment_method_types: ['card'],
        payment_status: amount === 0 && trial ? 'no_payment_required' : 'unpaid',
        permissions: null,
        phone_number_collection: { enabled: false },
        recovered_from: null,
        saved_payment_method_options: null,
        setup_intent: null,
        shipping_address_collection: null,
        shipping_cost: null,
        shipping_options: [],
        status: 'open',
        submit_type: null,
        subscription: null,
        success_url: params.success_url,
        total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
        ui_mode: 'hosted_page',
        url: null,
        wallet_options: null,
        _intent: params.payment_intent_data ?? {},
        _lines: lines,
        _subscription: params.subscription_data ?? {},
    };
}

export function check_open(account, session) {
    if (session.status === 'open' && session.expires_at <= account.wall()) close(account, session);
    if (session.status === 'open') return;
    throw invalid(`This Checkout Session has a status of ${session.status}.`, { code: 'checkout_session_not_open' });
}

// Somebody pays with a card (its number), or `later` by their bank. Throws when it is declined, and
// the session stays open.
export function complete(account, session, { number = '4242424242424242', email, later = false } = {}) {
    check_open(account, session);
    const card = card_of(number);
    const free = session.amount_total === 0;
    if (card.declines && !(free && card.attaches)) decline(account, session, number, card.declines);
    const address = email || session.customer_email || 'newcomer@example.com';
    const customer = customer_of(account, session, address);
    const method = attach_card(account, customer, number, { email: customer?.email ?? address });
    const made = session.mode === 'subscription'
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
        pay(account, { amount: session.amount_total, currency: session.currency, customer: session.customer, method });
    }
    throw card_declined(reason);
}

function customer_of(account, session, email) {
    if (session.customer) return account.find('customer', session.customer, 'customer');
    return session.customer_creation === 'always' ? add_customer(account, { email }) : null;
}

function details_of(customer, email) {
    const name = customer?.name ?? 'Newcomer';
    return {
        address: { city: null, country: 'US', line1: null, line2: null, postal_code: '10001', state: null },
        business_name: null,
        email: customer?.email ?? email,
        individual_name: null,
        name,
        phone: null,
        tax_exempt: 'none',
        tax_ids: [],
    };
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

function close(account, session) {
    account.change(session, { status: 'expired' });
    account.emit('checkout.session.expired', session);
}

function expire(account, _params, id) {
    const session = account.find('checkout.session', id);
    if (session.status !== 'open') {
        throw invalid(
            `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
        );
    }
    close(account, session);
    return session;
}

export function expire_old(account) {
    for (const session of account.all('checkout.session')) {
        if (session.status === 'open' && session.expires_at <= account.wall()) close(account, session);
    }
}

const wanted_line = shape({
    price: text,
    price_data: shape({ ...price_data, product_data: shape({ description: text, images: list_of(text), metadata, name: required(text) }) }),
    quantity: integer(1, 999_999),
});

const wanted = {
    allow_promotion_codes: flag,
    automatic_tax: shape({ enabled: required(flag) }),
    billing_address_collection: one_of('auto', 'required'),
    cancel_url: text,
    client_reference_id: text,
    customer: text,
    customer_creation: one_of('always', 'if_required'),
    customer_email: text,
    expires_at: time,
    line_items: list_of(wanted_line),
    locale: text,
    metadata,
    mode: required(one_of('payment', 'subscription')),
    payment_intent_data: shape({
        description: text, metadata, receipt_email: text, setup_future_usage: one_of('off_session', 'on_session'), transfer_group: text,
    }),
    payment_method_collection: one_of('always', 'if_required'),
    subscription_data: shape({
        description: text,
        metadata,
        trial_end: time,
        trial_period_days: integer(1, 730),
        trial_settings: shape({
            end_behavior: required(shape({ missing_payment_method: required(one_of('cancel', 'create_invoice', 'pause')) })),
        }),
    }),
    success_url: required(text),
    ui_mode: one_of('hosted', 'hosted_page'),
};

const by_what = ['customer', 'payment_intent', 'status', 'subscription'];

export const routes = [
    ['POST', '/v1/checkout/sessions', wanted, create],
    ['GET', '/v1/checkout/sessions', { ...paging, ...Object.fromEntries(by_what.map((name) => [name, text])) }, list_sessions],
    ['GET', '/v1/checkout/sessions/:id', {}, (account, _params, id) => account.find('checkout.session', id)],
    ['GET', '/v1/checkout/sessions/:id/line_items', { limit: integer(1, 100) }, list_lines],
    ['POST', '/v1/checkout/sessions/:id/expire', {}, expire],
];

function list_sessions(account, params, _id, version) {
    return page(account, 'checkout.session', params, '/v1/checkout/sessions', by(params, ...by_what), version);
}

function list_lines(account, _params, id) {
    const session = account.find('checkout.session', id);
    return list(session._lines, `/v1/checkout/sessions/${id}/line_items`);
}
