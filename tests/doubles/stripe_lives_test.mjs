// What becomes of purchases: pages, payments, trials, renewals, changes, ends.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Double } from './stripe/double.mjs';
import { key, start } from './support.mjs';

const day = 86400;
const types_of = async (get, more = '') =>
    (await get(`/v1/events?limit=100${more}`)).json.data.map((one) => one.type).reverse();

test('a person buys a plan with the mouse', async (t) => {
    const { checkout, page, press, get } = await start(t);
    const session = await checkout({
        client_reference_id: '42',
        customer_email: 'john@example.com',
        'subscription_data[metadata][user_id]': '42',
    });
    const path = new URL(session.url).pathname;
    assert.match(
        await page(path),
        /Basic × 1[\s\S]*4\.99 USD \/ month[\s\S]*Pay with a declined card/,
    );
    const paid = await press(`${path}/pay`, {
        number: '4242424242424242',
        email: 'john@example.com',
    });
    assert.equal(paid.status, 303);
    assert.equal(paid.to, `https://app.example/done?id=${session.id}`);
    const done = (
        await get(`/v1/checkout/sessions/${session.id}?expand[0]=line_items&expand[1]=subscription`)
    ).json;
    assert.equal(done.status, 'complete');
    assert.equal(done.payment_status, 'paid');
    assert.equal(done.url, null);
    assert.equal(done.line_items.data[0].price.id, 'price_basic_monthly');
    assert.equal(done.subscription.status, 'active');
    assert.equal(done.subscription.metadata.user_id, '42');
    assert.equal((await get(`/v1/customers/${done.customer}`)).json.email, 'john@example.com');
    assert.match(await page(path), /has been paid/);
    assert.match(await page('/'), /john|complete/);
});

test('a declined card buys nothing, and another one does', async (t) => {
    const { checkout, press, get } = await start(t);
    const session = await checkout();
    const declined = await press(`/c/pay/${session.id}/pay`, {
        declined: '1',
        number: '4242424242424242',
    });
    assert.equal(declined.status, 402);
    assert.match(declined.text, /Your card was declined/);
    assert.equal((await get('/v1/subscriptions?status=all')).json.data.length, 0);
    assert.equal(
        (await press(`/c/pay/${session.id}/pay`, { number: '4242424242424242' })).status,
        303,
    );
    assert.equal((await get('/v1/subscriptions')).json.data.length, 1);
});

test('nobody buys twice on one page', async (t) => {
    const { checkout, press, get } = await start(t);
    const { id } = await checkout();
    await Promise.all(
        [1, 2, 3].map(() => press(`/c/pay/${id}/pay`, { number: '4242424242424242' })),
    );
    assert.equal((await get('/v1/subscriptions')).json.data.length, 1);
});

test('who cancels goes back', async (t) => {
    const { checkout, press } = await start(t);
    const { id } = await checkout();
    assert.equal((await press(`/c/pay/${id}/cancel`)).to, 'https://app.example/plans');
});

test('an expired page sells nothing', async (t) => {
    const { checkout, post, page, press } = await start(t);
    const { id } = await checkout();
    assert.equal((await post(`/v1/checkout/sessions/${id}/expire`)).json.status, 'expired');
    assert.equal((await post(`/v1/checkout/sessions/${id}/expire`)).status, 400);
    assert.match(await page(`/c/pay/${id}`), /has expired/);
    assert.match((await press(`/c/pay/${id}/pay`)).text, /has expired/);
});

test('names on pages are text', async (t) => {
    const { checkout, page } = await start(t);
    const { id } = await checkout({ customer_email: '"><script>alert(1)</script>' });
    assert.ok(!(await page(`/c/pay/${id}`)).includes('<script>alert'));
});

test('checkouts that cannot be are refused', async (t) => {
    const { checkout } = await start(t);
    const refusals = [
        { mode: 'payment' },
        { 'line_items[0][price]': 'price_none' },
        { success_url: 'javascript:alert(1)' },
        { expires_at: '1' },
        { 'payment_intent_data[transfer_group]': 'x' },
        { customer: 'cus_none' },
        { 'subscription_data[trial_period_days]': '0' },
    ];
    for (const form of refusals) assert.ok((await checkout(form)).error, JSON.stringify(form));
});

