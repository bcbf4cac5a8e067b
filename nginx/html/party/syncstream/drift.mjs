// How a player that is out of step gets back: a little faster or slower, and only when that would
// take too long by a seek. Pure functions; player.mjs does what they say. Drift is what the position
// lacks: positive when the player is behind the room.

/**
 * @typedef {object} Rules Lengths in ms of media, rates as a difference from the room's.
 * @property {number} dead_zone below it nothing is begun
 * @property {number} settled below it a correction ends
 * @property {number} gentle most difference of the rate up to `gentle_until`
 * @property {number} strong difference beyond it
 * @property {number} seek_from
 * @property {number} seek_from_alone where the rate can't be changed
 */

/** @type {Rules} */
export const vod = {
    dead_zone: 40,
    settled: 20,
    gentle: 0.05,
    gentle_until: 1000,
    strong: 0.1,
    seek_from: 2000,
    seek_from_alone: 400,
};

/** Live pictures come in pieces, and one cannot be ahead of them. @type {Rules} */
export const live = {
    dead_zone: 300,
    settled: 150,
    gentle: 0.03,
    gentle_until: 4000,
    strong: 0.03,
    seek_from: 4000,
    seek_from_alone: 4000,
};

const time_constant_ms = 2000; // in which a gentle correction takes away most of a drift
const seek_gap_ms = 10_000;
const thrashing = { seeks: 3, within_ms: 60_000, rest_ms: 60_000, forgotten_ms: 300_000 };
const widest_dead_zone = 1000;

/**
 * What has to be remembered between two decisions.
 * @typedef {object} Memory
 * @property {number} steering -1 or 1: the sign of the drift that is being corrected; 0: none is;
 *     NaN: playing has just begun, and even a small one is
 * @property {number[]} seeks local times of the last ones
 * @property {number} rests_until no seek before
 * @property {number} widening factor of the dead zone
 */

/** @type {Memory} */
export const no_memory = { steering: NaN, seeks: [], rests_until: -Infinity, widening: 1 };

/** The same device, having just begun to play again. */
export const begun = (memory) => ({ ...memory, steering: NaN });

/** The middle one of up to three readings. */
export function median(readings) {
    const sorted = [...readings].sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)];
}

/** Did seeking not help? Then the room should know. */
export function is_unstable(memory, now) {
    return now < memory.rests_until;
}

/**
 * @param {Memory} memory
 * @param {{drift: number, now: number, rules?: Rules, can_change_rate?: boolean}} given `now` is local
 * @returns {{memory: Memory, action: 'none'|'rate'|'seek', rate: number}} `rate` is a factor of the room's
 */
export function decide(memory, { drift, now, rules = vod, can_change_rate = true }) {
    const known = forget_old(memory, now);
    const size = Math.abs(drift);
    if (size < tolerated(known, drift, rules)) return at_rest(known);
    const seek_from = can_change_rate ? rules.seek_from : rules.seek_from_alone;
    if (size > seek_from && may_seek(known, now)) return sought(known, now);
    if (!can_change_rate) return at_rest(known);
    return {
        memory: { ...known, steering: Math.sign(drift) },
        action: 'rate',
        rate: steer(drift, rules),
    };
}

function steer(drift, { gentle, gentle_until, strong }) {
    if (Math.abs(drift) > gentle_until) return 1 + Math.sign(drift) * strong;
    return 1 + Math.min(gentle, Math.max(-gentle, drift / time_constant_ms));
}

const at_rest = (memory) => ({ memory: { ...memory, steering: 0 }, action: 'none', rate: 1 });

// A drift of the other sign is a new one, so noise around zero starts nothing.
function tolerated({ steering, widening }, drift, { dead_zone, settled }) {
    const corrects = Number.isNaN(steering) || steering === Math.sign(drift);
    const zone = corrects ? settled : dead_zone;
    return Math.min(zone * widening, widest_dead_zone);
}

function may_seek({ seeks, rests_until }, now) {
    return now >= rests_until && now - (seeks.at(-1) ?? -Infinity) >= seek_gap_ms;
}

function sought(memory, now) {
    const seeks = [...memory.seeks, now];
    const recent = seeks.filter((at) => now - at < thrashing.within_ms);
    const calmer =
        recent.length >= thrashing.seeks
            ? { rests_until: now + thrashing.rest_ms, widening: memory.widening * 2 }
            : {};
    return { memory: { ...memory, seeks, steering: 0, ...calmer }, action: 'seek', rate: 1 };
}

function forget_old(memory, now) {
    const seeks = memory.seeks.filter((at) => now - at < thrashing.forgotten_ms);
    return { ...memory, seeks, widening: seeks.length ? memory.widening : 1 };
}
