// Checkout sessions, payments, refunds and disputes as they are when they are new, in the newest
// shape.
import { card_declined } from './errors.mjs';
import { merge_metadata } from './parameters.mjs';
import { new_id } from './store.mjs';

const has_trial = ({ trial_period_days, trial_end } = {}) =>
    Boolean(trial_period_days || trial_end);

export function blank_session(account, params, customer, lines) {
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
        custom_text: {
            after_submit: null,
            shipping_address: null,
            submit: null,
            terms_of_service_acceptance: null,
        },
        customer: customer?.id ?? null,
        customer_account: null,
        customer_creation: customer
            ? null
            : subscribes
              ? 'always'
              : (params.customer_creation ?? 'if_required'),
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
        payment_method_collection: subscribes
            ? (params.payment_method_collection ?? 'always')
            : 'if_required',
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

export function details_of(customer, email) {
    const name = customer?.name ?? 'Newcomer';
    return {
        address: {
            city: null,
            country: 'US',
            line1: null,
            line2: null,
            postal_code: '10001',
            state: null,
        },
        business_name: null,
        email: customer?.email ?? email,
        individual_name: null,
        name,
        phone: null,
        tax_exempt: 'none',
        tax_ids: [],
    };
}

export function intent_of(account, order, declines) {
    const { amount, currency, customer = null, method, setup } = order;
    const id = new_id('pi');
    return {
        id,
        object: 'payment_intent',
        amount,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: declines ? 0 : amount,
        allowed_payment_method_types: null,
        application: null,
        application_fee_amount: null,
        automatic_payment_methods: null,
        canceled_at: null,
        cancellation_reason: null,
        capture_method: 'automatic_async',
        client_secret: `${id}_secret_${new_id('', 25).slice(1)}`,
        confirmation_method: 'automatic',
        created: account.now(),
        currency,
        customer,
        customer_account: null,
        description: order.description ?? null,
        excluded_payment_method_types: null,
        last_payment_error: declines ? { ...card_declined(declines).error, param: '' } : null,
        latest_charge: null,
        livemode: false,
        managed_payments: { enabled: false },
        metadata: order.metadata ?? {},
        next_action: null,
        on_behalf_of: null,
        payment_method: declines ? null : (method?.id ?? null),
        payment_method_configuration_details: null,
        payment_method_options: {},
        payment_method_types: ['card'],
        processing: null,
        receipt_email: null,
        review: null,
        setup_future_usage: setup ? 'off_session' : null,
        shipping: null,
        source: null,
        statement_descriptor: null,
        statement_descriptor_suffix: null,
        status: declines ? 'requires_payment_method' : 'succeeded',
        transfer_data: null,
        transfer_group: order.transfer_group ?? null,
        _invoice: order.invoice ?? null,
    };
}

export function charge_of(account, order, intent, declines) {
    const { amount, currency, customer = null, method } = order;
    const error = declines ? card_declined(declines).error : null;
    return {
        id: new_id('ch'),
        object: 'charge',
        amount,
        amount_captured: declines ? 0 : amount,
        amount_refunded: 0,
        application: null,
        application_fee: null,
        application_fee_amount: null,
        balance_transaction: declines ? null : new_id('txn'),
        billing_details: method?.billing_details ?? {},
        calculated_statement_descriptor: 'STAND-IN',
        captured: !declines,
        created: account.now(),
        currency,
        customer,
        description: order.description ?? null,
        disputed: false,
        failure_balance_transaction: null,
        failure_code: error?.code ?? null,
        failure_message: error?.message ?? null,
        fraud_details: {},
        livemode: false,
        metadata: order.metadata ?? {},
        on_behalf_of: null,
        outcome: outcome_of(declines),
        paid: !declines,
        payment_intent: intent.id,
        payment_method: method?.id ?? null,
        payment_method_details: method ? { card: method.card, type: 'card' } : null,
        radar_options: {},
        receipt_email: null,
        receipt_number: null,
        receipt_url: null,
        refunded: false,
        review: null,
        shipping: null,
        source: null,
        source_transfer: null,
        statement_descriptor: null,
        statement_descriptor_suffix: null,
        status: declines ? 'failed' : 'succeeded',
        transfer_data: null,
        transfer_group: order.transfer_group ?? null,
        _invoice: order.invoice ?? null,
    };
}

function outcome_of(declines) {
    return {
        advice_code: declines ? 'try_again_later' : null,
        network_advice_code: null,
        network_decline_code: null,
        network_status: declines ? 'declined_by_network' : 'approved_by_network',
        reason: declines ?? null,
        risk_level: 'normal',
        seller_message: declines ? 'The bank declined the payment.' : 'Payment complete.',
        type: declines ? 'issuer_declined' : 'authorized',
    };
}

export function refund_of(account, charge, amount, params) {
    return {
        id: new_id('re'),
        object: 'refund',
        amount,
        balance_transaction: new_id('txn'),
        charge: charge.id,
        created: account.now(),
        currency: charge.currency,
        customer: charge.customer,
        customer_account: null,
        destination_details: { card: { type: 'refund' }, type: 'card' },
        metadata: merge_metadata({}, params.metadata ?? {}),
        payment_intent: charge.payment_intent,
        payment_method: charge.payment_method,
        reason: params.reason ?? null,
        receipt_number: null,
        source_transfer_reversal: null,
        status: 'succeeded',
        transfer_reversal: null,
    };
}

export function dispute_of(account, charge, status) {
    return {
        id: new_id('du'),
        object: 'dispute',
        amount: charge.amount,
        balance_transactions: [],
        charge: charge.id,
        created: account.now(),
        currency: charge.currency,
        enhanced_eligibility_types: [],
        evidence: {},
        evidence_details: {
            enhanced_eligibility: {},
            due_by: account.now() + 7 * 86400,
            has_evidence: false,
            past_due: false,
            submission_count: 0,
        },
        is_charge_refundable: false,
        livemode: false,
        metadata: {},
        payment_intent: charge.payment_intent,
        payment_method_details: {
            card: {
                brand: 'visa',
                case_type: 'chargeback',
                network: 'visa',
                network_reason_code: '10.4',
            },
            type: 'card',
        },
        reason: 'fraudulent',
        status,
    };
}
