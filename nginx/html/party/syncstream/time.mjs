// Where the module gets its time from. Everything here takes such an object, so that tests bring a
// time of their own.

/**
 * @typedef {object} Time
 * @property {() => number} now Milliseconds of a clock that never steps, with fraction.
 * @property {(ms: number, task: () => void) => unknown} after Runs a task once; gives what `cancel` takes.
 * @property {(timer: unknown) => void} cancel A timer that is over, or none, is ignored.
 */

/** @type {Time} */
export const real_time = {
    now: () => performance.now(),
    after: (ms, task) => setTimeout(task, Math.max(0, ms)),
    cancel: (timer) => clearTimeout(timer),
};