test('the events of a purchase tell all of it', async (t) => {
    const { subscribe, get } = await start(t);
    const { id, latest_invoice } = await subscribe();
    const types = await types_of(get);
    for (const type of [
        'customer.created',
        'payment_method.attached',
        'charge.succeeded',
        'payment_intent.succeeded',
        'invoice.created',
        'invoice.finalized',
        'customer.subscription.created',
        'customer.subscription.updated',
        'invoice.paid',
        'invoice.payment_succeeded',
        'checkout.session.completed',
    ]) {
        assert.ok(types.includes(type), type);
    }
    const [updated] = (await get('/v1/events?type=customer.subscription.updated')).json.data;
    assert.equal(updated.data.object.status, 'active');
    assert.equal(updated.data.previous_attributes.status, 'incomplete');
    assert.equal(updated.data.object.id, id);
    const [paid] = (await get('/v1/events?types[0]=invoice.paid')).json.data;
    assert.equal(paid.data.object.id, latest_invoice);
    assert.equal(paid.data.object.amount_paid, 499);
});

test('things are sold once, by card or by bank', async (t) => {
    const { checkout, control, get } = await start(t);
    const sell = async (way) => {
        const session = await checkout({
            mode: 'payment',
            'line_items[0][price]': undefined,
            'line_items[0][price_data][currency]': 'usd',
            'line_items[0][price_data][unit_amount]': '10000',
            'line_items[0][price_data][product_data][name]': '10000 credits',
            'metadata[credits]': '10000',
        });
        return control(`complete_checkout/${session.id}`, way);
    };
    const by_card = await sell({});
    assert.equal(by_card.payment_status, 'paid');
    assert.equal(by_card.amount_total, 10000);
    assert.equal(by_card.customer, null);
    assert.equal(
        (await get(`/v1/payment_intents/${by_card.payment_intent}`)).json.status,
        'succeeded',
    );
    for (const succeeds of [true, false]) {
        const by_bank = await sell({ later: true });
        assert.equal(by_bank.payment_status, 'unpaid');
        const settled = await control(`settle_checkout/${by_bank.id}`, { succeeds });
        assert.equal(settled.payment_status, succeeds ? 'paid' : 'unpaid');
    }
    const types = await types_of(get, '&types[0]=checkout.session.*');
    assert.deepEqual(types.slice(-4), [
        'checkout.session.completed',
        'checkout.session.async_payment_succeeded',
        'checkout.session.completed',
        'checkout.session.async_payment_failed',
    ]);
});

test('a trial costs nothing until it ends', async (t) => {
    const { subscribe, get, control } = await start(t);
    const { id, status, trial_end, created } = await subscribe({
        'subscription_data[trial_period_days]': '14',
    });
    assert.equal(status, 'trialing');
    assert.equal(trial_end, created + 14 * day);
    assert.equal(
        (await get('/v1/checkout/sessions')).json.data[0].payment_status,
        'no_payment_required',
    );
    await control('advance', { to: trial_end - 2 * day });
    assert.equal(
        (await get('/v1/events?type=customer.subscription.trial_will_end')).json.data.length,
        1,
    );
    assert.equal((await get('/v1/charges')).json.data.length, 0);
    await control('advance', { to: trial_end });
    const after = (await get(`/v1/subscriptions/${id}?expand[0]=latest_invoice`)).json;
    assert.equal(after.status, 'active');
    assert.equal(after.latest_invoice.amount_paid, 499);
    assert.equal(after.latest_invoice.billing_reason, 'subscription_cycle');
    assert.equal(after.items.data[0].current_period_start, trial_end);
});

test('a trial without a card ends as it was told to', async (t) => {
    const { subscribe, get, control } = await start(t);
    for (const [behaviour, status] of [
        ['cancel', 'canceled'],
        ['pause', 'paused'],
        ['create_invoice', 'past_due'],
    ]) {
        const { id, trial_end } = await subscribe({
            payment_method_collection: 'if_required',
            'subscription_data[trial_period_days]': '1',
            'subscription_data[trial_settings][end_behavior][missing_payment_method]': behaviour,
        });
        await control('advance', { to: trial_end });
        assert.equal((await get(`/v1/subscriptions/${id}`)).json.status, status);
    }
});

test('a subscription is renewed each month, on its day', async (t) => {
    const { subscribe, get, control } = await start(t);
    const { id, created } = await subscribe();
    await control('advance', { seconds: 100 * day });
    const invoices = (await get(`/v1/invoices?subscription=${id}&status=paid`)).json.data;
    assert.equal(invoices.length, 4);
    const { items } = (await get(`/v1/subscriptions/${id}`)).json;
    assert.ok(items.data[0].current_period_end > created + 100 * day);
    const paid = (await get('/v1/events?type=invoice.paid')).json.data.map((one) => one.created);
    assert.equal(new Set(paid).size, 4);
});

