// The official library of Stripe drives the stand-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { key, receiver, secret, start } from '../doubles/support.mjs';
import { Stripe, connect } from './stripe.mjs';

const { errors } = Stripe;

async function drive(t, more = {}) {
    const double = await start(t, more);
    return { ...double, stripe: connect(double.base, key) };
}

const plan = (price) => ({
    mode: 'subscription',
    line_items: [{ price, quantity: 1 }],
    success_url: 'https://app.example/done?id={CHECKOUT_SESSION_ID}',
});

test('a customer is made, found, changed and deleted', async (t) => {
    const { stripe } = await drive(t);
    const made = await stripe.customers.create({
        email: 'john+1@example.com',
        name: 'Jöhn & Co',
        metadata: { user_id: '42' },
    });
    const found = await stripe.customers.retrieve(made.id);
    assert.equal(found.email, 'john+1@example.com');
    assert.equal(found.metadata.user_id, '42');
    assert.equal(
        (await stripe.customers.update(made.id, { metadata: { user_id: '' } })).metadata.user_id,
        undefined,
    );
    assert.equal((await stripe.customers.del(made.id)).deleted, true);
    assert.equal((await stripe.customers.retrieve(made.id)).deleted, true);
});

test('a plan is made, sold, changed and canceled', async (t) => {
    const { stripe, press } = await drive(t);
    const product = await stripe.products.create({ name: 'Gold', metadata: { plan_id: '7' } });
    const price = await stripe.prices.create({
        product: product.id,
        currency: 'usd',
        unit_amount: 1999,
        recurring: { interval: 'month' },
        lookup_key: 'gold',
        transfer_lookup_key: true,
    });
    const session = await stripe.checkout.sessions.create({
        ...plan(price.id),
        client_reference_id: '42',
        subscription_data: { trial_period_days: 7, metadata: { user_id: '42' } },
    });
    assert.equal(
        (await press(new URL(session.url).pathname + '/pay', { number: '4242424242424242' }))
            .status,
        303,
    );
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id, {
        expand: ['line_items', 'subscription'],
    });
    assert.equal(subscription.status, 'trialing');
    const [item] = subscription.items.data;
    const changed = await stripe.subscriptions.update(subscription.id, {
        items: [{ id: item.id, price: 'price_family_monthly' }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
    });
    assert.equal(changed.items.data[0].price.id, 'price_family_monthly');
    const ending = await stripe.subscriptions.update(subscription.id, {
        cancel_at_period_end: true,
    });
    assert.equal(ending.cancel_at, item.current_period_end);
    const canceled = await stripe.subscriptions.cancel(subscription.id, {
        invoice_now: true,
        prorate: true,
    });
    assert.equal(canceled.status, 'canceled');
    assert.equal((await stripe.prices.update(price.id, { active: false })).active, false);
});

test('lists are read to their end', async (t) => {
    const { stripe } = await drive(t);
    const made = [];
    for (let i = 0; i < 7; ++i) made.unshift((await stripe.customers.create({ name: `${i}` })).id);
    const found = [];
    for await (const customer of stripe.customers.list({ limit: 3 })) found.push(customer.id);
    assert.deepEqual(found, made);
    const events = await stripe.events.list({ types: ['customer.created'], limit: 100 });
    assert.equal(events.data.length, 7);
});

test('a call with the same key is answered as before', async (t) => {
    const { stripe } = await drive(t);
    const options = { idempotencyKey: 'cust:42:1' };
    const one = await stripe.customers.create({ name: 'John' }, options);
    const again = await stripe.customers.create({ name: 'John' }, options);
    assert.equal(again.id, one.id);
    assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
    await assert.rejects(
        stripe.customers.create({ name: 'Jane' }, options),
        errors.StripeIdempotencyError,
    );
});

test('errors are those of the library', async (t) => {
    const { stripe, base, subscribe, control } = await drive(t);
    const stranger = connect(base, 'sk_test_stranger');
    await assert.rejects(stranger.customers.list(), errors.StripeAuthenticationError);
    await assert.rejects(stripe.prices.retrieve('price_none'), (error) => {
        assert.ok(error instanceof errors.StripeInvalidRequestError);
        assert.equal(error.code, 'resource_missing');
        assert.match(error.requestId, /^req_/);
        return error.statusCode === 404;
    });
    await assert.rejects(stripe.customers.create({ emial: 'x' }), {
        code: 'parameter_unknown',
        param: 'emial',
    });
    const { id, items } = await subscribe();
    await control(`fail_payment/${id}`, { times: -1 });
    const change = stripe.subscriptions.update(id, {
        items: [{ id: items.data[0].id, price: 'price_family_monthly' }],
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
    });
    await assert.rejects(
        change,
        (error) => error instanceof errors.StripeCardError && error.code === 'card_declined',
    );
    for (const [fault, kind] of [
        [{ status: 429 }, errors.StripeRateLimitError],
        [{ status: 500 }, errors.StripeAPIError],
        [{ drop: true, times: 2 }, errors.StripeConnectionError], // it tries a broken connection twice
    ]) {
        await control('fail_next', fault);
        await assert.rejects(stripe.customers.create({}), kind);
    }
});

test('the library makes good what broke, once', async (t) => {
    const { stripe, base, control } = await drive(t);
    const patient = connect(base, key, { maxNetworkRetries: 2 });
    for (const fault of [
        { drop: true },
        { drop: true, acted: true },
        { status: 500, acted: true },
        { status: 500 },
    ]) {
        await control('fail_next', { method: 'POST', ...fault });
        await patient.customers.create({ name: 'once' });
    }
    assert.equal((await stripe.customers.list()).data.length, 4);
});

test('the library accepts the events of the stand-in', async (t) => {
    const service = await receiver(t);
    const { stripe, subscribe, control } = await drive(t, {
        webhooks: { url: service.url, secrets: ['whsec_new', secret] },
    });
    await subscribe();
    await control('settled');
    assert.ok(service.taken.length > 8);
    for (const { body, signature } of service.taken) {
        assert.equal(stripe.webhooks.constructEvent(body, signature, secret).object, 'event');
        assert.throws(
            () => stripe.webhooks.constructEvent(body + ' ', signature, secret),
            errors.StripeSignatureVerificationError,
        );
    }
});

test('the portal opens, and money goes back', async (t) => {
    const { stripe, subscribe, page } = await drive(t);
    const { customer, latest_invoice } = await subscribe();
    const portal = await stripe.billingPortal.sessions.create({
        customer,
        return_url: 'https://app.example',
    });
    assert.match(await page(new URL(portal.url).pathname), /Your subscriptions/);
    const invoice = await stripe.invoices.retrieve(latest_invoice, { expand: ['payments'] });
    const { payment_intent } = invoice.payments.data[0].payment;
    const refund = await stripe.refunds.create({
        payment_intent,
        amount: 200,
        reason: 'requested_by_customer',
    });
    assert.equal(refund.status, 'succeeded');
    const open = await stripe.checkout.sessions.create(plan('price_basic_monthly'));
    assert.equal((await stripe.checkout.sessions.expire(open.id)).status, 'expired');
});
