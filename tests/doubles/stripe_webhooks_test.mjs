// How the stand-in tells the service of events.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { signature } from './stripe/webhooks.mjs';
import { receiver, secret, start } from './support.mjs';

const listening = async (t, answers, secrets = [secret]) => {
    const service = await receiver(t, answers);
    const double = await start(t, { webhooks: { url: service.url, secrets } });
    return { ...double, ...service };
};

test('a signature is what Stripe would write', () => {
    const body = '{"id":"evt_test_webhook","object":"event"}';
    assert.equal(
        signature(body, ['whsec_test_secret'], 1700000000),
        't=1700000000,v1=d95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990',
    );
});

test('events are sent, signed with every secret', async (t) => {
    const { post, control, taken } = await listening(t, [], ['whsec_new', 'whsec_old']);
    await post('/v1/customers', { name: 'Jöhn' });
    await control('settled');
    const [{ body, event, signature: header }] = taken;
    assert.equal(event.type, 'customer.created');
    assert.equal(event.livemode, false);
    assert.equal(event.api_version, '2026-10-28.endive');
    const [t_part, ...signed] = header.split(',');
    const expected = ['whsec_new', 'whsec_old'].map(
        (one) =>
            `v1=${createHmac('sha256', one)
                .update(`${t_part.slice(2)}.${body}`)
                .digest('hex')}`,
    );
    assert.deepEqual(signed, expected);
});

test('an event is sent until it is taken', async (t) => {
    const { post, get, taken, control } = await listening(t, [500, 302]);
    await post('/v1/customers');
    await control('settled');
    assert.equal((await get('/v1/events?delivery_success=false')).json.data.length, 1);
    while (taken.length < 3) await new Promise((go) => setTimeout(go, 20));
    while ((await control('webhooks', undefined, 'GET'))[0].state !== 'done') {
        await new Promise((go) => setTimeout(go, 20));
    }
    assert.equal(new Set(taken.map((one) => one.event.id)).size, 1);
    assert.equal((await get('/v1/events?delivery_success=false')).json.data.length, 0);
});

test('nothing is lost while the service is away', async (t) => {
    const { post, control, url, taken } = await listening(t);
    await control('webhooks', { url: 'http://127.0.0.1:9/' });
    await post('/v1/customers');
    await control('settled');
    assert.equal(taken.length, 0);
    await control('webhooks', { url });
    while (taken.length < 1) await new Promise((go) => setTimeout(go, 20));
});

test('events are sent twice, late, in another order', async (t) => {
    const { subscribe, control, types } = await listening(t);
    await control('webhooks', { hold: true });
    await subscribe();
    await control('settled');
    assert.equal(types().length, 0);
    const { sent } = await control('release', { order: 'shuffled', copies: 3, seed: 7 });
    await control('settled');
    assert.equal(types().length, sent);
    assert.equal(types().filter((one) => one === 'invoice.paid').length, 3);
    const before = types().length;
    await control('webhooks', { copies: 2, delay_ms: 30 });
    await subscribe();
    await control('settled');
    assert.equal(
        types()
            .slice(before)
            .filter((one) => one === 'invoice.paid').length,
        2,
    );
});

test('an event is sent once more on demand', async (t) => {
    const { post, control, taken } = await listening(t);
    await post('/v1/customers');
    await control('settled');
    await control(`resend/${taken[0].event.id}`);
    await control('settled');
    assert.equal(taken.length, 2);
    assert.equal(taken[1].event.id, taken[0].event.id);
});

test('events are written as an older account gets them', async (t) => {
    const { subscribe, control, taken } = await listening(t);
    await control('webhooks', { version: '2025-02-24.acacia' });
    await subscribe();
    await control('settled');
    const invoice = taken.find((one) => one.event.type === 'invoice.paid').event;
    const created = taken.find((one) => one.event.type === 'customer.subscription.created').event;
    assert.equal(invoice.api_version, '2025-02-24.acacia');
    assert.match(invoice.data.object.subscription, /^sub_/);
    assert.equal(invoice.data.object.parent, undefined);
    assert.ok(created.data.object.current_period_end > created.created);
});

test('an event tells which call caused it', async (t) => {
    const { post, control, taken } = await listening(t);
    const { headers } = await post('/v1/customers', {}, { 'Idempotency-Key': 'k1' });
    await control('settled');
    assert.deepEqual(taken[0].event.request, {
        id: headers.get('request-id'),
        idempotency_key: 'k1',
    });
});
