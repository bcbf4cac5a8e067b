// The cards that exist here, and what becomes of them when they are somebody's.
import { createHash } from 'node:crypto';
import { invalid } from './errors.mjs';
import { new_id } from './store.mjs';

// Stripe's cards for tests. `declines` says why each charge of a card fails; one that `attaches` is
// accepted at first, and fails when it is charged.
export const cards = {
    4242424242424242: { brand: 'visa', name: 'Visa' },
    5555555555554444: { brand: 'mastercard', name: 'Mastercard' },
    378282246310005: { brand: 'amex', name: 'American Express' },
    4000000000000341: {
        brand: 'visa',
        name: 'Visa, fails later',
        declines: 'generic_decline',
        attaches: true,
    },
    4000000000000002: { brand: 'visa', name: 'Visa, declined', declines: 'generic_decline' },
    4000000000009995: { brand: 'visa', name: 'Visa, no funds', declines: 'insufficient_funds' },
};

const no_address = {
    city: null,
    country: null,
    line1: null,
    line2: null,
    postal_code: null,
    state: null,
};

export function card_of(number) {
    const card = cards[number];
    if (!card) throw invalid(`This card is not known here: ${number}`, { param: 'card' });
    return card;
}

// A card of a customer, with which subscriptions are paid from now on. The fingerprint is the same
// for the same card of whomever.
export function attach_card(account, customer, number, billing = {}) {
    const card = card_of(number);
    const method = account.add(
        {
            id: new_id('pm'),
            object: 'payment_method',
            allow_redisplay: 'limited',
            billing_details: {
                address: no_address,
                email: null,
                name: null,
                phone: null,
                tax_id: null,
                ...billing,
            },
            card: {
                brand: card.brand,
                checks: {
                    address_line1_check: null,
                    address_postal_code_check: null,
                    cvc_check: 'pass',
                },
                country: 'US',
                display_brand: card.brand,
                exp_month: 12,
                exp_year: new Date().getUTCFullYear() + 3,
                fingerprint: createHash('sha256').update(String(number)).digest('hex').slice(0, 16),
                funding: 'credit',
                generated_from: null,
                last4: String(number).slice(-4),
                networks: { available: [card.brand], preferred: null },
                regulated_status: 'unregulated',
                three_d_secure_usage: { supported: true },
                wallet: null,
            },
            created: account.now(),
            customer: customer?.id ?? null,
            customer_account: null,
            livemode: false,
            metadata: {},
            type: 'card',
            _number: String(number),
        },
        customer ? 'payment_method.attached' : '',
    );
    return method;
}
