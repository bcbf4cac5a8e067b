// How long a player takes to start and to seek, learned from its own past, so that it can begin as
// much earlier. Mean and deviation as TCP keeps them of round trips (RFC 6298).

const of_new_mean = 0.3;
const of_new_deviation = 0.25;
const longest_ms = 3000; // more than this was something else

class Learned {
    mean = null;
    deviation = 0;
    #lessons = 0;

    // The first few count alike.
    learn(ms) {
        if (!(ms >= 0 && ms <= longest_ms)) return;
        const error = ms - this.mean;
        this.#lessons += 1;
        if (this.#lessons === 1) this.deviation = ms / 4;
        else this.deviation += of_new_deviation * (Math.abs(error) - this.deviation);
        this.mean = (this.mean ?? 0) + error * Math.max(of_new_mean, 1 / this.#lessons);
    }
}

const guesses = { start_ms: 100, seek_ms: 300 };

/** All in ms. A start after a seek is another matter than one from where the player stood. */
export class Habits {
    #seek = new Learned();
    #starts = { sought: new Learned(), stood: new Learned() };

    /** From `play()` until the position moves. */
    start_ms(sought) {
        const { sought: after_seek, stood } = this.#starts;
        const [same, other] = sought ? [after_seek, stood] : [stood, after_seek];
        return same.mean ?? other.mean ?? guesses.start_ms;
    }

    /** What a seek will hardly exceed. */
    get seek_ms() {
        return this.#seek.mean === null ? guesses.seek_ms : this.#seek.mean + this.#seek.deviation;
    }

    has_started(sought, ms) {
        this.#starts[sought ? 'sought' : 'stood'].learn(ms);
    }

    has_sought(ms) {
        this.#seek.learn(ms);
    }
}
