// Subscriptions and invoices as they are when they are new, in the newest shape.
import { list } from './shapes.mjs';
import { new_id } from './store.mjs';

export const no_details = { comment: null, feedback: null, reason: null };

export function blank_subscription(account, order, trial_end) {
    const now = account.now();
    const flexible = account.version.slice(0, 10) >= '2025-09-30';
    return {
        id: new_id('sub'),
        object: 'subscription',
        application: null,
        application_fee_percent: null,
        automatic_tax: { disabled_reason: null, enabled: false, liability: null },
        billing_cycle_anchor: trial_end ?? now,
        billing_cycle_anchor_config: null,
        billing_mode: {
            flexible: flexible ? { proration_discounts: 'included' } : null,
            type: flexible ? 'flexible' : 'classic',
        },
        billing_thresholds: null,
        cancel_at: null,
        cancel_at_period_end: false,
        canceled_at: null,
        cancellation_details: no_details,
        collection_method: 'charge_automatically',
        created: now,
        currency: account.store.get('price', order.goods[0].price).currency,
        customer: order.customer.id,
        customer_account: null,
        days_until_due: null,
        default_payment_method: order.method?.id ?? null,
        default_source: null,
        default_tax_rates: [],
        description: order.description ?? null,
        discounts: [],
        ended_at: null,
        invoice_settings: { account_tax_ids: null, issuer: { type: 'self' } },
        latest_invoice: null,
        livemode: false,
        metadata: order.metadata ?? {},
        next_pending_invoice_item_invoice: null,
        on_behalf_of: null,
        pause_collection: null,
        payment_settings: {
            payment_method_options: null,
            payment_method_types: null,
            save_default_payment_method: 'off',
        },
        pending_invoice_item_interval: null,
        pending_setup_intent: null,
        pending_update: null,
        schedule: null,
        start_date: now,
        status: trial_end ? 'trialing' : 'incomplete',
        test_clock: null,
        transfer_data: null,
        trial_end,
        trial_settings: {
            end_behavior: { missing_payment_method: order.missing_method ?? 'create_invoice' },
        },
        trial_start: trial_end ? now : null,
        _fails: 0,
        _pending: [],
    };
}

export const items_of = (id, items) => ({
    ...list(items, `/v1/subscription_items?subscription=${id}`),
    total_count: items.length,
});

export function new_item(
    account,
    subscription,
    { price, quantity = 1 },
    start_of_period,
    end_of_period,
) {
    return {
        id: new_id('si', 14),
        object: 'subscription_item',
        billing_thresholds: null,
        created: account.now(),
        current_period_end: end_of_period,
        current_period_start: start_of_period,
        discounts: [],
        metadata: {},
        price,
        quantity,
        subscription,
        tax_rates: [],
    };
}

export function blank_invoice(account, customer, subscription) {
    const [item] = subscription.items.data;
    return {
        object: 'invoice',
        account_country: 'US',
        account_name: 'SyncStream TV',
        account_tax_ids: null,
        amount_overpaid: 0,
        amount_paid: 0,
        amount_shipping: 0,
        application: null,
        attempt_count: 0,
        attempted: false,
        auto_advance: false,
        automatic_tax: {
            disabled_reason: null,
            enabled: false,
            liability: null,
            provider: null,
            status: null,
        },
        automatically_finalizes_at: null,
        collection_method: 'charge_automatically',
        created: account.now(),
        currency: subscription.currency,
        custom_fields: null,
        customer: customer.id,
        customer_account: null,
        customer_address: customer.address,
        customer_email: customer.email,
        customer_name: customer.name,
        customer_phone: customer.phone,
        customer_shipping: null,
        customer_tax_exempt: 'none',
        customer_tax_ids: [],
        default_payment_method: null,
        default_source: null,
        default_tax_rates: [],
        description: null,
        discounts: [],
        due_date: null,
        effective_at: null,
        ending_balance: null,
        footer: null,
        from_invoice: null,
        hosted_invoice_url: null,
        invoice_pdf: null,
        issuer: { type: 'self' },
        last_finalization_error: null,
        latest_revision: null,
        livemode: false,
        metadata: {},
        next_payment_attempt: null,
        number: null,
        on_behalf_of: null,
        parent: {
            quote_details: null,
            subscription_details: {
                metadata: subscription.metadata,
                subscription: subscription.id,
            },
            type: 'subscription_details',
        },
        payment_settings: {
            default_mandate: null,
            payment_method_options: null,
            payment_method_types: null,
        },
        period_end: account.now(),
        period_start: Math.min(item.current_period_start, account.now()),
        post_payment_credit_notes_amount: 0,
        pre_payment_credit_notes_amount: 0,
        receipt_number: null,
        rendering: null,
        shipping_cost: null,
        shipping_details: null,
        statement_descriptor: null,
        status: 'draft',
        status_transitions: {
            finalized_at: null,
            marked_uncollectible_at: null,
            paid_at: null,
            voided_at: null,
        },
        test_clock: null,
        total_discount_amounts: [],
        total_pretax_credit_amounts: [],
        total_taxes: [],
        webhooks_delivered_at: null,
        _charge: null,
        _payment_intent: null,
    };
}

// A line: { amount, description, price, item, period, quantity, proration }.
export function line_of(account, subscription, invoice, line) {
    const price = account.store.get('price', line.price);
    return {
        id: new_id('il'),
        object: 'line_item',
        amount: line.amount,
        currency: price.currency,
        description: line.description,
        discount_amounts: [],
        discountable: true,
        discounts: [],
        invoice,
        livemode: false,
        metadata: subscription.metadata,
        parent: {
            invoice_item_details: null,
            subscription_item_details: {
                invoice_item: null,
                proration: line.proration ?? false,
                proration_details: { credited_items: null },
                subscription: subscription.id,
                subscription_item: line.item,
            },
            type: 'subscription_item_details',
        },
        period: line.period,
        pretax_credit_amounts: [],
        pricing: {
            price_details: { price: price.id, product: price.product },
            type: 'price_details',
            unit_amount_decimal: price.unit_amount_decimal,
        },
        quantity: line.quantity,
        quantity_decimal: String(line.quantity),
        subtotal: line.amount,
        taxes: [],
    };
}
