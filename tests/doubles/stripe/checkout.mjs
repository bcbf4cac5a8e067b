// Checkout sessions: what is offered for sale. What comes of it is in purchases.mjs.
import { add_price, price_data } from './catalogue.mjs';
import { invalid } from './errors.mjs';
import { by, page, paging } from './lists.mjs';
import {
    absent,
    flag,
    integer,
    list_of,
    metadata,
    one_of,
    required,
    shape,
    text,
    time,
} from './parameters.mjs';
import { blank_session } from './payment_objects.mjs';
import { close } from './purchases.mjs';
import { list } from './shapes.mjs';
import { new_id } from './store.mjs';

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
        throw invalid('You must provide at least one recurring price in `subscription` mode.', {
            param: 'line_items',
        });
    }
    return account.add({ ...blank_session(account, params, customer, lines), expires_at });
}

function check_mode(params, mode) {
    const foreign = mode === 'payment' ? 'subscription_data' : 'payment_intent_data';
    if (params[foreign])
        throw invalid(`You can not pass \`${foreign}\` in \`${mode}\` mode.`, { param: foreign });
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
    throw invalid(
        'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
        { param: 'expires_at' },
    );
}

function line_of(account, line, index, mode) {
    const param = `line_items[${index}]`;
    if (Boolean(line.price) === Boolean(line.price_data)) throw absent(`${param}[price]`);
    const price = line.price
        ? account.find('price', line.price, `${param}[price]`)
        : add_price(account, line.price_data);
    if (!price.active)
        throw invalid(`The price specified is inactive. This field only accepts active prices.`, {
            param: `${param}[price]`,
        });
    if (mode === 'payment' && price.recurring) {
        throw invalid(
            'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
            { param },
        );
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

const wanted_line = shape({
    price: text,
    price_data: shape({
        ...price_data,
        product_data: shape({
            description: text,
            images: list_of(text),
            metadata,
            name: required(text),
        }),
    }),
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
        description: text,
        metadata,
        receipt_email: text,
        setup_future_usage: one_of('off_session', 'on_session'),
        transfer_group: text,
    }),
    payment_method_collection: one_of('always', 'if_required'),
    subscription_data: shape({
        description: text,
        metadata,
        trial_end: time,
        trial_period_days: integer(1, 730),
        trial_settings: shape({
            end_behavior: required(
                shape({
                    missing_payment_method: required(one_of('cancel', 'create_invoice', 'pause')),
                }),
            ),
        }),
    }),
    success_url: required(text),
    ui_mode: one_of('hosted', 'hosted_page'),
};

const by_what = ['customer', 'payment_intent', 'status', 'subscription'];

export const routes = [
    ['POST', '/v1/checkout/sessions', wanted, create],
    [
        'GET',
        '/v1/checkout/sessions',
        { ...paging, ...Object.fromEntries(by_what.map((name) => [name, text])) },
        list_sessions,
    ],
    [
        'GET',
        '/v1/checkout/sessions/:id',
        {},
        (account, _params, id) => account.find('checkout.session', id),
    ],
    ['GET', '/v1/checkout/sessions/:id/line_items', { limit: integer(1, 100) }, list_lines],
    ['POST', '/v1/checkout/sessions/:id/expire', {}, expire],
];

function list_sessions(account, params, _id, version) {
    return page(
        account,
        'checkout.session',
        params,
        '/v1/checkout/sessions',
        by(params, ...by_what),
        version,
    );
}

function list_lines(account, _params, id) {
    const session = account.find('checkout.session', id);
    return list(session._lines, `/v1/checkout/sessions/${id}/line_items`);
}
