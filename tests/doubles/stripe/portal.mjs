// The portal: where a customer sees to cards, subscriptions and invoices.
import { no_details } from './billing_objects.mjs';
import { attach_card, card_of } from './cards.mjs';
import { invalid } from './errors.mjs';
import { one_of, required, shape, text } from './parameters.mjs';
import { check_open } from './invoices.mjs';
import { new_id } from './store.mjs';
import { collect, terminal } from './subscriptions.mjs';

const lifetime = 3600;

function create(account, params) {
    const customer = account.find('customer', params.customer, 'customer');
    return account.add({
        id: new_id('bps'),
        object: 'billing_portal.session',
        configuration: params.configuration ?? 'bpc_standin',
        created: account.wall(),
        customer: customer.id,
        customer_account: null,
        flow: params.flow_data ?? null,
        livemode: false,
        locale: params.locale ?? null,
        on_behalf_of: null,
        return_url: params.return_url ?? null,
    });
}

export function find_session(account, id) {
    const session = account.find('billing_portal.session', id);
    if (session.created + lifetime > account.wall()) return session;
    throw invalid('This page has expired. Open it again from where you came.');
}

export const subscriptions_of = (account, customer) =>
    account.all('subscription').filter((one) => one.customer === customer && !terminal(one));

function own_subscription(account, customer, id) {
    const found = subscriptions_of(account, customer).find((one) => one.id === id);
    if (!found) throw invalid('This subscription is not yours, or has ended.');
    return found;
}

// With flexible billing the portal sets the time at which a subscription ends, and not the flag.
export function cancel(account, customer, id) {
    const subscription = own_subscription(account, customer, id);
    const flexible = subscription.billing_mode.type === 'flexible';
    account.change(
        subscription,
        {
            cancel_at: subscription.items.data[0].current_period_end,
            cancel_at_period_end: !flexible,
            canceled_at: account.now(),
            cancellation_details: { ...no_details, reason: 'cancellation_requested' },
        },
        'customer.subscription.updated',
    );
}

export function keep(account, customer, id) {
    account.change(
        own_subscription(account, customer, id),
        {
            cancel_at: null,
            cancel_at_period_end: false,
            canceled_at: null,
            cancellation_details: no_details,
        },
        'customer.subscription.updated',
    );
}

// Whether the card was charged.
export function pay_invoice(account, id) {
    const invoice = account.find('invoice', id);
    check_open(invoice);
    return collect(account, invoice);
}

// Another card for all that the customer pays for. One that would be declined is not accepted.
export function replace_card(account, customer_id, number) {
    const card = card_of(number);
    if (card.declines && !card.attaches) throw invalid('Your card was declined.');
    const customer = account.find('customer', customer_id);
    const method = attach_card(account, customer, number, { email: customer.email });
    for (const one of subscriptions_of(account, customer_id)) {
        const changes = { default_payment_method: method.id };
        account.change(one, changes, 'customer.subscription.updated');
    }
}

const flow_data = shape({
    after_completion: shape({
        redirect: shape({ return_url: required(text) }),
        type: required(text),
    }),
    subscription_cancel: shape({ subscription: required(text) }),
    subscription_update: shape({ subscription: required(text) }),
    type: required(
        one_of(
            'customer_update',
            'payment_method_update',
            'subscription_cancel',
            'subscription_update',
        ),
    ),
});

const wanted = {
    configuration: text,
    customer: required(text),
    flow_data,
    locale: text,
    return_url: text,
};

export const routes = [['POST', '/v1/billing_portal/sessions', wanted, create]];
