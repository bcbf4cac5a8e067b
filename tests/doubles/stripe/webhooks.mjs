// Sends events to the service: signed, again and again until it says 2xx, and on demand late, twice
// or in another order, as Stripe does without being asked.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { new_id } from './store.mjs';

const at_once = 4; // deliveries under way
const most_attempts = 18;
const longest_pause = 300_000;
const patience = 10_000;

// The header that Stripe sends with a body: one v1 for each secret.
export function signature(body, secrets, seconds) {
    const signed = secrets.map((secret) =>
        createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'),
    );
    return [`t=${seconds}`, ...signed.map((hex) => `v1=${hex}`)].join(',');
}

export class Webhooks {
    #store;
    #target;
    #waiting = new Map(); // deliveries that are to be sent, by id
    #busy = new Set(); // ids of those under way
    #timer;
    #stopped = false;
    // hold: gather, and send when released. copies: how often each is sent. delay_ms: of each.
    manner = { hold: false, copies: 1, delay_ms: 0 };

    // url: where to, empty for nowhere. secrets: to sign with. certificate: file of the authority
    // that the service's certificate comes from, if it is not a public one.
    constructor(store, { url = '', secrets = [], certificate = '' }) {
        this.#store = store;
        this.#target = { url, secrets, certificate };
        for (const one of this.deliveries()) this.#keep(one);
    }

    get url() {
        return this.#target.url;
    }

    set url(url) {
        this.#target.url = url;
    }

    deliveries() {
        return [...this.#store.table('delivery').values()];
    }

    take(event) {
        if (!this.#target.url) return;
        for (let copy = 0; copy < this.manner.copies; ++copy) this.#add(event.id, this.manner.hold);
        this.#pump();
    }

    // Sends an event once more.
    resend(event) {
        this.#add(event.id, false);
        this.#pump();
    }

    // Lets go what was held: in the order `sent`, `reversed` or `shuffled` (the same for the same
    // seed), each so many times. How many there were.
    release({ order = 'sent', copies = 1, seed = 1 } = {}) {
        const held = this.deliveries().filter((one) => one.state === 'held');
        const queue = arranged(Array.from({ length: copies }, () => held).flat(), order, seed);
        for (const one of held) this.#store.remove('delivery', one.id);
        this.manner.hold = false;
        for (const one of queue) this.#add(one.event, false);
        this.#pump();
        return queue.length;
    }

    start() {
        this.#pump();
    }

    // Forgets what is waiting.
    clear() {
        this.#waiting.clear();
    }

    stop() {
        this.#stopped = true;
        clearTimeout(this.#timer);
    }

    // Resolves when nothing is waiting to be sent for the first time.
    async settled() {
        while (
            this.#busy.size > 0 ||
            [...this.#waiting.values()].some((one) => one.attempts === 0)
        ) {
            await new Promise((go) => setTimeout(go, 5));
        }
    }

    #keep(delivery) {
        this.#store.put('delivery', delivery.id, delivery);
        if (delivery.state === 'pending') this.#waiting.set(delivery.id, delivery);
        else this.#waiting.delete(delivery.id);
    }

    #add(event, held) {
        const next_at = Date.now() + this.manner.delay_ms;
        const state = held ? 'held' : 'pending';
        this.#keep({ id: new_id('whd'), event, state, attempts: 0, next_at, last: null });
    }

    #pump() {
        clearTimeout(this.#timer);
        if (this.#stopped) return;
        const now = Date.now();
        const waiting = [...this.#waiting.values()].filter((one) => !this.#busy.has(one.id));
        for (const one of waiting) {
            if (one.next_at <= now && this.#busy.size < at_once) this.#send(one);
        }
        const next = Math.min(...waiting.map((one) => one.next_at).filter((at) => at > now));
        if (next < Infinity) this.#timer = setTimeout(() => this.#pump(), next - now).unref();
    }

    async #send(delivery) {
        this.#busy.add(delivery.id);
        const last = await this.#post(this.#store.get('event', delivery.event));
        this.#busy.delete(delivery.id);
        if (this.#stopped || !this.#store.get('delivery', delivery.id)) return;
        const attempts = delivery.attempts + 1;
        const done = last.status >= 200 && last.status < 300;
        const state = done ? 'done' : attempts >= most_attempts ? 'failed' : 'pending';
        const pause = Math.min(500 * 2 ** attempts, longest_pause);
        this.#keep({ ...delivery, state, attempts, next_at: Date.now() + pause, last });
        this.#pump();
    }

    // { status } or { error }.
    #post(event) {
        const { url, secrets, certificate } = this.#target;
        const body = Buffer.from(JSON.stringify(event, null, 2));
        const headers = {
            'Content-Length': body.length,
            'Content-Type': 'application/json; charset=utf-8',
            'Stripe-Signature': signature(body.toString(), secrets, Math.floor(Date.now() / 1000)),
            'User-Agent': 'Stripe/1.0 (stand-in)',
        };
        const options = { method: 'POST', headers, timeout: patience, agent: false };
        return new Promise((tell) => {
            try {
                if (certificate) options.ca = readFileSync(certificate);
                const call = (url.startsWith('https:') ? https : http).request(
                    url,
                    options,
                    (answer) => {
                        answer.resume();
                        answer.on('end', () => tell({ status: answer.statusCode }));
                        answer.on('error', (error) => tell({ error: error.message }));
                    },
                );
                call.on('timeout', () => call.destroy(new Error('no answer in time')));
                call.on('error', (error) => tell({ error: error.message }));
                call.end(body);
            } catch (error) {
                tell({ error: error.message });
            }
        });
    }
}

function arranged(queue, order, seed) {
    if (order === 'reversed') return queue.reverse();
    if (order !== 'shuffled') return queue;
    let state = seed;
    for (let last = queue.length - 1; last > 0; --last) {
        state = (state * 48271) % 0x7fffffff;
        const other = state % (last + 1);
        [queue[last], queue[other]] = [queue[other], queue[last]];
    }
    return queue;
}
