// Tells a stall from a hiccup: a player that stands still for want of data.

const worth_telling_ms = 300;

export class Stalls {
    #time;
    #tell;
    #timer;
    #told = false;

    /** Does it stand still? */
    now = false;

    /**
     * @param {import('./time.mjs').Time} time
     * @param {(buffering: boolean) => void} tell once when one lasts, and once when that is over
     */
    constructor(time, tell) {
        this.#time = time;
        this.#tell = tell;
    }

    begin() {
        if (this.now) return;
        this.now = true;
        this.#timer = this.#time.after(worth_telling_ms, () => {
            this.#told = true;
            this.#tell(true);
        });
    }

    end() {
        this.#time.cancel(this.#timer);
        const told = this.#told;
        this.now = false;
        this.#told = false;
        if (told) this.#tell(false);
    }
}
