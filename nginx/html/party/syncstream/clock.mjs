// What time it is at the server: four timestamps a ping as in NTP (RFC 5905), of which the quickest
// ping of the last minutes is believed. Players need it to start together; it owns no connection:
// who has one sends the pings and hands in the answers.
import { real_time } from './time.mjs';

const samples_kept = 16;
const oldest_ms = 300_000;
const slew_per_ms = 0.01; // 10 ms a second: nobody hears or sees it
const step_from_ms = 200; // more than this is corrected at once
const first_samples = 5; // until then nothing plays by this clock, so it may jump
const clock_wander_ms = 100; // what two clocks may drift apart while a sample is kept

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

export class ServerClock {
    #time;
    #samples = [];
    #delays = [];
    #taken = 0;
    #target = 0;
    #offset = 0;
    #since = 0;

    /** @param {import('./time.mjs').Time} [time] */
    constructor(time = real_time) {
        this.#time = time;
    }

    /** Milliseconds since 1970 at the server, with fraction. Meaningless until `ready`. */
    now() {
        const local = this.#time.now();
        return local + this.#offset_at(local);
    }

    /** How long until it is `server_ms` there; negative when that is past. */
    until(server_ms) {
        return server_ms - this.now();
    }

    get ready() {
        return this.#samples.length > 0;
    }

    /** What the connection is like: `sync:stats` wants exactly this. */
    get quality() {
        const rtt = Math.min(...this.#samples.map((sample) => sample.delay));
        const late = this.#delays.map((delay) => Math.max(0, delay - rtt) / 2);
        return {
            offsetMs: this.#target,
            rttMs: this.ready ? rtt : 0,
            jitterMs: late.length ? late.reduce((sum, one) => sum + one, 0) / late.length : 0,
            samples: this.#samples.length,
        };
    }

    /** The true time is within so many milliseconds of `now()`, once it has settled. */
    get error_bound() {
        return this.ready ? this.quality.rttMs / 2 : Infinity;
    }

    /**
     * Takes one ping and its answer to account.
     * @param {{t0: number, t1: number, t2: number, t3: number}} stamps t0 and t3 of the local clock,
     *     when asked and answered; t1 and t2 of the server's, when it got the question and answered
     * @returns {boolean} false: it took so long that it says nothing
     */
    take({ t0, t1, t2, t3 }) {
        const sample = { offset: (t1 - t0 + t2 - t3) / 2, delay: t3 - t0 - (t2 - t1), at: t3 };
        if (!Number.isFinite(sample.offset) || !(sample.delay >= 0)) return false;
        this.#delays = [...this.#delays, sample.delay].slice(-samples_kept);
        this.#forget_contradicted(sample);
        const quickest = Math.min(...this.#samples.map((one) => one.delay));
        if (sample.delay > 1.5 * quickest + 20) return false;
        this.#samples = [...this.#samples, sample].slice(-samples_kept);
        this.#taken += 1;
        this.#aim();
        return true;
    }

    // A sample can't be wrong by more than half its delay. One that contradicts an older one proves
    // that a clock was set, or that this machine slept.
    #forget_contradicted({ offset, delay, at }) {
        this.#samples = this.#samples.filter(
            (one) =>
                at - one.at <= oldest_ms &&
                Math.abs(one.offset - offset) <= (one.delay + delay) / 2 + clock_wander_ms,
        );
    }

    #aim() {
        const best = this.#samples.reduce((one, other) => (other.delay <= one.delay ? other : one));
        const local = this.#time.now();
        this.#offset = this.#offset_at(local);
        this.#since = local;
        this.#target = best.offset;
        const error = Math.abs(this.#target - this.#offset);
        if (this.#taken <= first_samples || error > step_from_ms) this.#offset = this.#target;
    }

    #offset_at(local) {
        const most = Math.max(0, local - this.#since) * slew_per_ms;
        return this.#offset + clamp(this.#target - this.#offset, -most, most);
    }
}

const first_gap_ms = 150;
const steady_gap_ms = 20_000;

/** When to ask: five times at first, then each 20 s, and three times when something has changed. */
export class ClockPings {
    #clock;
    #time;
    #send;
    #asked = new Set();
    #quick = 0;
    #timer;

    /**
     * @param {ServerClock} clock
     * @param {(t0: number) => void} send sends `sync:ping` now
     * @param {import('./time.mjs').Time} [time] the same that the clock has
     */
    constructor(clock, send, time = real_time) {
        this.#clock = clock;
        this.#send = send;
        this.#time = time;
    }

    /** A new connection: of the old one no answers come. */
    start() {
        this.#asked.clear();
        this.hurry(first_samples);
    }

    stop() {
        this.#time.cancel(this.#timer);
        this.#quick = 0;
    }

    /** Asks a few times in a row, from now on. */
    hurry(times = 3) {
        this.#quick = Math.max(this.#quick, times);
        this.#next();
    }

    /** @param {{t0: number, t1: number, t2: number}} pong data of `sync:pong`, just received */
    answered({ t0, t1, t2 }) {
        if (!this.#asked.delete(t0)) return;
        const believed = this.#clock.take({ t0, t1, t2, t3: this.#time.now() });
        if (!believed && this.#quick === 0) this.hurry();
    }

    #next() {
        this.#time.cancel(this.#timer);
        const t0 = this.#time.now();
        this.#asked = new Set([...this.#asked, t0].slice(-samples_kept));
        this.#send(t0);
        this.#quick = Math.max(0, this.#quick - 1);
        this.#timer = this.#time.after(this.#quick ? first_gap_ms : steady_gap_ms, () =>
            this.#next(),
        );
    }
}
