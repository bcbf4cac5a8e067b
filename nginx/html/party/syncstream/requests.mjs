// Questions that wait for their answers. A command has a `cmdId`, so it can be asked again on another
// connection without happening twice.
import { PartyError } from './wire.mjs';

const patience_ms = 10_000;

export class Requests {
    #waiting = new Map();
    #last = 0;
    #time;
    #new_id;

    /** @param {import('./time.mjs').Time} time @param {() => string} new_id makes a UUID */
    constructor(time, new_id) {
        this.#time = time;
        this.#new_id = new_id;
    }

    /**
     * @param {string} type
     * @param {object} data
     * @param {boolean} command changes something
     * @returns {{frame: object, answer: Promise<object>}} `answer` is the reply's data, or fails with
     *     a PartyError: of the server, or `timeout`, or `disconnected`
     */
    open(type, data, command) {
        const id = String((this.#last += 1));
        const frame = { type, id, ...(command && { cmdId: this.#new_id() }), data };
        const answer = new Promise((resolve, reject) => {
            const timer = this.#time.after(patience_ms, () =>
                this.#close(id)?.reject(new PartyError({ code: 'timeout', retryable: true })),
            );
            this.#waiting.set(id, { frame, resolve, reject, timer });
        });
        return { frame, answer };
    }

    /** Is this message an answer? Then who waits for it has it now. */
    settle(message) {
        const request = message.id === undefined ? null : this.#close(message.id);
        if (!request) return false;
        const refused = message.type === 'error' || message.ok === false;
        if (refused) request.reject(new PartyError(message.data ?? { code: 'internal' }));
        else request.resolve(message.data ?? {});
        return true;
    }

    /** The connection is gone, and with it the answers of what can't be asked twice. */
    disconnected() {
        for (const [id, { frame }] of this.#waiting) if (!frame.cmdId) this.refuse(id);
    }

    refuse(id, code = 'disconnected') {
        this.#close(id)?.reject(new PartyError({ code, retryable: true }));
    }

    refuse_all(code) {
        for (const id of [...this.#waiting.keys()]) this.refuse(id, code);
    }

    /** What has to be asked again on a new connection. */
    get commands() {
        return [...this.#waiting.values()].map(({ frame }) => frame).filter((one) => one.cmdId);
    }

    #close(id) {
        const request = this.#waiting.get(id);
        if (request) this.#time.cancel(request.timer);
        this.#waiting.delete(id);
        return request;
    }
}
