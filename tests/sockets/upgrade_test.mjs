// How a connection begins and how it is kept: the request to upgrade, refusals, time limits,
// heartbeats and peers that do not read, against the echo program over plain sockets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start_echo } from './echo.mjs';
import { Peer, accepts, close, frame, opcode, request, text } from './frames.mjs';

const usual = await start_echo();
const hasty = await start_echo({ handshake: 300 });
const beating = await start_echo({ heartbeat: 100, patience: 300 });
const impatient = await start_echo({ oldest: 300 });

async function ask(t, bytes, port = usual.port) {
    const peer = new Peer(port);
    t.after(() => peer.socket.destroy());
    peer.send(bytes);
    const answer = await peer.head();
    const rest = answer.status === 101 ? '' : (await peer.rest()).toString();
    return { ...answer, peer, error: rest && JSON.parse(rest).error };
}

async function say(peer, words) {
    peer.send(text(words));
    return (await peer.next())?.payload.toString();
}

async function counts(t, port) {
    return JSON.parse(await say(await Peer.open(t, port), '!counts'));
}

async function comes_true(condition) {
    for (let tries = 0; tries < 400; ++tries) {
        if (await condition()) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
    assert.fail(`never: ${condition}`);
}

test('upgrades', async (t) => {
    const { status, headers } = await ask(t, request());
    assert.equal(status, 101);
    assert.equal(headers['sec-websocket-accept'], accepts);
    assert.equal(headers.server, 'syncstream');
    assert.equal(headers['sec-websocket-protocol'], undefined);
    assert.equal(headers['sec-websocket-extensions'], undefined);
});

test('upgrades in a later turn', async (t) => {
    const peer = await Peer.open(t, usual.port, '/later');
    assert.equal(await say(peer, 'hello'), 'hello');
});

test('answers the protocol that the gate has chosen, and no other', async (t) => {
    const offered = { 'Sec-WebSocket-Protocol': 'syncstream.v1, bearer.abc' };
    assert.equal((await ask(t, request('/echo', offered))).headers['sec-websocket-protocol'], 'syncstream.v1');
});

test('offers no compression, whatever the client can do', async (t) => {
    const offered = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const { status, headers } = await ask(t, request('/echo', offered));
    assert.deepEqual([status, headers['sec-websocket-extensions']], [101, undefined]);
});

test('reads the request for the gate', async (t) => {
    const peer = await Peer.open(t, usual.port, '/echo?token=a%2Bb+c&dev=%E2%9C%93&v', {
        Origin: 'https://app.test',
        'X-Real-IP': '203.0.113.7',
        'X-Request-ID': 'r-1',
        Authorization: 'Bearer abc',
        'Sec-WebSocket-Protocol': 'syncstream.v1,bearer.abc',
    });
    assert.deepEqual(JSON.parse(await say(peer, '!upgrade')), {
        path: '/echo',
        origin: 'https://app.test',
        ip: '203.0.113.7',
        request_id: 'r-1',
        authorization: 'Bearer abc',
        query: { token: 'a+b c', dev: '✓', v: '' },
        protocols: ['syncstream.v1', 'bearer.abc'],
    });
});

test("knows the peer's address without a proxy", async (t) => {
    const peer = await Peer.open(t, usual.port);
    assert.equal(JSON.parse(await say(peer, '!upgrade')).ip, '127.0.0.1');
});

test('hears what is sent together with the request', async (t) => {
    const peer = new Peer(usual.port);
    t.after(() => peer.socket.destroy());
    peer.send(request(), text('early'), text('bird'));
    assert.equal((await peer.head()).status, 101);
    assert.equal((await peer.next()).payload.toString(), 'early');
    assert.equal((await peer.next()).payload.toString(), 'bird');
});

test('takes a request that comes byte by byte', async (t) => {
    const peer = new Peer(usual.port);
    t.after(() => peer.socket.destroy());
    await peer.chop(Buffer.from(request()), 1);
    assert.equal((await peer.head()).status, 101);
});

const refusals = [
    ['a POST', request('/echo', {}, 'POST'), 405],
    ['a HEAD', request('/echo', {}, 'HEAD'), 405],
    ['a plain GET', 'GET /echo HTTP/1.1\r\nHost: a\r\n\r\n', 426],
    ['HTTP/1.0', request().replace('HTTP/1.1', 'HTTP/1.0'), 426],
    ['another upgrade', request('/echo', { Upgrade: 'h2c' }), 426],
    ['a Connection without upgrade', request('/echo', { Connection: 'keep-alive' }), 426],
    ['version 8', request('/echo', { 'Sec-WebSocket-Version': '8' }), 426],
    ['no version', request('/echo', { 'Sec-WebSocket-Version': undefined }), 426],
    ['no key', request('/echo', { 'Sec-WebSocket-Key': undefined }), 400],
    ['a short key', request('/echo', { 'Sec-WebSocket-Key': 'abc' }), 400],
    ['a key that is no base64', request('/echo', { 'Sec-WebSocket-Key': '!'.repeat(22) + '==' }), 400],
    ['no host', request('/echo', { Host: undefined }), 400],
    ['a broken escape in the path', request('/ec%zzho'), 400],
    ['a broken escape in the query', request('/echo?token=%e2%82'), 400],
    ['NUL in the query', request('/echo?token=%00'), 400],
    ['a parameter twice', request('/echo?v=1&v=2'), 400],
    ['a target that is no path', request('echo'), 400],
    ['no HTTP', 'hello there\r\n\r\n', 400],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex'), 400],
    ['headers above 8 KB', request('/echo', { 'X-Long': 'x'.repeat(9000) }), 431],
    ['an endless header', `GET /echo HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`, 431],
    ['an endless target', `GET /${'x'.repeat(100_000)}`, 431],
    ['what the gate refuses', request('/refused'), 429],
    ['what breaks the gate', request('/throws'), 500],
];
for (const [name, bytes, wanted] of refusals) {
    test(`refuses ${name} with ${wanted}`, async (t) => {
        const { status, headers, error } = await ask(t, bytes);
        assert.equal(status, wanted);
        assert.equal(headers['content-type'], 'application/json');
        assert.match(error.code, /^[a-z_]+$/);
        assert.ok(error.message);
        if (wanted === 426) assert.equal(headers['sec-websocket-version'], '13');
        if (wanted === 405) assert.equal(headers.allow, 'GET');
        if (wanted === 429) assert.equal(headers['retry-after'], '7');
    });
}

test('ends with a client that never ends its request', async (t) => {
    const peer = new Peer(hasty.port);
    t.after(() => peer.socket.destroy());
    peer.send('GET /echo HTTP/1.1\r\nHost: slow');
    assert.equal((await peer.head()).status, 0);
});

test('ends with a client that says nothing', async (t) => {
    const peer = new Peer(hasty.port);
    t.after(() => peer.socket.destroy());
    assert.equal((await peer.head()).status, 0);
});

test('does not leave a client waiting for a gate that never answers', async (t) => {
    const { status } = await ask(t, request('/never'), hasty.port);
    assert.equal(status, 503);
});

test('survives a client that leaves before the gate answers', async (t) => {
    const peer = new Peer(usual.port);
    peer.socket.write(request('/later'));
    await new Promise(setImmediate);
    peer.socket.resetAndDestroy();
    assert.equal(await say(await Peer.open(t, usual.port), 'well'), 'well');
});

test('pings a peer that is silent, and keeps it while it answers', async (t) => {
    const peer = await Peer.open(t, beating.port);
    for (let beats = 0; beats < 4; ++beats) {
        const got = await peer.next();
        assert.equal(got.code, opcode.ping);
        peer.send(frame(opcode.pong, got.payload));
    }
    assert.equal(await say(peer, 'alive'), 'alive');
});

test('takes a part of a frame as an answer', async (t) => {
    const peer = await Peer.open(t, beating.port);
    const long = text('x'.repeat(100));
    for (let beats = 0; beats < 4; ++beats) {
        assert.equal((await peer.next()).code, opcode.ping);
        peer.send(long.subarray(beats * 10, beats * 10 + 10));
    }
    peer.send(long.subarray(40));
    assert.equal((await peer.next()).payload.length, 100);
});

test('drops a peer that answers no ping', async (t) => {
    const peer = await Peer.open(t, beating.port);
    assert.equal((await peer.next()).code, opcode.ping);
    assert.equal(await peer.next(), undefined);
    assert.equal(peer.error, 'ECONNRESET');
    await comes_true(async () => (await counts(t, beating.port)).closes[1006] > 0);
});

test('sends heartbeats to a client that cannot see pings', async (t) => {
    const peer = await Peer.open(t, beating.port);
    peer.send(text('!hb'));
    for (let beats = 0; beats < 3; ) {
        const got = await peer.next();
        if (got.code === opcode.ping) peer.send(frame(opcode.pong, got.payload));
        if (got.code !== opcode.text) continue;
        assert.equal(got.payload.toString(), '{"type":"hb"}');
        ++beats;
    }
});

// A peer that does not read; the kernel takes some of what is sent to it.
async function deaf(t, port, words) {
    const peer = await Peer.open(t, port);
    peer.socket.pause();
    peer.send(text(words));
    return peer;
}

test('closes a peer that reads too slowly, and tells the others nothing', async (t) => {
    const other = await Peer.open(t, usual.port);
    await deaf(t, usual.port, '!flood 20000');
    await comes_true(async () => (await counts(t, usual.port)).closes[4001] === 1);
    assert.equal(await say(other, 'still here'), 'still here');
});

test('tells a peer that reads again that it was too slow', async (t) => {
    const peer = await deaf(t, usual.port, '!flood 20000');
    await comes_true(async () => (await counts(t, usual.port)).closes[4001] === 2);
    peer.socket.resume();
    let got = await peer.next();
    let frames = 0;
    for (; got?.code === opcode.text; got = await peer.next()) {
        assert.equal(got.payload.length, 1000);
        ++frames;
    }
    assert.deepEqual([got?.code, got?.status], [opcode.close, 4001]);
    assert.ok(frames > 0 && frames < 20000);
    peer.send(close(4001));
    assert.equal(await peer.next(), undefined);
});

test('closes a peer for which a frame waits too long', async (t) => {
    const before = await counts(t, impatient.port);
    assert.equal(before.slow, 0);
    // Below the hard limit, above what the kernel takes.
    const peer = await deaf(t, impatient.port, '!flood 200');
    for (let more = 0; more < 60; ++more) peer.send(text('!flood 100'));
    await comes_true(async () => (await counts(t, impatient.port)).closes[4001] === 1);
});
