// Remembers what came of calls that carry an Idempotency-Key, for a day: the same call gets the same
// answer, another one under the same key is refused, and so is one while the first is under way.
import { createHash } from 'node:crypto';
import { Refusal } from './errors.mjs';

const lifetime = 86_400_000;

const digest = (...parts) => createHash('sha256').update(parts.join('\0')).digest('hex');

export class Idempotency {
    #store;
    #under_way = new Set();

    constructor(store) {
        this.#store = store;
    }

    // The answer of before, or nothing: then it is under way until `finish`.
    begin(key, method, path, body) {
        if (key.length > 255) {
            throw new Refusal(400, {
                message: 'Idempotency keys have up to 255 characters.',
                type: 'idempotency_error',
            });
        }
        if (this.#under_way.has(key)) throw in_use();
        const asked = digest(method, path, body);
        const known = this.#store.get('idempotency', key);
        if (known && known.at + lifetime > Date.now()) {
            if (known.asked !== asked) throw reused(key);
            return known.answer;
        }
        this.#under_way.add(key);
        return null;
    }

    // What is to be said again; nothing when the call came to nothing and may be made anew.
    finish(key, method, path, body, answer) {
        this.#under_way.delete(key);
        if (!answer) return;
        this.#store.put('idempotency', key, {
            asked: digest(method, path, body),
            answer,
            at: Date.now(),
        });
    }
}

function in_use() {
    return new Refusal(409, {
        code: 'idempotency_key_in_use',
        doc_url: 'https://stripe.com/docs/error-codes/idempotency-key-in-use',
        message:
            'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
        type: 'invalid_request_error',
    });
}

function reused(key) {
    return new Refusal(400, {
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        type: 'idempotency_error',
    });
}
