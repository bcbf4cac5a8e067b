// Events without a DOM: what happened is told to everybody who asked, in order, at once.

export class Emitter {
    #listeners = new Map();

    /**
     * @param {string} name
     * @param {(detail: any) => void} listener
     * @returns {() => void} ends it
     */
    on(name, listener) {
        if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
        this.#listeners.get(name).add(listener);
        return () => this.#listeners.get(name).delete(listener);
    }

    /** @param {string} name @param {any} [detail] */
    emit(name, detail) {
        for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(detail);
    }
}
