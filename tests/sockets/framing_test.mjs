// RFC 6455 from the side of a client that may break every rule, in the order of the well-known test
// suite: framing, pings, reserved bits, opcodes, fragments. Each connection speaks to the echo program over a plain socket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closes, echoes, join, more, open_end, pongs } from './conformance.mjs';
import { frame, opcode, ping, text } from './frames.mjs';

// 1: framing

for (const size of [0, 125, 126, 127, 128, 65535, 65536]) {
    test(`echoes a text of ${size} bytes`, async (t) => {
        const peer = await join(t);
        peer.send(text('*'.repeat(size)));
        await echoes(peer, '*'.repeat(size));
    });
}

for (const [size, piece] of [[65536, 997], [300, 1]]) {
    test(`echoes a text of ${size} bytes that comes in pieces of ${piece}`, async (t) => {
        const peer = await join(t);
        await peer.chop(text('*'.repeat(size)), piece);
        await echoes(peer, '*'.repeat(size));
    });
}

for (const size of [0, 125, 128]) {
    test(`refuses a binary message of ${size} bytes`, async (t) => {
        const peer = await join(t);
        peer.send(text('before'), frame(opcode.binary, Buffer.alloc(size, 0xfe)));
        await echoes(peer, 'before');
        await closes(peer, 1003);
    });
}

test('takes a length that is written longer than needed', async (t) => {
    const peer = await join(t);
    peer.send(frame(opcode.text, 'short', { length: 5n }));
    const got = await peer.next();
    if (got.code === opcode.close) assert.equal(got.status, 1002);
    else assert.equal(got.payload.toString(), 'short');
});

// 2: pings

for (const payload of ['', 'Hello, world!', Buffer.from([0, 255, 254, 253, 0, 255]), 'x'.repeat(125)]) {
    test(`answers a ping of ${payload.length} bytes with its payload`, async (t) => {
        const peer = await join(t);
        peer.send(ping(payload));
        await pongs(peer, payload);
    });
}

test('refuses a ping of 126 bytes', async (t) => {
    const peer = await join(t);
    peer.send(ping('x'.repeat(126)));
    await closes(peer, 1002);
});

test('answers a ping that comes byte by byte', async (t) => {
    const peer = await join(t);
    await peer.chop(ping('y'.repeat(125)), 1);
    await pongs(peer, 'y'.repeat(125));
});

test('takes pongs nobody asked for', async (t) => {
    const peer = await join(t);
    peer.send(frame(opcode.pong), frame(opcode.pong, 'unasked'), ping('asked'));
    await pongs(peer, 'asked');
});

test('answers ten pings in their order', async (t) => {
    const peer = await join(t);
    const all = Array.from({ length: 10 }, (_, i) => `ping ${i}`);
    peer.send(...all.map((one) => ping(one)));
    for (const one of all) await pongs(peer, one);
});

test('answers ten pings that come byte by byte', async (t) => {
    const peer = await join(t);
    const all = Array.from({ length: 10 }, (_, i) => `ping ${i}`);
    await peer.chop(Buffer.concat(all.map((one) => ping(one))), 1);
    for (const one of all) await pongs(peer, one);
});

// 3: reserved bits

for (const rsv of [1, 2, 3, 4, 5, 6, 7]) {
    for (const [name, code] of [['a text', opcode.text], ['a ping', opcode.ping], ['a close', opcode.close]]) {
        test(`refuses ${name} with the reserved bits ${rsv}`, async (t) => {
            const peer = await join(t);
            peer.send(text('before'), frame(code, '', { rsv }), ping());
            await echoes(peer, 'before');
            await closes(peer, 1002);
        });
    }
}

// 4: opcodes

for (const code of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
    for (const payload of ['', 'reserved']) {
        test(`refuses the opcode ${code} with ${payload.length} bytes`, async (t) => {
            const peer = await join(t);
            peer.send(text('before'), frame(code, payload), ping());
            await echoes(peer, 'before');
            await closes(peer, 1002);
        });
    }
}

// 5: fragments

const broken_sequences = {
    'a ping in fragments': [ping('frag', open_end), more('ment')],
    'a pong in fragments': [frame(opcode.pong, 'frag', open_end), more('ment')],
    'a close in fragments': [frame(opcode.close, '', open_end), more('')],
    'a continuation of nothing': [more('of nothing'), text('after')],
    'an open continuation of nothing': [more('of nothing', open_end), text('after')],
    'a continuation after a whole text': [text('', open_end), more(''), more('again')],
    'a text inside of a text': [text('frag', open_end), text('ment')],
    'a binary message inside of a text': [text('frag', open_end), frame(opcode.binary, 'ment')],
};
for (const [name, frames] of Object.entries(broken_sequences)) {
    test(`refuses ${name}`, async (t) => {
        const peer = await join(t);
        peer.send(...frames);
        let got = await peer.next();
        if (got?.code === opcode.text) {
            assert.equal(got.payload.length, 0, 'only what was whole is echoed');
            got = await peer.next();
        }
        assert.deepEqual([got?.code, got?.status], [opcode.close, 1002]);
        assert.equal(await peer.next(), undefined);
    });
}

const fragments = [
    text('fragment 1, ', open_end),
    ping('between'),
    more('fragment 2, ', open_end),
    more('', open_end),
    ping('again'),
    more('fragment 3'),
];
const styles = {
    whole: (peer) => peer.send(...fragments),
    'frame by frame': async (peer) => {
        for (const one of fragments) await peer.chop(one, one.length);
    },
    'byte by byte': (peer) => peer.chop(Buffer.concat(fragments), 1),
};
for (const [name, send] of Object.entries(styles)) {
    test(`puts fragments together and answers pings between them, ${name}`, async (t) => {
        const peer = await join(t);
        await send(peer);
        await pongs(peer, 'between');
        await pongs(peer, 'again');
        await echoes(peer, 'fragment 1, fragment 2, fragment 3');
    });
}

test('answers a ping before the message around it is whole', async (t) => {
    const peer = await join(t);
    peer.send(text('begun', open_end), ping('now'));
    await pongs(peer, 'now');
    peer.send(more(' and ended'));
    await echoes(peer, 'begun and ended');
});

test('echoes empty fragments as an empty text', async (t) => {
    const peer = await join(t);
    peer.send(text('', open_end), more('', open_end), more(''));
    await echoes(peer, '');
});

test('refuses a binary message in fragments', async (t) => {
    const peer = await join(t);
    peer.send(frame(opcode.binary, 'a', open_end), more('b'));
    await closes(peer, 1003);
});
