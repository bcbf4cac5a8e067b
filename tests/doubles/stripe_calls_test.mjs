// How the stand-in takes calls: keys, parameters, errors, repetition, pages of lists, faults.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './support.mjs';

const customers = '/v1/customers';
const repeated = (key) => ({ 'Idempotency-Key': key });

test('a call without the key is refused', async (t) => {
    const { call } = await start(t);
    for (const Authorization of ['', 'Bearer sk_test_other', 'Basic c2tfb3RoZXI6']) {
        const answer = await call('GET', customers, '', { Authorization });
        assert.equal(answer.status, 401);
        assert.equal(answer.json.error.type, 'invalid_request_error');
    }
});

test('the key may come as the name of a user', async (t) => {
    const { call, double } = await start(t);
    const Authorization = `Basic ${Buffer.from(`${double.key}:`).toString('base64')}`;
    assert.equal((await call('GET', customers, '', { Authorization })).status, 200);
});

test('every answer names its request', async (t) => {
    const { get } = await start(t);
    const [one, other] = [await get(customers), await get('/v1/nonsense')];
    assert.match(one.headers.get('request-id'), /^req_\w{14}$/);
    assert.notEqual(one.headers.get('request-id'), other.headers.get('request-id'));
    assert.equal(other.status, 404);
    assert.equal(one.headers.get('stripe-version'), '2026-10-28.endive');
});

test('every answer is dated by the clock that events are dated by', async (t) => {
    const { get, control } = await start(t);
    const { now } = await control('advance', { seconds: 1_000_000 });
    const date = Date.parse((await get(customers)).headers.get('date')) / 1000;
    assert.ok(date >= now && date < now + 60);
});

test('a page of another host is not let in', async (t) => {
    const { base } = await start(t);
    const http = await import('node:http');
    const status = await new Promise((tell) => {
        http.get(base, { headers: { Host: 'evil.example' } }, (answer) => tell(answer.statusCode));
    });
    assert.equal(status, 403);
});

test('brackets make objects and lists', async (t) => {
    const { post } = await start(t);
    const { json } = await post(customers, {
        email: 'john+1@example.com',
        name: 'Jöhn & Co 😀',
        'metadata[user_id]': '42',
        'metadata[a b]': '100%',
        'preferred_locales[]': 'de',
        'address[city]': 'Köln',
    });
    assert.deepEqual({ ...json.metadata }, { user_id: '42', 'a b': '100%' });
    assert.equal(json.name, 'Jöhn & Co 😀');
    assert.deepEqual(json.preferred_locales, ['de']);
    assert.equal(json.address.city, 'Köln');
    assert.match(json.id, /^cus_\w{14}$/);
});

test('a misspelled parameter is refused, however deep', async (t) => {
    const { post, get } = await start(t);
    const top = await post(customers, { emial: 'a@example.com' });
    assert.equal(top.status, 400);
    assert.equal(top.json.error.code, 'parameter_unknown');
    assert.equal(top.json.error.param, 'emial');
    const deep = await post('/v1/checkout/sessions', {
        mode: 'subscription',
        'line_items[0][prise]': 'x',
        success_url: 'https://app.example',
    });
    assert.equal(deep.json.error.param, 'line_items[0][prise]');
    assert.equal((await get(`${customers}?limt=1`)).json.error.code, 'parameter_unknown');
    assert.equal((await post(customers, { '__proto__[x]': '1' })).status, 400);
});

test('what is missing or of the wrong kind is refused', async (t) => {
    const { post } = await start(t);
    const codes = [];
    for (const form of [
        { product: 'prod_1', unit_amount: '1' },
        { currency: 'usd', 'product_data[name]': 'x', unit_amount: '1.5' },
        {
            currency: 'usd',
            'product_data[name]': 'x',
            unit_amount: '1',
            'recurring[interval]': 'moon',
        },
        { currency: 'usd', product: 'prod_none', unit_amount: '1' },
    ]) {
        const { status, json } = await post('/v1/prices', form);
        codes.push([status, json.error.code ?? json.error.param]);
    }
    assert.deepEqual(codes, [
        [400, 'parameter_missing'],
        [400, 'parameter_invalid_integer'],
        [400, 'recurring[interval]'],
        [404, 'resource_missing'],
    ]);
});

