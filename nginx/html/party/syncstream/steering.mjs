// Keeps a playing element in step: measures its drift twice a second, and does what drift.mjs says.
import { begun, decide, is_unstable, median, no_memory } from './drift.mjs';

const tick_ms = 500;
const readings_kept = 3;

export class Steering {
    #media;
    #time;
    #look;
    #seek;
    #tell;
    #ticker;
    #readings = [];
    #memory = no_memory;
    #can_change_rate = true;

    /** In ms, what the position lacks, as last measured. */
    drift = 0;
    /** How often it had to seek. */
    seeks = 0;
    /** What the room plays at; the element's own rate is a little off while it is corrected. */
    room_rate = 1;

    /**
     * @param {object} parts
     * @param {HTMLMediaElement} parts.media
     * @param {import('./time.mjs').Time} parts.time
     * @param {() => {drift: number, rules: import('./drift.mjs').Rules}|null} parts.look the drift at
     *     this moment, or null: there is nothing to measure now
     * @param {() => void} parts.seek goes to where the room is
     * @param {(detail: {drift_ms: number, rate: number, unstable: boolean}) => void} parts.tell
     */
    constructor({ media, time, look, seek, tell }) {
        this.#media = media;
        this.#time = time;
        this.#look = look;
        this.#seek = seek;
        this.#tell = tell;
    }

    /** The element begins to play now. */
    begin(room_rate) {
        this.forget();
        this.drift = 0;
        this.#memory = begun(this.#memory);
        this.follow_rate(room_rate);
        this.#tick_later();
    }

    stop() {
        this.#time.cancel(this.#ticker);
        this.#set_rate(1);
    }

    /** The readings until now say nothing about what comes. */
    forget() {
        this.#readings = [];
    }

    follow_rate(room_rate) {
        this.room_rate = room_rate;
        this.#set_rate(1);
    }

    /** Seeks for a drift that somebody else has seen, unless it is too early for that. */
    seek_if_allowed(rules) {
        const { action, memory } = decide(this.#memory, this.#given(rules.seek_from + 1, rules));
        if (action === 'seek') this.#seek_back(memory);
    }

    #tick_later() {
        this.#time.cancel(this.#ticker);
        this.#ticker = this.#time.after(tick_ms, () => {
            this.#tick_later();
            this.#tick();
        });
    }

    #tick() {
        const seen = this.#look();
        if (!seen) return this.forget();
        this.#readings = [...this.#readings, seen.drift].slice(-readings_kept);
        this.drift = median(this.#readings);
        const given = this.#given(this.drift, seen.rules);
        const { memory, action, rate } = decide(this.#memory, given);
        this.#tell({ drift_ms: this.drift, rate, unstable: is_unstable(memory, given.now) });
        if (action === 'seek') return this.#seek_back(memory);
        this.#memory = memory;
        this.#set_rate(rate);
    }

    #given(drift, rules) {
        const can_change_rate = this.#can_change_rate;
        return { drift, now: this.#time.now(), rules, can_change_rate };
    }

    #seek_back(memory) {
        this.#memory = memory;
        this.seeks += 1;
        this.#seek();
    }

    #set_rate(factor) {
        const rate = this.room_rate * factor;
        if (Math.abs(this.#media.playbackRate - rate) < 0.001) return;
        try {
            this.#media.playbackRate = rate;
        } catch {
            this.#can_change_rate = false;
        }
    }
}
