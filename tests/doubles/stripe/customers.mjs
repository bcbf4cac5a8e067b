// Customers.
import { by, page, paging } from './lists.mjs';
import {
    integer,
    list_of,
    merge_metadata,
    metadata,
    one_of,
    shape,
    text,
    text_or_none,
} from './parameters.mjs';
import { deleted } from './shapes.mjs';
import { new_id } from './store.mjs';
import { end } from './subscriptions.mjs';

const words = {
    address: shape({
        city: text,
        country: text,
        line1: text,
        line2: text,
        postal_code: text,
        state: text,
    }),
    balance: integer(),
    description: text_or_none,
    email: text_or_none,
    invoice_settings: shape({ default_payment_method: text_or_none, footer: text_or_none }),
    metadata,
    name: text_or_none,
    phone: text_or_none,
    preferred_locales: list_of(text),
    tax_exempt: one_of('exempt', 'none', 'reverse'),
};

export function add_customer(account, params) {
    const { metadata: given, invoice_settings, ...rest } = params;
    return account.add(
        {
            id: new_id('cus', 14),
            object: 'customer',
            address: null,
            balance: 0,
            created: account.now(),
            currency: null,
            customer_account: null,
            default_source: null,
            delinquent: false,
            description: null,
            discount: null,
            email: null,
            invoice_prefix: new_id('', 8).slice(1).toUpperCase(),
            invoice_settings: {
                custom_fields: null,
                default_payment_method: null,
                footer: null,
                rendering_options: null,
                ...invoice_settings,
            },
            livemode: false,
            metadata: merge_metadata({}, given ?? {}),
            name: null,
            next_invoice_sequence: 1,
            phone: null,
            preferred_locales: [],
            shipping: null,
            tax_exempt: 'none',
            test_clock: null,
            ...rest,
        },
        'customer.created',
    );
}

function change_customer(account, { metadata: given, invoice_settings, ...changes }, id) {
    const customer = account.find('customer', id);
    if (given !== undefined) changes.metadata = merge_metadata(customer.metadata, given);
    if (invoice_settings) {
        changes.invoice_settings = { ...customer.invoice_settings, ...invoice_settings };
    }
    return account.change(customer, changes, 'customer.updated');
}

function delete_customer(account, _params, id) {
    const customer = account.find('customer', id);
    for (const one of account.all('subscription')) {
        if (one.customer === id && !one.ended_at) end(account, one, 'cancellation_requested');
    }
    account.change(customer, { _deleted: true });
    account.emit('customer.deleted', customer);
    return deleted(customer);
}

function show_customer(account, _params, id) {
    const customer = account.store.get('customer', id);
    return customer?._deleted ? deleted(customer) : account.find('customer', id);
}

export const routes = [
    ['POST', '/v1/customers', words, add_customer],
    ['GET', '/v1/customers', { ...paging, email: text }, list_customers],
    ['GET', '/v1/customers/:id', {}, show_customer],
    ['POST', '/v1/customers/:id', words, change_customer],
    ['DELETE', '/v1/customers/:id', {}, delete_customer],
    ['GET', '/v1/payment_methods', { ...paging, customer: text, type: text }, list_methods],
    [
        'GET',
        '/v1/payment_methods/:id',
        {},
        (account, _params, id) => account.find('payment_method', id),
    ],
];

function list_customers(account, params, _id, version) {
    return page(account, 'customer', params, '/v1/customers', by(params, 'email'), version);
}

function list_methods(account, params, _id, version) {
    const own = by(params, 'customer', 'type');
    return page(account, 'payment_method', params, '/v1/payment_methods', own, version);
}