test('what is not there is missing, and a deleted customer is told as such', async (t) => {
    const { get, post, call } = await start(t);
    const { status, json } = await get('/v1/subscriptions/sub_none');
    assert.equal(status, 404);
    assert.equal(json.error.code, 'resource_missing');
    const { id } = (await post(customers, { email: 'a@example.com' })).json;
    assert.deepEqual((await call('DELETE', `${customers}/${id}`)).json, {
        id,
        object: 'customer',
        deleted: true,
    });
    assert.equal((await get(`${customers}/${id}`)).json.deleted, true);
    assert.equal((await post(`${customers}/${id}`, { name: 'x' })).status, 404);
});

test('a call is repeated with its key, and answered as before', async (t) => {
    const { post, get } = await start(t);
    const one = await post(customers, { email: 'a@example.com' }, repeated('k1'));
    const again = await post(customers, { email: 'a@example.com' }, repeated('k1'));
    assert.equal(again.json.id, one.json.id);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal(again.headers.get('original-request'), one.headers.get('request-id'));
    assert.equal((await get(customers)).json.data.length, 1);
});

test('a key is good for one call only', async (t) => {
    const { post } = await start(t);
    await post(customers, { email: 'a@example.com' }, repeated('k1'));
    const other = await post(customers, { email: 'b@example.com' }, repeated('k1'));
    assert.equal(other.status, 400);
    assert.equal(other.json.error.type, 'idempotency_error');
});

test('a key is in use while its call is under way', async (t) => {
    const { post, control } = await start(t);
    await control('fail_next', { path: customers, delay_ms: 300, acted: true });
    const slow = post(customers, { email: 'a@example.com' }, repeated('k1'));
    await new Promise((go) => setTimeout(go, 100));
    const early = await post(customers, { email: 'a@example.com' }, repeated('k1'));
    assert.equal(early.status, 409);
    assert.equal(early.json.error.code, 'idempotency_key_in_use');
    const { id } = (await slow).json;
    assert.equal((await post(customers, { email: 'a@example.com' }, repeated('k1'))).json.id, id);
});

test('a key may be used again after a call that was malformed', async (t) => {
    const { post } = await start(t);
    assert.equal((await post(customers, { emial: 'a' }, repeated('k1'))).status, 400);
    assert.equal((await post(customers, { email: 'a' }, repeated('k1'))).status, 200);
});

test('lists are read page by page, in both directions', async (t) => {
    const { get, post } = await start(t);
    const ids = [];
    for (let i = 0; i < 5; ++i) ids.unshift((await post(customers, { name: `${i}` })).json.id);
    const first = (await get(`${customers}?limit=2`)).json;
    assert.deepEqual(
        first.data.map((one) => one.id),
        ids.slice(0, 2),
    );
    assert.equal(first.has_more, true);
    const last = (await get(`${customers}?limit=3&starting_after=${ids[1]}`)).json;
    assert.deepEqual(
        last.data.map((one) => one.id),
        ids.slice(2),
    );
    assert.equal(last.has_more, false);
    const back = (await get(`${customers}?limit=2&ending_before=${ids[4]}`)).json;
    assert.deepEqual(
        back.data.map((one) => one.id),
        ids.slice(2, 4),
    );
    assert.equal(back.has_more, true);
    assert.equal((await get(`${customers}?starting_after=cus_none`)).status, 404);
    assert.equal((await get(`${customers}?limit=101`)).status, 400);
    assert.equal((await get(`${customers}?created[gt]=99999999999`)).json.data.length, 0);
});

test('ids become objects where that is asked for', async (t) => {
    const { subscribe, get } = await start(t);
    const { id } = await subscribe();
    const expand = 'expand[0]=customer&expand[1]=latest_invoice.payments';
    const { json } = await get(`/v1/subscriptions/${id}?${expand}`);
    assert.equal(json.customer.object, 'customer');
    assert.equal(json.latest_invoice.payments.data[0].status, 'paid');
    assert.equal((await get(`/v1/subscriptions/${id}?expand[0]=status`)).status, 400);
    assert.equal(
        (await get('/v1/subscriptions?expand[0]=data.customer')).json.data[0].customer.object,
        'customer',
    );
});

