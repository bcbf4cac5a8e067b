// The API: who may call, which endpoint it is, what it answers, and what is remembered of it.
import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as catalogue from './catalogue.mjs';
import * as checkout from './checkout.mjs';
import * as customers from './customers.mjs';
import { Refusal, invalid } from './errors.mjs';
import * as events from './events.mjs';
import { planned_refusal } from './faults.mjs';
import { parse_form } from './form.mjs';
import * as invoices from './invoices.mjs';
import { list_of, shape, text } from './parameters.mjs';
import * as payments from './payments.mjs';
import * as portal from './portal.mjs';
import { expand, render } from './shapes.mjs';
import { new_id } from './store.mjs';
import * as subscriptions from './subscription_calls.mjs';

const most_remembered = 2000;

// Method, path, parameters, and what answers: (account, parameters, id, version).
const routes = [catalogue, checkout, customers, events, invoices, payments, portal, subscriptions]
    .flatMap((area) => area.routes)
    .map(([method, path, parameters, answer]) => ({
        method,
        pattern: new RegExp(`^${path.replace(':id', '([^/]+)')}$`),
        read: shape({ ...parameters, expand: list_of(text, 20) }),
        answer,
    }));

export class Api {
    requests = []; // the last calls, without their keys

    constructor({ account, faults, idempotency, key }) {
        Object.assign(this, { account, faults, idempotency, key });
    }

    // { status, headers, body } for a call { method, path, query, headers, body }; nothing when the
    // connection is to break.
    async answer(call) {
        const id = new_id('req', 14);
        const version = call.headers['stripe-version'] ?? this.account.version;
        const note = this.#note(call, id, version);
        const fault = this.faults.take(call.method, call.path);
        if (fault.delay_ms && !fault.acted) await sleep(fault.delay_ms);
        const answer = await this.#settle(call, id, version, fault);
        note.status = answer?.status ?? 0;
        if (!answer) return null;
        note.replayed = answer.headers['Idempotent-Replayed'] === 'true';
        const date = new Date(this.account.now() * 1000).toUTCString();
        Object.assign(answer.headers, { 'Request-Id': id, 'Stripe-Version': version, Date: date });
        return answer;
    }

    #note(call, id, version) {
        const { method, path, query, body, headers } = call;
        const params = plain(() => parse_form(method === 'POST' ? body : query));
        const idempotency_key = headers['idempotency-key'] ?? null;
        const note = {
            id,
            method,
            path,
            params,
            idempotency_key,
            version,
            status: null,
            at: Date.now(),
        };
        this.requests.push(note);
        if (this.requests.length > most_remembered) this.requests.shift();
        return note;
    }

    async #settle(call, id, version, fault) {
        const key = call.method === 'POST' ? call.headers['idempotency-key'] : undefined;
        const asked = [key, call.method, call.path, call.body];
        let begun = false;
        let answer;
        try {
            this.#admit(call, version);
            if ((fault.status || fault.drop) && !fault.acted) return this.#fail(fault, key, asked);
            const known = key && this.idempotency.begin(...asked);
            if (known) return replay(known);
            begun = Boolean(key);
            answer = this.#act(call, id, version);
        } catch (error) {
            answer = refused(error);
        }
        if (begun && fault.acted && fault.delay_ms) await sleep(fault.delay_ms);
        const failed = fault.acted && (fault.status || fault.drop) ? this.#broken(fault) : answer;
        if (begun)
            this.idempotency.finish(...asked, worth_keeping(fault.stored ? failed : answer, id));
        if (!begun && fault.acted && fault.delay_ms) await sleep(fault.delay_ms);
        return failed;
    }

    #broken(fault) {
        return fault.drop ? null : refused(planned_refusal(fault));
    }

    #fail(fault, key, asked) {
        const answer = this.#broken(fault);
        if (fault.stored && key && !this.idempotency.begin(...asked))
            this.idempotency.finish(...asked, answer);
        return answer;
    }

    #admit({ headers }, version) {
        const given = credential(headers.authorization ?? '');
        if (!given) {
            throw new Refusal(401, {
                message:
                    'You did not provide an API key. Provide it in the Authorization header, using Bearer auth.',
                type: 'invalid_request_error',
            });
        }
        if (!same(given, this.key)) {
            throw new Refusal(401, {
                message: `Invalid API Key provided: ${given.slice(0, 8)}****`,
                type: 'invalid_request_error',
            });
        }
        if (!/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version))
            throw invalid(`Invalid Stripe API version: ${version}`);
    }

    #act(call, id, version) {
        const { method, path, query, body, headers } = call;
        const found = routes.find((route) => route.method === method && route.pattern.test(path));
        if (!found) {
            throw new Refusal(404, {
                message: `Unrecognized request URL (${method}: ${path}).`,
                type: 'invalid_request_error',
            });
        }
        const { expand: paths = [], ...params } = found.read(
            parse_form(method === 'POST' ? body : query),
        );
        const { account } = this;
        account.cause = { id, idempotency_key: headers['idempotency-key'] ?? null };
        try {
            const object = found.answer(
                account,
                params,
                decodeURIComponent(found.pattern.exec(path)[1] ?? ''),
                version,
            );
            const bare = object.object === 'list' || object.deleted;
            const shown = structuredClone(bare ? object : render(account, object, version));
            return { status: 200, headers: {}, body: expand(account, shown, paths, version) };
        } finally {
            account.cause = null;
        }
    }
}

export function refused(error) {
    if (!(error instanceof Refusal)) {
        console.error(error);
        error = new Refusal(500, {
            message: 'The stand-in stumbled; its log says over what.',
            type: 'api_error',
        });
    }
    return { status: error.status, headers: {}, body: { error: error.error } };
}

// The key of `Bearer <key>`, or of Basic with the key as the user's name.
export function credential(header) {
    const [kind, rest = ''] = header.split(' ');
    if (kind === 'Bearer') return rest;
    return kind === 'Basic' ? Buffer.from(rest, 'base64').toString().split(':')[0] : '';
}

export function same(given, wanted) {
    const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
    return one.length === other.length && timingSafeEqual(one, other);
}

// What was refused before anything was done is not kept: the key may be used for a corrected call.
function worth_keeping(answer, id) {
    if (!answer || (answer.status !== 402 && answer.status >= 400 && answer.status < 500))
        return null;
    return { status: answer.status, body: answer.body, request: id };
}

function replay({ status, body, request }) {
    return {
        status,
        headers: { 'Idempotent-Replayed': 'true', 'Original-Request': request },
        body,
    };
}

function plain(read) {
    try {
        return read();
    } catch {
        return null;
    }
}