test('a charge that fails is tried again, and paid by another card', async (t) => {
    const { subscribe, get, control } = await start(t);
    const { id, items } = await subscribe();
    await control(`fail_payment/${id}`, { times: 1 });
    await control('advance', { to: items.data[0].current_period_end });
    assert.equal((await get(`/v1/subscriptions/${id}`)).json.status, 'past_due');
    const [failed] = (await get('/v1/events?type=invoice.payment_failed')).json.data;
    assert.equal(failed.data.object.attempt_count, 1);
    assert.ok(failed.data.object.next_payment_attempt > failed.created);
    await control('advance', { seconds: 4 * day });
    assert.equal((await get(`/v1/subscriptions/${id}`)).json.status, 'active');
});

test('a charge that always fails ends the subscription', async (t) => {
    const { subscribe, get, control } = await start(t);
    const { id } = await subscribe(
        { 'subscription_data[trial_period_days]': '1' },
        { number: '4000000000000341' },
    );
    await control('advance', { seconds: 30 * day });
    const { status, cancellation_details } = (await get(`/v1/subscriptions/${id}`)).json;
    assert.equal(status, 'canceled');
    assert.equal(cancellation_details.reason, 'payment_failed');
    assert.equal((await get('/v1/events?type=invoice.payment_failed')).json.data.length, 4);
});

test('a plan is changed and paid for in proportion', async (t) => {
    const { subscribe, get, post, control } = await start(t);
    const { id, items } = await subscribe();
    const [item] = items.data;
    const half = (item.current_period_end - item.current_period_start) / 2;
    await control('advance', { seconds: half });
    const form = {
        'items[0][id]': item.id,
        'items[0][price]': 'price_family_monthly',
        proration_behavior: 'always_invoice',
        payment_behavior: 'error_if_incomplete',
    };
    await control(`fail_payment/${id}`, { times: -1 });
    const declined = await post(`/v1/subscriptions/${id}`, form);
    assert.equal(declined.status, 402);
    assert.equal(declined.json.error.type, 'card_error');
    assert.equal(
        (await get(`/v1/subscriptions/${id}`)).json.items.data[0].price.id,
        'price_basic_monthly',
    );
    await control(`fail_payment/${id}`, { times: 0 });
    const changed = (
        await post(`/v1/subscriptions/${id}`, { ...form, 'expand[0]': 'latest_invoice' })
    ).json;
    assert.equal(changed.items.data[0].price.id, 'price_family_monthly');
    assert.equal(changed.items.data.length, 1);
    assert.ok(
        Math.abs(changed.latest_invoice.total - 250) <= 2,
        String(changed.latest_invoice.total),
    );
    assert.equal(changed.latest_invoice.status, 'paid');
});

test('what was paid too much counts at the next invoice', async (t) => {
    const { subscribe, get, post, control } = await start(t);
    const { id, items } = await subscribe({ 'line_items[0][price]': 'price_family_monthly' });
    const form = { 'items[0][id]': items.data[0].id, 'items[0][price]': 'price_basic_monthly' };
    await post(`/v1/subscriptions/${id}`, form);
    await control('advance', { to: items.data[0].current_period_end });
    const { total, amount_paid } = (await get(`/v1/invoices?subscription=${id}`)).json.data[0];
    assert.ok(total < 499 && amount_paid === Math.max(0, total), `${total} ${amount_paid}`);
});

test('an item without its id is a second one', async (t) => {
    const { subscribe, post } = await start(t);
    const { id } = await subscribe();
    const two = await post(`/v1/subscriptions/${id}`, {
        'items[0][price]': 'price_family_monthly',
    });
    assert.equal(two.json.items.data.length, 2);
    assert.equal(
        (await post(`/v1/subscriptions/${id}`, { 'items[0][price]': 'price_family_monthly' }))
            .status,
        400,
    );
});

test('a subscription ends with its period, unless it is kept', async (t) => {
    const { subscribe, get, post, control } = await start(t);
    const { id, items } = await subscribe();
    const path = `/v1/subscriptions/${id}`;
    const ending = (await post(path, { cancel_at_period_end: 'true' })).json;
    assert.equal(ending.cancel_at, items.data[0].current_period_end);
    assert.equal((await post(path, { cancel_at_period_end: 'false' })).json.cancel_at, null);
    await post(path, { cancel_at_period_end: 'true' });
    await control('advance', { to: ending.cancel_at });
    const ended = (await get(path)).json;
    assert.equal(ended.status, 'canceled');
    assert.equal(ended.ended_at, ending.cancel_at);
    assert.equal((await get(`/v1/invoices?subscription=${id}`)).json.data.length, 1);
    assert.equal((await post(path, { cancel_at_period_end: 'false' })).status, 400);
    assert.equal((await get('/v1/subscriptions')).json.data.length, 0);
    assert.equal((await get('/v1/subscriptions?status=all')).json.data.length, 1);
});

