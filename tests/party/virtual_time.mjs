// A time that passes only when a test says so: thousands of seconds in one, and always the same.

export class VirtualTime {
    #now = 0;
    #tasks = [];
    #made = 0;

    now() {
        return this.#now;
    }

    after(ms, task) {
        const timer = { due: this.#now + Math.max(0, ms), number: (this.#made += 1), task };
        let index = this.#tasks.length;
        while (index > 0 && this.#tasks[index - 1].due > timer.due) index -= 1;
        this.#tasks.splice(index, 0, timer);
        return timer;
    }

    cancel(timer) {
        const index = this.#tasks.indexOf(timer);
        if (index >= 0) this.#tasks.splice(index, 1);
    }

    /** Runs what is due in the next `ms`, in its order, with what promises have to say in between. */
    async pass(ms) {
        const end = this.#now + ms;
        await settle();
        while (this.#tasks.length > 0 && this.#tasks[0].due <= end) {
            const { due, task } = this.#tasks.shift();
            this.#now = due;
            task();
            await settle();
        }
        this.#now = end;
    }

    /** The same without promises: for worlds that have none. */
    pass_at_once(ms) {
        const end = this.#now + ms;
        while (this.#tasks.length > 0 && this.#tasks[0].due <= end) {
            const { due, task } = this.#tasks.shift();
            this.#now = due;
            task();
        }
        this.#now = end;
    }
}

/** Lets all promises that can go on do so. */
export const settle = () => new Promise((done) => setImmediate(done));

/** A clock of a device: the same seconds, counted from elsewhere. */
export function own_clock(time, offset) {
    return {
        now: () => time.now() + offset,
        after: (ms, task) => time.after(ms, task),
        cancel: (timer) => time.cancel(timer),
    };
}

/** Random numbers that are the same in each run (mulberry32). */
export function random_numbers(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    const between = (least, most) => least + (most - least) * next();
    return {
        next,
        between,
        exponential: (mean) => -mean * Math.log(1 - next()),
        normal: (deviation) =>
            deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    };
}
