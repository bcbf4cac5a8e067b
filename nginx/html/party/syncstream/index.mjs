// SyncStream's watch party for browsers and whatever else has WebSockets and media elements. Plain
// modules without dependencies: copy the folder, import this file. `Party` is all of it together; the
// other names are its parts, each of use alone.
export { ClockPings, ServerClock } from './clock.mjs';
export { Connection } from './connection.mjs';
export { begun, decide, is_unstable, live, median, no_memory, vod } from './drift.mjs';
export { Emitter } from './emitter.mjs';
export { Party } from './party.mjs';
export { Player } from './player.mjs';
export { apply, may, myself, room_from } from './room.mjs';
export { Stream, Streams } from './stream.mjs';
export { real_time } from './time.mjs';
export { buffered_ahead, position_at } from './timeline.mjs';
export { PartyError, after_close, back_off, features, protocol } from './wire.mjs';
