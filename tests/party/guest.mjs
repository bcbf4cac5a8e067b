// Somebody at a WebSocket of the running service, who keeps all that is heard. Tests speak as foreign
// clients do: with the library `ws`, from the contract alone.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export const packages = resolve(process.env.CLIENT_PACKAGES ?? 'build/clients');
export const load_ws = () => createRequire(join(packages, 'package.json'))('ws');

const patience_ms = 15_000;

// A request that was answered by `error`; its code, its `details` and the rest of its data.
export class Refusal extends Error {
    constructor(data, about) {
        super(`${about}: ${data.code} ${JSON.stringify(data.details ?? {})}`);
        Object.assign(this, data);
    }
}

const later = (ms, value) =>
    new Promise((done) => {
        setTimeout(done, ms, value).unref?.();
    });
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Guest {
    got = []; // messages, in the order of their arrival
    texts = []; // the same as they came
    #socket;
    #waiting = new Set();
    #number = 0;

    constructor(socket) {
        this.#socket = socket;
        socket.on('message', (bytes) => this.#hear(String(bytes)));
        this.closed = new Promise((done) => {
            socket.on('close', (code, reason) => {
                this.gone = { code, reason: String(reason) };
                for (const wait of this.#waiting) wait.look();
                done(this.gone);
            });
        });
        socket.on('error', () => {});
    }

    // The status of a handshake that was refused, or a guest that is welcome. Options are those of
    // `ws`; `protocols` too.
    static async knock(address, { protocols = [], ...options } = {}) {
        const WebSocket = load_ws();
        const socket = new WebSocket(address, protocols, { rejectUnauthorized: false, ...options });
        const guest = new Guest(socket);
        return new Promise((done, fail) => {
            socket.on('unexpected-response', async (request, response) => {
                let body = '';
                for await (const part of response) body += part;
                request.destroy();
                done({ status: response.statusCode, headers: response.headers, body });
            });
            socket.on('open', () => done(guest));
            socket.on('error', fail);
        });
    }

    // A guest that was greeted; fails when it was not let in.
    static async enter(address, options) {
        const guest = await Guest.knock(address, options);
        if (guest.status) throw new Error(`refused with ${guest.status}: ${guest.body}`);
        guest.hello = (await guest.first('hello')).data;
        return guest;
    }

    get socket() {
        return this.#socket;
    }

    #hear(text) {
        this.texts.push(text);
        this.got.push(JSON.parse(text));
        for (const wait of this.#waiting) wait.look();
    }

    send(text) {
        this.#socket.send(text);
    }
    say(type, data, more = {}) {
        this.send(JSON.stringify({ type, ...more, data }));
    }

    // The data of the reply; fails with a Refusal when it is an error.
    async ask(type, data, more = {}) {
        const { data: answer } = await this.reply(type, data, more);
        return answer;
    }
    // The reply as it is.
    async reply(type, data, more = {}) {
        const id = more.id ?? `${(this.#number += 1)}`;
        const mark = this.got.length;
        this.say(type, data, { ...more, id });
        const answer = await this.until((one) => one.id === id, { mark, what: `reply to ${type}` });
        if (answer.type === 'error') throw new Refusal(answer.data, type);
        return answer;
    }
    // The error to a request that must be refused.
    async refused(type, data, more = {}) {
        try {
            const answer = await this.ask(type, data, more);
            throw new Error(`${type} was not refused: ${JSON.stringify(answer)}`);
        } catch (error) {
            if (error instanceof Refusal) return error;
            throw error;
        }
    }

    get mark() {
        return this.got.length;
    }

    // The first message from `mark` on for which `fits` holds, now or later.
    until(fits, { mark = 0, what = 'a message', ms = patience_ms } = {}) {
        let at = mark;
        let timer;
        const wait = {};
        const found = new Promise((done, fail) => {
            wait.look = () => {
                for (; at < this.got.length; at += 1) {
                    if (fits(this.got[at])) return done(this.got[at]);
                }
                if (this.gone) fail(new Error(`closed with ${this.gone.code} before ${what}`));
            };
            timer = setTimeout(() => fail(new Error(`no ${what}; heard ${this.summary()}`)), ms);
        });
        this.#waiting.add(wait);
        wait.look();
        return found.finally(() => {
            clearTimeout(timer);
            this.#waiting.delete(wait);
        });
    }
    // The first of this type from `mark` on.
    first(type, mark = 0, ms = patience_ms) {
        return this.until((one) => one.type === type, { mark, what: type, ms });
    }
    // The first room event of this type from `mark` on: not a reply, which has `ok`.
    event(type, mark = 0, fits = () => true, ms = patience_ms) {
        const is_event = (one) => one.type === type && one.ok === undefined && fits(one.data);
        return this.until(is_event, { mark, what: `event ${type}`, ms });
    }
    heard(type, mark = 0) {
        return this.got.slice(mark).filter((one) => one.type === type && one.ok === undefined);
    }
    // Events with versions.
    events(mark = 0) {
        return this.got.slice(mark).filter((one) => one.room && one.ver !== undefined);
    }
    summary() {
        return JSON.stringify(this.got.slice(-12)).slice(0, 3000);
    }

    // Everything that the node had to say until now has been heard afterwards.
    fence() {
        return this.ask('sync:ping', { t0: 0 });
    }
    async gone_within(ms = patience_ms) {
        const end = await Promise.race([this.closed, later(ms, null)]);
        if (!end) throw new Error(`still open; heard ${this.summary()}`);
        return end;
    }

    close() {
        this.#socket.close(1000);
        return this.closed;
    }
    // As when the network is cut: no closing handshake.
    drop() {
        this.#socket.terminate();
        return this.closed;
    }
}

export const command_id = () => randomUUID();
