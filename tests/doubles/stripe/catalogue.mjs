// Products and prices.
import { invalid } from './errors.mjs';
import { by, page, paging } from './lists.mjs';
import {
    absent,
    flag,
    integer,
    list_of,
    merge_metadata,
    metadata,
    one_of,
    or_none,
    required,
    shape,
    text,
    text_or_none,
} from './parameters.mjs';
import { new_id } from './store.mjs';

const product_words = {
    active: flag,
    description: text_or_none,
    metadata,
    statement_descriptor: text_or_none,
    unit_label: text_or_none,
    url: text_or_none,
};

const recurring = shape({
    interval: required(one_of('day', 'week', 'month', 'year')),
    interval_count: integer(1, 1095),
    trial_period_days: integer(0, 730),
    usage_type: one_of('licensed'),
});

const product_data = { id: text, name: required(text), ...product_words };

// What a price is made of, here and within a line of a checkout.
export const price_data = {
    currency: required(text),
    product: text,
    recurring,
    tax_behavior: one_of('exclusive', 'inclusive', 'unspecified'),
    unit_amount: integer(0, 99_999_999),
    unit_amount_decimal: text,
};

const price_words = { active: flag, lookup_key: text_or_none, metadata, nickname: text_or_none };

export function add_product(account, params) {
    const { id = new_id('prod', 14), name, metadata: words, ...rest } = params;
    if (account.store.get('product', id)) {
        throw invalid('Product already exists.', { code: 'resource_already_exists', param: 'id' });
    }
    return account.add(
        {
            id,
            object: 'product',
            active: true,
            created: account.now(),
            default_price: null,
            description: null,
            images: [],
            livemode: false,
            marketing_features: [],
            metadata: merge_metadata({}, words ?? {}),
            name,
            package_dimensions: null,
            shippable: null,
            statement_descriptor: null,
            tax_code: null,
            type: 'service',
            unit_label: null,
            updated: account.now(),
            url: null,
            ...rest,
        },
        'product.created',
    );
}

export function add_price(account, params) {
    const { id = new_id('price'), lookup_key = null, unit_amount, unit_amount_decimal } = params;
    if (unit_amount === undefined && unit_amount_decimal === undefined) throw absent('unit_amount');
    if (lookup_key) free_lookup_key(account, lookup_key, params.transfer_lookup_key);
    const product = product_of(account, params);
    const amount = unit_amount ?? Number(unit_amount_decimal);
    return account.add(
        {
            id,
            object: 'price',
            active: params.active ?? true,
            billing_scheme: 'per_unit',
            created: account.now(),
            currency: params.currency.toLowerCase(),
            custom_unit_amount: null,
            livemode: false,
            lookup_key,
            metadata: merge_metadata({}, params.metadata ?? {}),
            nickname: params.nickname ?? null,
            product,
            recurring: params.recurring ? recurring_of(params.recurring) : null,
            tax_behavior: params.tax_behavior ?? 'unspecified',
            tiers_mode: null,
            transform_quantity: null,
            type: params.recurring ? 'recurring' : 'one_time',
            unit_amount: Number.isInteger(amount) ? amount : null,
            unit_amount_decimal: String(amount),
        },
        'price.created',
    );
}

function recurring_of({
    interval,
    interval_count = 1,
    trial_period_days = null,
    usage_type = 'licensed',
}) {
    return { interval, interval_count, meter: null, trial_period_days, usage_type };
}

function product_of(account, params) {
    if (params.product) return account.find('product', params.product, 'product').id;
    if (params.product_data) return add_product(account, params.product_data).id;
    throw absent('product');
}

function free_lookup_key(account, key, transfer) {
    const holder = account.all('price').find((price) => price.lookup_key === key);
    if (!holder) return;
    if (!transfer) {
        throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, {
            param: 'lookup_key',
        });
    }
    account.change(holder, { lookup_key: null }, 'price.updated');
}

function change_product(account, { metadata: words, ...rest }, id) {
    const product = account.find('product', id);
    if (rest.default_price) account.find('price', rest.default_price, 'default_price');
    const changes = { ...rest, updated: account.now() };
    if (words !== undefined) changes.metadata = merge_metadata(product.metadata, words);
    return account.change(product, changes, 'product.updated');
}

function change_price(account, { metadata: words, transfer_lookup_key, ...changes }, id) {
    const price = account.find('price', id);
    if (changes.lookup_key && changes.lookup_key !== price.lookup_key) {
        free_lookup_key(account, changes.lookup_key, transfer_lookup_key);
    }
    if (words !== undefined) changes.metadata = merge_metadata(price.metadata, words);
    return account.change(price, changes, 'price.updated');
}

// What is sold at start: [{ id, product, currency, unit_amount, interval }], with the ids as given;
// those that are there already stay.
export function stock(account, prices) {
    for (const { id, product, currency, unit_amount, interval } of prices) {
        if (account.store.get('price', id)) continue;
        const made = add_product(account, { name: product });
        add_price(account, {
            id,
            product: made.id,
            currency,
            unit_amount,
            recurring: { interval },
        });
    }
}

const listed_prices = {
    ...paging,
    active: flag,
    currency: text,
    lookup_keys: list_of(text, 10),
    product: text,
    recurring: shape({ interval: text, usage_type: text }),
    type: one_of('one_time', 'recurring'),
};

function list_prices(account, params, _id, version) {
    const same = by(params, 'active', 'currency', 'product', 'type');
    const accepts = (price) =>
        same(price) &&
        (!params.lookup_keys || params.lookup_keys.includes(price.lookup_key)) &&
        Object.entries(params.recurring ?? {}).every(
            ([name, value]) => price.recurring?.[name] === value,
        );
    return page(account, 'price', params, '/v1/prices', accepts, version);
}

export const routes = [
    ['POST', '/v1/products', product_data, add_product],
    ['GET', '/v1/products', { ...paging, active: flag, ids: list_of(text) }, list_products],
    ['GET', '/v1/products/:id', {}, (account, _params, id) => account.find('product', id)],
    [
        'POST',
        '/v1/products/:id',
        { ...product_words, name: text, default_price: or_none(text) },
        change_product,
    ],
    [
        'POST',
        '/v1/prices',
        {
            ...price_data,
            ...price_words,
            product_data: shape(product_data),
            transfer_lookup_key: flag,
        },
        add_price,
    ],
    ['GET', '/v1/prices', listed_prices, list_prices],
    ['GET', '/v1/prices/:id', {}, (account, _params, id) => account.find('price', id)],
    ['POST', '/v1/prices/:id', { ...price_words, transfer_lookup_key: flag }, change_price],
];

function list_products(account, params, _id, version) {
    const accepts = (product) =>
        by(params, 'active')(product) && (!params.ids || params.ids.includes(product.id));
    return page(account, 'product', params, '/v1/products', accepts, version);
}
