// Charges of cards, refunds and disputes.
import { card_declined, invalid } from './errors.mjs';
import { by, page, paging } from './lists.mjs';
import { absent, integer, merge_metadata, metadata, one_of, text } from './parameters.mjs';
import { cards } from './cards.mjs';
import { new_id } from './store.mjs';

// Why the bank would decline a card now; nothing when it would not.
export const refusal_of = (method) => (method ? cards[method._number].declines : 'generic_decline');

// Charges a card: { amount, currency, customer, method, invoice, description, metadata,
// transfer_group, setup, declines }. The payment intent; it succeeded, or has a last_payment_error.
export function pay(account, order) {
    const declines = order.declines ?? refusal_of(order.method);
    const intent = account.add(intent_of(account, order, declines), 'payment_intent.created');
    if (order.later) {
        const { id: _id, object: _object, ...rest } = order.method;
        const bank = account.add({ ...rest, id: new_id('pm'), object: 'payment_method' });
        return account.change(intent, { amount_received: 0, payment_method: bank.id, status: 'processing' });
    }
    const charge = account.add(charge_of(account, order, intent, declines), declines ? 'charge.failed' : 'charge.succeeded');
    account.change(intent, { latest_charge: charge.id });
    account.emit(declines ? 'payment_intent.payment_failed' : 'payment_intent.succeeded', intent);
    return intent;
}

function intent_of(account, order, declines) {
    const { amount, currency, customer = null, method, setup } = order;
    const id = new_id('pi');
    return {
        id,
        object: 'payment_intent',
        amount,
        amount_capturable: 0,
        amount_details: { tip: {} },
        amount_received: declines ? 0 : amount,
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

function charge_of(account, order, intent, declines) {
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

function charge_to_refund(account, { charge, payment_intent }) {
    if (charge) return account.find('charge', charge, 'charge');
    if (!payment_intent) throw absent('payment_intent or charge');
    const intent = account.find('payment_intent', payment_intent, 'payment_intent');
    if (intent.status === 'succeeded') return account.find('charge', intent.latest_charge);
    throw invalid('This PaymentIntent does not have a successful charge to refund.', { param: 'payment_intent' });
}

function refund(account, params) {
    const charge = charge_to_refund(account, params);
    const left = charge.amount - charge.amount_refunded;
    if (left === 0) {
        throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
    }
    if (!charge.paid) throw invalid(`Charge ${charge.id} was not paid.`, { param: 'charge' });
    const amount = params.amount ?? left;
    if (amount > left) {
        throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
            param: 'amount',
        });
    }
    const made = account.add(refund_of(account, charge, amount, params));
    const total = charge.amount_refunded + amount;
    account.change(
        charge,
        { amount_refunded: total, refunded: total === charge.amount },
        'charge.refunded',
    );
    account.emit('refund.created', made);
    return made;
}

function refund_of(account, charge, amount, params) {
    return {
        id: new_id('re'),
        object: 'refund',
        amount,
        balance_transaction: new_id('txn'),
        charge: charge.id,
        created: account.now(),
        currency: charge.currency,
        customer: charge.customer,
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

// A customer's bank takes a payment back, or (`won`, `lost`) has decided about it.
export function dispute(account, charge_id, status = 'needs_response') {
    const charge = account.find('charge', charge_id);
    const open = account.all('dispute').find((one) => one.charge === charge_id);
    if (open) {
        const over = status === 'won' || status === 'lost';
        return account.change(open, { status }, over ? 'charge.dispute.closed' : 'charge.dispute.updated');
    }
    account.change(charge, { disputed: true });
    const made = account.add(dispute_of(account, charge, status), 'charge.dispute.created');
    account.emit('charge.dispute.funds_withdrawn', made);
    return made;
}

function dispute_of(account, charge, status) {
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
        evidence_details: { due_by: account.now() + 7 * 86400, has_evidence: false, past_due: false, submission_count: 0 },
        is_charge_refundable: false,
        livemode: false,
        metadata: {},
        payment_intent: charge.payment_intent,
        payment_method_details: { card: { brand: 'visa', case_type: 'chargeback', network_reason_code: '10.4' }, type: 'card' },
        reason: 'fraudulent',
        status,
    };
}

const lists = [
    ['refund', '/v1/refunds', ['charge', 'payment_intent']],
    ['charge', '/v1/charges', ['customer', 'payment_intent']],
    ['payment_intent', '/v1/payment_intents', ['customer']],
    ['invoice_payment', '/v1/invoice_payments', ['invoice', 'status']],
];

export const routes = [
    [
        'POST',
        '/v1/refunds',
        {
            amount: integer(1),
            charge: text,
            metadata,
            payment_intent: text,
            reason: one_of('duplicate', 'fraudulent', 'requested_by_customer'),
        },
        refund,
    ],
    ...lists.flatMap(([kind, path, fields]) => [
        ['GET', path, { ...paging, ...Object.fromEntries(fields.map((field) => [field, text])) }, listing(kind, path, fields)],
        ['GET', `${path}/:id`, {}, (account, _params, id) => account.find(kind, id)],
    ]),
];

function listing(kind, path, fields) {
    return (account, params, _id, version) =>
        page(account, kind, params, path, by(params, ...fields), version);
}
