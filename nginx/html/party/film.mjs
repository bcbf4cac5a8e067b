// What the video plays: the sample, or a file of one's own. The room shares only what it is, never
// where it comes from; each member brings their own copy.

const sample = {
    kind: 'other',
    contentKey: 'syncstream:sample',
    title: 'The ticking clock',
    durationMs: 180_000,
};
const sample_address = '/party/sample.webm';

export class Film {
    #video;
    #address = null;
    #of = null;

    /** @param {HTMLVideoElement} video */
    constructor(video) {
        this.#video = video;
    }

    /** The media to create a party with. */
    get sample() {
        return sample;
    }

    /** Does this device have what the room watches? */
    has({ contentKey } = {}) {
        return [undefined, sample.contentKey, this.#of].includes(contentKey);
    }

    /** Loads what the room watches, if this device has it, and else nothing. @returns {boolean} it has */
    show(media = {}) {
        const has = this.has(media);
        const key = has ? (media.contentKey ?? sample.contentKey) : null;
        if (this.#of !== key) this.#load(has ? sample_address : null, key);
        return has;
    }

    /**
     * Plays a file of this device.
     * @param {File} file
     * @param {string} [contentKey] what the room calls it; none: a new film
     * @returns {Promise<object>} the media to propose to the room
     */
    async take(file, contentKey = `file:${file.size}`) {
        const known = new Promise((done, fail) => {
            this.#video.addEventListener('loadedmetadata', done, { once: true });
            this.#video.addEventListener('error', fail, { once: true });
        });
        this.#load(URL.createObjectURL(file), contentKey);
        await known.catch(() => {
            throw new Error('This browser cannot play that file');
        });
        const durationMs = Math.round(this.#video.duration * 1000);
        return { kind: 'other', contentKey, title: file.name.slice(0, 200), durationMs };
    }

    #load(address, key) {
        if (this.#address?.startsWith('blob:')) URL.revokeObjectURL(this.#address);
        this.#address = address;
        this.#of = key;
        if (address) this.#video.src = address;
        else this.#video.removeAttribute('src');
        this.#video.load();
    }
}
