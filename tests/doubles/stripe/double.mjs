// A stand-in for Stripe, on this machine alone: its API as far as SyncStream calls it, with real
// wire formats, pages on which people can buy, signed webhooks, and faults on demand (control.mjs).
// `make run` starts it when there is no key for the real one; tests start their own. It keeps no
// card numbers but Stripe's own for tests, and charges nothing.
import http from 'node:http';
import { Account } from './account.mjs';
import { Api, credential, refused, same } from './api.mjs';
import { browse } from './browser.mjs';
import { stock } from './catalogue.mjs';
import { control } from './control.mjs';
import { work_until } from './cycle.mjs';
import { Refusal } from './errors.mjs';
import { Faults } from './faults.mjs';
import { Idempotency } from './idempotency.mjs';
import { expire_old } from './purchases.mjs';
import { newest_version } from './shapes.mjs';
import { Store } from './store.mjs';
import { Webhooks } from './webhooks.mjs';

const largest_body = 1 << 20;
const pulse = 2000;

export class Double {
    #server;
    #pulse;
    #prices;

    // key: of the API. file: where its state is kept, or nowhere. prices: what is for sale, see
    // `stock`. webhooks: see Webhooks. version: of calls that name none, and of events.
    constructor({ key, file = '', prices = [], webhooks = {}, version = newest_version }) {
        this.key = key;
        this.#prices = prices;
        this.store = new Store(file);
        this.webhooks = new Webhooks(this.store, webhooks);
        const tell = (event) => this.webhooks.take(event);
        this.account = new Account({ store: this.store, version, webhook_version: version, tell });
        this.faults = new Faults();
        this.#begin();
    }

    #begin() {
        const idempotency = new Idempotency(this.store);
        this.api = new Api({
            account: this.account,
            faults: this.faults,
            idempotency,
            key: this.key,
        });
        this.account.quietly(() => stock(this.account, this.#prices));
    }

    reset() {
        this.store.clear();
        this.webhooks.clear();
        this.faults.clear();
        this.#begin();
    }

    // Listens on loopback; 0 is any free port. Resolves with the address.
    async listen(port = 0) {
        this.#server = http.createServer((request, response) => this.#serve(request, response));
        await new Promise((done, fail) => {
            this.#server.once('error', fail).listen(port, '127.0.0.1', done);
        });
        this.account.base = `http://127.0.0.1:${this.#server.address().port}`;
        this.webhooks.start();
        this.#pulse = setInterval(() => this.#work(), pulse).unref();
        return this.account.base;
    }

    async close() {
        clearInterval(this.#pulse);
        this.webhooks.stop();
        this.#server.closeAllConnections();
        await new Promise((done) => this.#server.close(done));
    }

    #work() {
        work_until(this.account, this.account.now());
        expire_old(this.account);
    }

    async #serve(request, response) {
        try {
            const answer = await this.#answer(request);
            if (answer) write(response, answer);
            else request.socket.destroy();
        } catch (error) {
            write(response, refused(error));
        }
    }

    // A page elsewhere whose name leads here is not let in: the host has to be this machine.
    async #answer(request) {
        if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
            throw new Refusal(403, {
                message: 'Ask for 127.0.0.1.',
                type: 'invalid_request_error',
            });
        }
        const [path, query = ''] = request.url.split('?', 2);
        const { method, headers } = request;
        const call = { method, path, query, headers, body: await read(request) };
        if (path.startsWith('/v1/')) return this.api.answer(call);
        if (!path.startsWith('/_control/')) return browse(this, call);
        if (!same(credential(headers.authorization ?? ''), this.key)) {
            throw new Refusal(401, {
                message: 'The controls need the key.',
                type: 'invalid_request_error',
            });
        }
        const body = await control(this, method, path.slice('/_control/'.length), call.body);
        return { status: 200, headers: {}, body };
    }
}

async function read(request) {
    const parts = [];
    let size = 0;
    for await (const part of request) {
        size += part.length;
        if (size > largest_body)
            throw new Refusal(413, {
                message: 'The body is too large.',
                type: 'invalid_request_error',
            });
        parts.push(part);
    }
    return Buffer.concat(parts).toString();
}

function write(response, { status, headers, body }) {
    const json = typeof body === 'object';
    const text = json ? JSON.stringify(body, null, 2) : body;
    response.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(text),
        'Cache-Control': 'no-cache, no-store',
        ...headers,
    });
    response.end(text);
}
