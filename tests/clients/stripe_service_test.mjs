// The service takes what the official library of Stripe signs, and `make run` lets people buy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stripe, connect } from './stripe.mjs';
import { start_world } from './world.mjs';

const given = 'whsec_given_by_hand';

let world;
before(async () => (world = await start_world({ STRIPE_WEBHOOK_SECRETS: given })), {
    timeout: 120_000,
});
after(() => world?.stop());

const event = (id) =>
    JSON.stringify({
        id,
        object: 'event',
        api_version: '2026-10-28.endive',
        created: Math.floor(Date.now() / 1000),
        type: 'customer.updated',
        livemode: false,
        pending_webhooks: 1,
        request: null,
        data: { object: { id: 'cus_of_the_client', object: 'customer', name: 'é€😀' } },
    });

async function deliver(payload, signature) {
    const headers = {
        'Content-Type': 'application/json',
        ...(signature && { 'Stripe-Signature': signature }),
    };
    const answer = await fetch(`${world.api}/webhooks/stripe`, {
        method: 'POST',
        headers,
        body: payload,
    });
    return [answer.status, (await answer.json()).error?.code ?? 'taken'];
}

test('the service takes what the library signs, and nothing else', async () => {
    const sign = (options) => Stripe.webhooks.generateTestHeaderString(options);
    const ours = world.secret('stripe_webhook_secret');
    const payload = event('evt_client_1');
    const now = Math.floor(Date.now() / 1000);
    for (const secret_of of [ours, given, ours]) {
        assert.deepEqual(await deliver(payload, sign({ payload, secret: secret_of })), [
            200,
            'taken',
        ]);
    }
    const refused = [400, 'invalid_signature'];
    assert.deepEqual(await deliver(payload, sign({ payload, secret: 'whsec_wrong' })), refused);
    assert.deepEqual(await deliver(payload + ' ', sign({ payload, secret: ours })), refused);
    assert.deepEqual(
        await deliver(payload, sign({ payload, secret: ours, timestamp: now - 400 })),
        refused,
    );
    assert.deepEqual(
        await deliver(payload, sign({ payload, secret: ours, scheme: 'v0' })),
        refused,
    );
    assert.deepEqual(await deliver(payload), refused);
});

async function ask(token, method, path, body) {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `${Math.random()}` };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(world.api + path, {
        method,
        headers,
        body: body && JSON.stringify(body),
    });
    const { error, data } = await answer.json();
    assert.ok(answer.ok, `${path}: ${answer.status} ${error?.code}`);
    return data;
}

async function comes_true(holds) {
    for (let tries = 0; tries < 400; ++tries) {
        if (await holds()) return true;
        await new Promise((go) => setTimeout(go, 25));
    }
    return false;
}

test('who buys at the stand-in has the plan, and keeps it when it is restarted', async () => {
    const base = readFileSync(join(world.folder, 'stripe', 'address'), 'utf8').trim();
    const stripe = connect(base, world.secret('stripe_key'), { maxNetworkRetries: 8 });
    const john = { email: 'john@example.com', password: 'securePass123', full_name: 'John Doe' };
    const { access_token } = await ask('', 'POST', '/auth/signup', john);
    const wanted = {
        price_id: 'price_basic_monthly',
        success_url: `${base}/`,
        cancel_url: `${base}/`,
    };
    const { checkout_url } = await ask(access_token, 'POST', '/subscriptions/checkout', wanted);
    const form = new URLSearchParams({ number: '4242424242424242' });
    const paid = await fetch(`${checkout_url}/pay`, {
        method: 'POST',
        body: form,
        redirect: 'manual',
    });
    assert.equal(paid.status, 303);
    const current = () => ask(access_token, 'GET', '/subscriptions/current');
    assert.ok(await comes_true(async () => (await current()).plan.code === 'basic'));

    const [subscription] = (await stripe.subscriptions.list()).data;
    process.kill(stand_in_of(world.folder), 'SIGKILL');
    await stripe.subscriptions.cancel(subscription.id);
    assert.ok(await comes_true(async () => (await current()).plan.code === 'free'));
});