test('a version of the API shows its own fields', async (t) => {
    const { subscribe, get } = await start(t);
    const { id, latest_invoice } = await subscribe();
    const before = { 'Stripe-Version': '2025-02-24.acacia' };
    const old = (await get(`/v1/subscriptions/${id}`, before)).json;
    const now = (await get(`/v1/subscriptions/${id}`)).json;
    assert.ok(old.current_period_end > old.created);
    assert.equal(old.items.data[0].current_period_end, undefined);
    assert.equal(now.current_period_end, undefined);
    assert.equal(now.items.data[0].current_period_end, old.current_period_end);
    const old_invoice = (await get(`/v1/invoices/${latest_invoice}`, before)).json;
    const invoice = (await get(`/v1/invoices/${latest_invoice}`)).json;
    assert.equal(old_invoice.subscription, id);
    assert.equal(old_invoice.paid, true);
    assert.equal(old_invoice.lines.data[0].price.id, 'price_basic_monthly');
    assert.match(old_invoice.charge, /^ch_/);
    assert.equal(invoice.subscription, undefined);
    assert.equal(invoice.parent.subscription_details.subscription, id);
    assert.equal(invoice.lines.data[0].pricing.price_details.price, 'price_basic_monthly');
    assert.equal((await get('/v1/prices', { 'Stripe-Version': 'latest' })).status, 400);
});

test('a call fails as planned, and so often', async (t) => {
    const { post, get, control } = await start(t);
    await control('fail_next', { path: customers, status: 429, times: 2 });
    const [one, two, three] = [await post(customers), await post(customers), await post(customers)];
    assert.deepEqual([one.status, two.status, three.status], [429, 429, 200]);
    assert.equal(one.json.error.code, 'rate_limit');
    assert.equal((await get(customers)).json.data.length, 1);
});

test('a failure before anything was done leaves the key free', async (t) => {
    const { post, get, control } = await start(t);
    await control('fail_next', { status: 500 });
    assert.equal((await post(customers, {}, repeated('k1'))).status, 500);
    const again = await post(customers, {}, repeated('k1'));
    assert.equal(again.status, 200);
    assert.equal(again.headers.get('idempotent-replayed'), null);
    assert.equal((await get(customers)).json.data.length, 1);
});

test('a failure after all was done is made good by the same key', async (t) => {
    const { post, get, control } = await start(t);
    await control('fail_next', { status: 500, acted: true });
    assert.equal((await post(customers, {}, repeated('k1'))).status, 500);
    const again = await post(customers, {}, repeated('k1'));
    assert.equal(again.status, 200);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.equal((await get(customers)).json.data.length, 1);
});

test('a stored failure is what the key says for ever', async (t) => {
    const { post, get, control } = await start(t);
    await control('fail_next', { status: 500, acted: true, stored: true });
    const statuses = [];
    for (let i = 0; i < 3; ++i) statuses.push((await post(customers, {}, repeated('k1'))).status);
    assert.deepEqual(statuses, [500, 500, 500]);
    assert.equal((await get(customers)).json.data.length, 1);
});

test('a connection breaks before or after', async (t) => {
    const { post, get, control } = await start(t);
    await control('fail_next', { drop: true });
    await assert.rejects(post(customers, {}, repeated('k1')));
    assert.equal((await get(customers)).json.data.length, 0);
    await control('fail_next', { method: 'POST', drop: true, acted: true });
    await assert.rejects(post(customers, {}, repeated('k1')));
    assert.equal((await get(customers)).json.data.length, 1);
    const again = await post(customers, {}, repeated('k1'));
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
});

test('what was called can be looked up, without the key', async (t) => {
    const { post, control, double } = await start(t);
    await post(customers, { 'metadata[user_id]': '7' }, repeated('k1'));
    const [call] = await control('requests', undefined, 'GET');
    assert.equal(call.path, customers);
    assert.equal(call.params.metadata.user_id, '7');
    assert.equal(call.idempotency_key, 'k1');
    assert.equal(call.status, 200);
    assert.ok(!JSON.stringify(call).includes(double.key));
});

test('the controls need the key', async (t) => {
    const { base } = await start(t);
    assert.equal((await fetch(`${base}/_control/requests`)).status, 401);
});

test('prices keep their amount, and lookup keys move when asked', async (t) => {
    const { post, get } = await start(t);
    const form = {
        currency: 'usd',
        'product_data[name]': 'Gold',
        unit_amount: '1999',
        'recurring[interval]': 'month',
        lookup_key: 'gold',
    };
    const { id } = (await post('/v1/prices', form)).json;
    assert.equal(
        (await post(`/v1/prices/${id}`, { unit_amount: '1' })).json.error.code,
        'parameter_unknown',
    );
    assert.equal((await post('/v1/prices', form)).status, 400);
    const moved = (await post('/v1/prices', { ...form, transfer_lookup_key: 'true' })).json;
    const found = (await get('/v1/prices?lookup_keys[0]=gold')).json.data.map((one) => one.id);
    assert.deepEqual(found, [moved.id]);
    assert.equal((await post(`/v1/prices/${id}`, { active: 'false' })).json.active, false);
});
