// For the tests of the stand-in: one that listens, somebody who calls it, and a service that takes
// its webhooks.
import { once } from 'node:events';
import http from 'node:http';
import { Double } from './stripe/double.mjs';

export const key = 'sk_test_of_the_tests';
export const secret = 'whsec_of_the_tests';

const prices = [
    {
        id: 'price_basic_monthly',
        product: 'Basic',
        currency: 'usd',
        unit_amount: 499,
        interval: 'month',
    },
    {
        id: 'price_family_monthly',
        product: 'Family',
        currency: 'usd',
        unit_amount: 999,
        interval: 'month',
    },
];

// Both end with the test `t`.
export async function start(t, more = {}) {
    const double = new Double({ key, prices, ...more });
    const base = await double.listen();
    t.after(() => double.close());
    return { double, ...caller(base) };
}

// A service that notes what it is sent. `answers` says what to answer: a status each, then 200.
export async function receiver(t, answers = []) {
    const taken = [];
    const server = http.createServer(async (request, response) => {
        const parts = [];
        for await (const part of request) parts.push(part);
        const body = Buffer.concat(parts).toString();
        taken.push({
            body,
            event: JSON.parse(body),
            signature: request.headers['stripe-signature'],
        });
        response.writeHead(answers.shift() ?? 200).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const types = () => taken.map((one) => one.event.type);
    return { url: `http://127.0.0.1:${server.address().port}/`, taken, types };
}

function caller(base) {
    async function call(method, path, form = '', headers = {}) {
        const body = method === 'POST' ? String(new URLSearchParams(form)) : undefined;
        const all = {
            Authorization: `Bearer ${key}`,
            'Content-Type': 'application/x-www-form-urlencoded',
            ...headers,
        };
        const answer = await fetch(base + path, { method, headers: all, body });
        return { status: answer.status, headers: answer.headers, json: await answer.json() };
    }
    async function control(name, given, method = 'POST') {
        const body = given && JSON.stringify(given);
        const headers = { Authorization: `Bearer ${key}` };
        const answer = await fetch(`${base}/_control/${name}`, { method, headers, body });
        return answer.json();
    }
    async function press(path, form = {}) {
        const body = new URLSearchParams(form);
        const answer = await fetch(base + path, { method: 'POST', body, redirect: 'manual' });
        return {
            status: answer.status,
            to: answer.headers.get('location'),
            text: await answer.text(),
        };
    }
    const get = (path, headers) => call('GET', path, '', headers);
    const post = (path, form, headers) => call('POST', path, form, headers);
    const page = async (path) => (await fetch(base + path)).text();

    async function checkout(form = {}) {
        const all = {
            mode: 'subscription',
            'line_items[0][price]': 'price_basic_monthly',
            success_url: 'https://app.example/done?id={CHECKOUT_SESSION_ID}',
            cancel_url: 'https://app.example/plans',
            ...form,
        };
        const given = Object.entries(all).filter(([, value]) => value !== undefined);
        return (await post('/v1/checkout/sessions', given)).json;
    }
    // A subscription that somebody has paid for.
    async function subscribe(form = {}, payment = {}) {
        const session = await checkout(form);
        const done = await control(`complete_checkout/${session.id}`, payment);
        return (await get(`/v1/subscriptions/${done.subscription}`)).json;
    }
    return { base, call, get, post, page, press, control, checkout, subscribe };
}