test('a subscription is canceled at once', async (t) => {
    const { subscribe, call } = await start(t);
    const { id } = await subscribe();
    assert.equal(
        (await call('DELETE', `/v1/subscriptions/${id}?invoice_now=true&prorate=true`)).json.status,
        'canceled',
    );
    assert.equal((await call('DELETE', `/v1/subscriptions/${id}`)).status, 404);
});

test('in the portal a person cancels, keeps, pays and changes the card', async (t) => {
    const { subscribe, get, post, page, press, control } = await start(t);
    const { id, customer, items } = await subscribe(
        { 'subscription_data[trial_period_days]': '1' },
        { number: '4000000000000341' },
    );
    const { url } = (
        await post('/v1/billing_portal/sessions', {
            customer,
            return_url: 'https://app.example/me',
        })
    ).json;
    const path = new URL(url).pathname;
    assert.equal((await press(`${path}/subscriptions/${id}/cancel`)).status, 303);
    const canceled = (await get(`/v1/subscriptions/${id}`)).json;
    assert.equal(canceled.cancel_at, items.data[0].current_period_end);
    assert.equal(canceled.cancel_at_period_end, false); // as flexible billing has it
    assert.match(await page(path), /Keep it/);
    await press(`${path}/subscriptions/${id}/keep`);
    assert.equal((await get(`/v1/subscriptions/${id}`)).json.cancel_at, null);
    await control('advance', { seconds: 2 * day });
    const [invoice] = (await get(`/v1/invoices?subscription=${id}&status=open`)).json.data;
    assert.match(await page(path), /Pay it now/);
    assert.equal((await press(`${path}/invoices/${invoice.id}/pay`)).status, 402);
    assert.equal((await press(`${path}/card`, { number: '4242424242424242' })).status, 303);
    assert.equal((await press(`${path}/invoices/${invoice.id}/pay`)).status, 303);
    assert.equal((await get(`/v1/subscriptions/${id}`)).json.status, 'active');
    assert.match(await page(new URL(invoice.hosted_invoice_url).pathname), /paid/);
});

test('a customer who is deleted has no subscription any more', async (t) => {
    const { subscribe, call, get } = await start(t);
    const { id, customer } = await subscribe();
    await call('DELETE', `/v1/customers/${customer}`);
    assert.equal((await get(`/v1/subscriptions/${id}`)).json.status, 'canceled');
    const types = await types_of(get);
    assert.deepEqual(types.slice(-2), ['customer.subscription.deleted', 'customer.deleted']);
});

test('money goes back in parts, and never more than came', async (t) => {
    const { subscribe, get, post } = await start(t);
    await subscribe();
    const [charge] = (await get('/v1/charges')).json.data;
    const part = { payment_intent: charge.payment_intent, amount: '200' };
    assert.equal((await post('/v1/refunds', part)).json.status, 'succeeded');
    assert.equal((await post('/v1/refunds', { charge: charge.id, amount: '300' })).status, 400);
    assert.equal((await post('/v1/refunds', { charge: charge.id })).json.amount, 299);
    const again = await post('/v1/refunds', { charge: charge.id });
    assert.equal(again.json.error.code, 'charge_already_refunded');
    const { amount_refunded, refunded } = (await get(`/v1/charges/${charge.id}`)).json;
    assert.deepEqual([amount_refunded, refunded], [499, true]);
    assert.equal((await get('/v1/events?type=charge.refunded')).json.data.length, 2);
});

test('a payment is disputed and won', async (t) => {
    const { subscribe, get, control } = await start(t);
    await subscribe();
    const [{ id }] = (await get('/v1/charges')).json.data;
    assert.equal((await control(`dispute/${id}`, {})).status, 'needs_response');
    assert.equal((await control(`dispute/${id}`, { status: 'won' })).status, 'won');
    assert.equal((await get('/v1/events?types[0]=charge.dispute.*')).json.data.length, 3);
});

test('what there is outlives a restart, and a line cut short', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'double.'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'state');
    const first = await start(t, { file });
    const { id } = await first.subscribe();
    const { appendFileSync } = await import('node:fs');
    appendFileSync(file, '["customer","cus_half",{"id":');
    const second = await start(t, { file });
    assert.equal((await second.get(`/v1/subscriptions/${id}`)).json.status, 'active');
    assert.equal((await second.get('/v1/prices')).json.data.length, 2);
    const third = new Double({ key, file });
    assert.ok(third.store.get('subscription', id));
});

test('a reset leaves what is for sale', async (t) => {
    const { subscribe, control, get } = await start(t);
    await subscribe();
    await control('reset');
    assert.equal((await get('/v1/subscriptions?status=all')).json.data.length, 0);
    assert.equal((await get('/v1/prices/price_basic_monthly')).json.unit_amount, 499);
});
