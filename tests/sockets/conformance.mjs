// What the conformance tests say and expect, on connections to the echo program.
import assert from 'node:assert/strict';
import { start_echo } from './echo.mjs';
import { Peer, close, frame, opcode, text } from './frames.mjs';

// It takes more than usual, because the suite's largest messages are 64 KB.
const wide = await start_echo({ frame: 70000 });

export const join = (t) => Peer.open(t, wide.port);
export const more = (payload, options) => frame(opcode.continuation, payload, options);
export const open_end = { fin: false };

export async function echoes(peer, payload) {
    const got = await peer.next();
    assert.ok(got, 'the server ended');
    assert.equal(got.code, opcode.text);
    assert.deepEqual([got.fin, got.rsv, got.masked], [true, 0, false]);
    assert.equal(Buffer.compare(got.payload, Buffer.from(payload)), 0);
}

export async function pongs(peer, payload = '') {
    const got = await peer.next();
    assert.equal(got?.code, opcode.pong);
    assert.deepEqual(got.payload, Buffer.from(payload));
}

// The server says why, waits for an answer only when the client has not gone wrong itself, and ends.
export async function closes(peer, ...codes) {
    const got = await peer.next();
    assert.equal(got?.code, opcode.close, 'a close frame');
    assert.ok(codes.includes(got.status), `${got.status} is one of ${codes}`);
    if (got.status === 1003 || got.reason === 'broken text') peer.send(close(got.status));
    assert.equal(await peer.next(), undefined, 'nothing follows');
    assert.equal(peer.error, undefined, 'an orderly end');
}

export async function still_well(t) {
    const peer = await join(t);
    peer.send(text('well'));
    await echoes(peer, 'well');
}
