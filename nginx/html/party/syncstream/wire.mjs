// The protocol `syncstream.v1` in small: names, close codes, errors, waiting times. No state.

export const protocol = 'syncstream.v1';
export const features = ['state', 'ready'];

/** What the server refused, or the connection could not bring there. */
export class PartyError extends Error {
    /** @param {{code: string, message?: string, retryable?: boolean, retryAfterMs?: number, details?: object}} given */
    constructor({ code, message, retryable = false, retryAfterMs = 0, details = {} }) {
        super(message || code);
        this.name = 'PartyError';
        this.code = String(code).toLowerCase();
        this.retryable = retryable;
        this.retry_after_ms = retryAfterMs;
        this.details = details;
    }
}

/**
 * What to do when a connection was closed.
 * @param {number} code
 * @returns {'retry'|'refresh'|'stop'} come back and resume; the same with a new token; stay away
 */
export function after_close(code) {
    if (code === 4200) return 'refresh';
    return code >= 4400 && code < 5000 ? 'stop' : 'retry';
}

/** How long to wait before the attempt after `failures` failed ones; `random` is in [0, 1). */
export function back_off(failures, random) {
    return Math.min(30_000, 1000 * 2 ** failures) * (0.5 + random);
}

/** The stream that a message belongs to, or null: it is not numbered. */
export function stream_of(message) {
    if (typeof message.ver !== 'number' || typeof message.epoch !== 'string') return null;
    if (message.room) return `room:${message.room}`;
    return message.stream ?? null;
}

/** The snapshot that a message carries, or null; `known` is the room this client is in. */
export function snapshot_in({ type, data, room, epoch, ver }, known) {
    const snapshot = type === 'party:snapshot' ? { epoch, ver, ...data } : data?.snapshot;
    if (typeof snapshot?.epoch !== 'string' || typeof snapshot?.ver !== 'number') return null;
    const roomId = snapshot.roomId ?? data?.roomId ?? room ?? known;
    return roomId ? { ...snapshot, roomId } : null;
}

/** An object from a frame, or null: it is none of this protocol. */
export function parse(text) {
    try {
        const message = JSON.parse(text);
        return typeof message?.type === 'string' ? message : null;
    } catch {
        return null;
    }
}
