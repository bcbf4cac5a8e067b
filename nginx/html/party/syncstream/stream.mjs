// The order of events that the server numbers: each is delivered once, in order, without a gap, or
// it is kept until somebody brings a snapshot or what is missing.
import { stream_of } from './wire.mjs';

const most_held = 500;

export class Stream {
    #epoch = null;
    #ver = 0;
    #held = [];
    #open = false;

    /** What `session:resume` wants to know, or null before the first snapshot. */
    get position() {
        return this.#epoch === null ? null : { epoch: this.#epoch, ver: this.#ver };
    }

    /** Is something missing, so that a snapshot is needed? */
    get waits() {
        return !this.#open;
    }

    /** Keeps what comes from now on: the connection is new, and what was missed comes first. */
    hold() {
        this.#open = false;
    }

    /**
     * Goes on behind a snapshot, or behind what a resumed session brought.
     * @param {string} epoch
     * @param {number} ver
     * @returns {object[]} messages to be delivered now, in order
     */
    begin(epoch, ver) {
        this.#epoch = epoch;
        this.#ver = ver;
        this.#open = true;
        const held = this.#held.filter((message) => message.epoch === epoch);
        this.#held = [];
        return held.sort((one, other) => one.ver - other.ver).flatMap((one) => this.accept(one));
    }

    /**
     * @param {{epoch: string, ver: number}} message an event with its number
     * @returns {object[]} messages to be delivered now, in order; see `waits`
     */
    accept(message) {
        const known = message.epoch === this.#epoch;
        if (this.#open && known && message.ver <= this.#ver) return [];
        if (this.#open && known && message.ver === this.#ver + 1) {
            this.#ver = message.ver;
            return [message];
        }
        this.#open = false;
        this.#held = [...this.#held, message].slice(-most_held);
        return [];
    }
}

// Nobody has snapshots of it, so it goes on behind a gap.
const without_snapshot = 'user';

/** All streams of a conversation, by name: `room:<id>` and `user`. */
export class Streams {
    #streams = new Map();
    #tell;
    #resuming = false;

    /**
     * @param {(name: 'event'|'gap', detail: object) => void} tell `event` {message}; `gap` {stream}
     *     once for each gap
     */
    constructor(tell) {
        this.#tell = tell;
    }

    /** What `session:resume` asks for. */
    get positions() {
        return [...this.#streams]
            .filter(([, stream]) => stream.position)
            .map(([name, stream]) => ({ name, ...stream.position }));
    }

    /** The connection is gone. */
    hold() {
        this.#resuming = true;
        for (const stream of this.#streams.values()) stream.hold();
    }

    forget(name) {
        this.#streams.delete(name);
    }

    clear() {
        this.#streams.clear();
    }

    /** @param {object} message a numbered one; @returns {boolean} false: it is not numbered */
    take(message) {
        const name = stream_of(message);
        if (!name) return false;
        const stream = this.#stream(name);
        const waited = stream.waits;
        const ready = stream.accept(message);
        if (!stream.waits || this.#resuming) this.#deliver(name, ready, false);
        else if (name !== without_snapshot) this.#deliver(name, ready, !waited);
        else this.#go_on(stream, message, !waited);
        return true;
    }

    /** Goes on behind a snapshot; `told` is called before what comes after it is delivered. */
    begin({ roomId, epoch, ver }, told) {
        const name = `room:${roomId}`;
        const stream = this.#stream(name);
        const later = stream.begin(epoch, ver);
        told();
        this.#deliver(name, later, stream.waits);
    }

    /**
     * The answer to `positions`.
     * @param {{name: string, recovered: boolean, events: object[]|null}[]} found
     */
    resume(found) {
        this.#resuming = false;
        for (const { name, recovered, events } of found) {
            const stream = this.#streams.get(name);
            if (stream?.waits && recovered) this.#catch_up(name, stream, events ?? []);
        }
    }

    #catch_up(name, stream, events) {
        const { epoch, ver } = stream.position;
        const of = name.startsWith('room:')
            ? { room: name.slice('room:'.length) }
            : { stream: name };
        for (const event of events) stream.accept({ ...of, epoch, ...event });
        this.#deliver(name, stream.begin(epoch, ver), stream.waits);
    }

    #go_on(stream, message, gap) {
        this.#deliver(without_snapshot, stream.begin(message.epoch, message.ver - 1), gap);
    }

    #deliver(name, messages, gap) {
        for (const message of messages) this.#tell('event', { message });
        if (gap) this.#tell('gap', { stream: name });
    }

    #stream(name) {
        if (!this.#streams.has(name)) this.#streams.set(name, new Stream());
        return this.#streams.get(name);
    }
}
