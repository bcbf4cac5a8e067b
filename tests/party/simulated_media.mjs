// A media element as bad as real ones: starting and seeking take their time, its clock is a little
// fast or slow, it can stall, and what it says of its position is not quite true.

export class SimulatedMedia {
    #time;
    #random;
    #traits;
    #listeners = new Map();
    #position = 0; // true, in seconds, at #since
    #since = 0;
    #moving = false;
    #paused = true;
    #rate = 1;
    #seek_timer;
    #start_timer;
    seeking = false;
    ended = false;
    readyState = 4;
    error = null;
    sought = 0;
    duration;

    /**
     * @param {object} traits start_ms, seek_ms, rate_error, noise_ms, duration (s), forbids_play,
     *     fixed_rate
     */
    constructor(time, random, traits = {}) {
        this.#time = time;
        this.#random = random;
        this.#traits = { start_ms: 0, seek_ms: 0, rate_error: 0, noise_ms: 0, ...traits };
        this.duration = traits.duration ?? 7200;
    }

    addEventListener(name, listener) {
        this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    }

    // Events come as tasks of their own, as in a browser.
    #tell(name) {
        this.#time.after(0, () => this.#listeners.get(name)?.forEach((listener) => listener()));
    }

    /** Where it is really, in ms. */
    get true_position() {
        const passed = this.#moving ? this.#time.now() - this.#since : 0;
        const moved = passed * this.#rate * (1 + this.#traits.rate_error);
        return Math.min(this.duration * 1000, this.#position * 1000 + moved);
    }

    get currentTime() {
        const noise = this.#moving ? this.#random.normal(this.#traits.noise_ms) : 0;
        return Math.max(0, this.true_position + noise) / 1000;
    }

    set currentTime(seconds) {
        this.sought += 1;
        this.#stop();
        this.#position = Math.min(seconds, this.duration);
        this.seeking = true;
        this.#time.cancel(this.#seek_timer);
        this.#seek_timer = this.#time.after(this.#varied(this.#traits.seek_ms, 0.2), () => {
            this.seeking = false;
            this.#tell('seeked');
            if (!this.#paused) this.#start();
        });
    }

    get paused() {
        return this.#paused;
    }

    get buffered() {
        return { length: 1, start: () => 0, end: () => this.duration };
    }

    get playbackRate() {
        return this.#rate;
    }

    set playbackRate(rate) {
        if (this.#traits.fixed_rate) throw new Error('NotSupportedError');
        const moving = this.#moving;
        this.#stop();
        this.#rate = rate;
        if (moving) this.#move();
    }

    play() {
        if (this.#traits.forbids_play) {
            return Promise.reject(Object.assign(new Error('no'), { name: 'NotAllowedError' }));
        }
        this.#paused = false;
        if (!this.seeking) this.#start();
        return undefined;
    }

    pause() {
        if (this.#paused) return;
        this.#stop();
        this.#time.cancel(this.#start_timer);
        this.#paused = true;
        this.#tell('pause');
    }

    allow_play() {
        this.#traits.forbids_play = false;
    }

    /** Nothing moves for a while, though it should. @returns {boolean} false: nothing moved anyway */
    stall(ms) {
        if (!this.#moving) return false;
        this.#stop();
        this.#tell('waiting');
        this.#start_timer = this.#time.after(ms, () => this.#move());
        return true;
    }

    #start() {
        this.#time.cancel(this.#start_timer);
        this.#start_timer = this.#time.after(this.#varied(this.#traits.start_ms, 0.1), () =>
            this.#move(),
        );
    }

    #move() {
        this.#since = this.#time.now();
        this.#moving = true;
        this.#tell('playing');
    }

    #stop() {
        this.#position = this.true_position / 1000;
        this.#moving = false;
    }

    #varied(ms, part) {
        return ms * this.#random.between(1 - part, 1 + part);
    }
}