// Gives somebody the role beside the service, as ops/create-admin does.
function make_admin(email) {
    const where = ['--host', `${world.folder}/run/postgres`, '--username', 'postgres'];
    const change = `update users set role = 'admin' where email = '${email}'`;
    execFileSync('psql', [...where, '--dbname', 'syncstream', '-XAtqc', change]);
}

test('a plan that an admin makes is a product and a price there, and can be bought', async () => {
    const base = readFileSync(join(world.folder, 'stripe', 'address'), 'utf8').trim();
    const stripe = connect(base, world.secret('stripe_key'), { maxNetworkRetries: 8 });
    const eva = { email: 'eva@example.com', password: 'securePass123', full_name: 'Eva Admin' };
    await ask('', 'POST', '/auth/signup', eva);
    make_admin(eva.email);
    const admin = (await ask('', 'POST', '/auth/login', eva)).access_token;
    const limits = { max_profiles: 5, max_playlists: 10, max_favorites: 500 };
    const { plan } = await ask(admin, 'POST', '/admin/plans', {
        name: 'Season',
        price_monthly: 7.99,
        ...limits,
    });
    const price = await stripe.prices.retrieve(plan.stripe_price_id, { expand: ['product'] });
    assert.deepEqual(
        [price.unit_amount, price.currency, price.recurring.interval, price.product.name],
        [799, 'usd', 'month', 'Season'],
    );
    assert.equal(price.metadata.plan_id, plan.id);

    const jane = { email: 'jane@example.com', password: 'securePass123', full_name: 'Jane Doe' };
    const { access_token } = await ask('', 'POST', '/auth/signup', jane);
    const { checkout_url } = await ask(access_token, 'POST', '/subscriptions/checkout', {
        price_id: price.id,
        success_url: `${base}/`,
        cancel_url: `${base}/`,
    });
    const form = new URLSearchParams({ number: '4242424242424242' });
    await fetch(`${checkout_url}/pay`, { method: 'POST', body: form, redirect: 'manual' });
    const current = () => ask(access_token, 'GET', '/subscriptions/current');
    assert.ok(await comes_true(async () => (await current()).plan.code === 'season'));

    const repriced = await ask(admin, 'PATCH', `/admin/plans/${plan.id}`, { price_monthly: 8.99 });
    assert.notEqual(repriced.plan.stripe_price_id, price.id);
    const archived = async () => !(await stripe.prices.retrieve(price.id)).active;
    assert.ok(await comes_true(archived));
    const fresh = await stripe.prices.retrieve(repriced.plan.stripe_price_id);
    assert.deepEqual([fresh.unit_amount, fresh.product], [899, price.product.id]);
    assert.equal((await current()).plan.code, 'season');

    await ask(access_token, 'DELETE', '/auth/me', { password: jane.password });
    const [subscription] = (await stripe.subscriptions.list({ status: 'all', price: price.id })).data;
    const canceled = async () =>
        (await stripe.subscriptions.retrieve(subscription.id)).status === 'canceled';
    assert.ok(await comes_true(canceled));
    const deleted = async () => (await stripe.customers.retrieve(subscription.customer)).deleted;
    assert.ok(await comes_true(deleted));
});

// Its process: the only one that was told this folder.
function stand_in_of(folder) {
    const told = `STRIPE_DOUBLE_FOLDER=${folder}/stripe`;
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const found = pids.filter((pid) => {
        try {
            const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
            return (
                command.startsWith('node\0') &&
                readFileSync(`/proc/${pid}/environ`, 'utf8').includes(told)
            );
        } catch {
            return false;
        }
    });
    assert.equal(found.length, 1);
    return Number(found[0]);
}
