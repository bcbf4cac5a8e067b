// Where the room is: nobody sends a current time, everybody computes it from an anchor.

/**
 * The data of `party:state`, as far as players need it.
 * @typedef {object} PlaybackState
 * @property {'idle'|'waiting'|'playing'|'paused'} status
 * @property {number} positionMs the anchor's position in the media; also called `anchorMs`
 * @property {number} anchorServerMs when the room is there
 * @property {number} atServerMs when to carry this out
 * @property {number} rate
 * @property {number} ver version of the state; `epoch` tells what it counts in
 * @property {string} [epoch]
 * @property {number} mediaSeq
 * @property {{durationMs?: number, timeline?: string}|null} [media]
 */

/**
 * Milliseconds in the media at a time of the server's.
 * @param {PlaybackState} state
 * @param {number} server_ms
 * @param {number} [length] of the media that is really played, when the state knows none
 */
export function position_at(state, server_ms, length = Infinity) {
    const passed = Math.max(0, server_ms - state.anchorServerMs) * (state.rate || 1);
    const position = (state.positionMs ?? state.anchorMs) + (state.status === 'playing' ? passed : 0);
    return Math.min(Math.max(0, position), state.media?.durationMs || length);
}

/** Milliseconds that a media element can play on from where it is, without loading. */
export function buffered_ahead(media) {
    const here = media.currentTime;
    for (let i = 0; i < media.buffered.length; i += 1) {
        const holds = media.buffered.start(i) <= here + 0.05 && here <= media.buffered.end(i);
        if (holds) return Math.max(0, media.buffered.end(i) - here) * 1000;
    }
    return 0;
}
