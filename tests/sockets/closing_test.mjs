// RFC 6455 from the side of a client that may break every rule, in the order of the well-known test
// suite: UTF-8, closing, limits. Each connection speaks to the echo program over a plain socket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closes, echoes, join, more, open_end, still_well } from './conformance.mjs';
import { start_echo } from './echo.mjs';
import { Peer, close, frame, opcode, ping, text } from './frames.mjs';

const usual = await start_echo();

// 6: UTF-8

const greeting = 'Hello-µ@ßöäüàá-UTF-8!! κόσμε \u{0000}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}';

test('echoes UTF-8 cut into two fragments at every byte', async (t) => {
    const peer = await join(t);
    const bytes = Buffer.from(greeting);
    for (let cut = 0; cut <= bytes.length; ++cut) {
        peer.send(text(bytes.subarray(0, cut), open_end), more(bytes.subarray(cut)));
        await echoes(peer, greeting);
    }
});

test('echoes UTF-8 in fragments of one byte, and sent byte by byte', async (t) => {
    const peer = await join(t);
    const bytes = Buffer.from(greeting);
    const parts = [...bytes].map((byte) => more(Buffer.from([byte]), open_end));
    peer.send(text('', open_end), ...parts, more(''));
    await echoes(peer, greeting);
    await peer.chop(text(greeting), 1);
    await echoes(peer, greeting);
});

for (const character of ['\0', '\x7f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\ufffe', '\uffff', '\u{10000}', '\u{10fffe}', '\u{10ffff}', '\u{1f3ac}']) {
    test(`echoes U+${character.codePointAt(0).toString(16)}`, async (t) => {
        const peer = await join(t);
        peer.send(text(character));
        await echoes(peer, character);
    });
}

const bad_utf8 = {
    'a lone continuation byte': '80',
    'continuation bytes alone': '80bf80bf',
    'a first byte without the second': 'c220',
    'a first byte at the end': 'ce',
    'two of three bytes': 'e282',
    'three of four bytes': 'f09d84',
    'an overlong slash in two bytes': 'c0af',
    'an overlong slash in three bytes': 'e080af',
    'an overlong slash in four bytes': 'f08080af',
    'an overlong NUL': 'c080',
    'the longest overlong of two bytes': 'c1bf',
    'the longest overlong of three bytes': 'e09fbf',
    'the longest overlong of four bytes': 'f08fbfbf',
    'a high surrogate': 'eda080',
    'a low surrogate': 'edbfbf',
    'a pair of surrogates': 'eda080edb080',
    'U+110000': 'f4908080',
    'a sequence of five bytes': 'f888808080',
    'a sequence of six bytes': 'fc8480808080',
    'the byte FE': 'fe',
    'the byte FF': 'ff',
    'a surrogate behind good text': 'cebae1bdb9cf83cebcceb5eda080656469746564',
};
for (const [name, hex] of Object.entries(bad_utf8)) {
    test(`refuses ${name}`, async (t) => {
        const peer = await join(t);
        peer.send(text(Buffer.from(hex, 'hex')));
        await closes(peer, 1007);
    });
}

test('refuses broken UTF-8 without waiting for the end of the message', async (t) => {
    const peer = await join(t);
    peer.send(text('κόσμε', open_end), more(Buffer.from('f4908080', 'hex'), open_end));
    await closes(peer, 1007);
});

test('refuses broken UTF-8 without waiting for the end of the frame', async (t) => {
    const peer = await join(t);
    const whole = text(Buffer.concat([Buffer.from('f4908080', 'hex'), Buffer.alloc(4000, 'x')]));
    peer.send(whole.subarray(0, 2000));
    await closes(peer, 1007);
});

test('refuses a message that ends inside of a character, over fragments', async (t) => {
    const peer = await join(t);
    peer.send(text(Buffer.from('ce', 'hex'), open_end), more(''));
    await closes(peer, 1007);
});

// 7: closing

test('answers a close after what came before it', async (t) => {
    const peer = await join(t);
    peer.send(text('before'), close(1000));
    await echoes(peer, 'before');
    await closes(peer, 1000);
});

test('answers the first of two closes', async (t) => {
    const peer = await join(t);
    peer.send(close(1000), close(1001));
    await closes(peer, 1000);
});

test('ignores a ping and a text behind the close', async (t) => {
    const peer = await join(t);
    peer.send(close(1000), ping('late'), text('late'));
    await closes(peer, 1000);
});

test('closes in the middle of a message', async (t) => {
    const peer = await join(t);
    peer.send(text('begun', open_end), close(1000), more('never'));
    await closes(peer, 1000);
});

test('closes behind a large message that it did not echo yet', async (t) => {
    const peer = await join(t);
    peer.send(text('x'.repeat(65000)), close(1000));
    await echoes(peer, 'x'.repeat(65000));
    await closes(peer, 1000);
});

test('answers a close without a code', async (t) => {
    const peer = await join(t);
    peer.send(close());
    await closes(peer, 1000, undefined);
});

test('answers a close with the longest reason', async (t) => {
    const peer = await join(t);
    peer.send(close(1000, 'r'.repeat(123)));
    await closes(peer, 1000);
});

test('refuses a close of one byte', async (t) => {
    const peer = await join(t);
    peer.send(frame(opcode.close, 'x'));
    await closes(peer, 1002);
});

test('refuses a close of 126 bytes', async (t) => {
    const peer = await join(t);
    peer.send(close(1000, 'r'.repeat(124)));
    await closes(peer, 1002);
});

test('refuses a reason that is no UTF-8', async (t) => {
    const peer = await join(t);
    peer.send(close(1000, Buffer.from('cebaedA080', 'hex')));
    await closes(peer, 1002, 1007);
});

for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]) {
    test(`answers a close with the code ${code}`, async (t) => {
        const peer = await join(t);
        peer.send(close(code));
        await closes(peer, code);
    });
}

for (const code of [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999]) {
    test(`refuses a close with the code ${code}`, async (t) => {
        const peer = await join(t);
        peer.send(close(code));
        await closes(peer, 1002);
    });
}

// 9: limits

const messages_above = {
    'one frame of 16385 bytes': [text('x'.repeat(16385))],
    'one frame of 64 KB': [text('x'.repeat(65536))],
    'one frame of 16 MB': [text(Buffer.alloc(16 << 20, 'x'))],
    'fragments that add up to it': [
        text('x'.repeat(16000), open_end),
        more('x'.repeat(384), open_end),
        more('x'),
    ],
    'the length alone': [text('x'.repeat(20000)).subarray(0, 8)],
    'a binary message': [frame(opcode.binary, Buffer.alloc(20000))],
};
for (const [name, frames] of Object.entries(messages_above)) {
    test(`refuses a message above 16 KB: ${name}`, async (t) => {
        const peer = await Peer.open(t, usual.port);
        peer.send(...frames);
        const got = await peer.next();
        assert.deepEqual([got?.code, got?.status], [opcode.close, 1009]);
        assert.equal(await peer.next(), undefined);
    });
}

test('echoes a message of 16 KB, whole and in fragments', async (t) => {
    const peer = await Peer.open(t, usual.port);
    peer.send(text('x'.repeat(16384)), text('x'.repeat(16383), open_end), more('x'));
    await echoes(peer, 'x'.repeat(16384));
    await echoes(peer, 'x'.repeat(16384));
});

// Ours on top

test('refuses a frame that is not masked', async (t) => {
    const peer = await join(t);
    peer.send(text('bare', { masked: false }));
    await closes(peer, 1002);
});

for (const length of [1n << 63n, (1n << 64n) - 1n, (1n << 63n) - 1n]) {
    test(`refuses a frame that claims ${length} bytes`, async (t) => {
        const peer = await join(t);
        peer.send(frame(opcode.text, 'x', { length }));
        await closes(peer, 1002, 1009);
        await still_well(t);
    });
    test(`refuses a fragment that claims ${length} bytes behind another`, async (t) => {
        const peer = await join(t);
        peer.send(text('x', open_end), frame(opcode.continuation, 'x', { length }));
        await closes(peer, 1002, 1009);
        await still_well(t);
    });
}

test('survives a reset in the middle of a frame', async (t) => {
    const peer = await join(t);
    peer.send(text('x'.repeat(5000)).subarray(0, 1000));
    await new Promise(setImmediate);
    peer.socket.resetAndDestroy();
    await still_well(t);
});

test('ends with a peer that ends without a close', async (t) => {
    const peer = await join(t);
    peer.send(text('last'));
    await echoes(peer, 'last');
    peer.socket.end();
    assert.equal(await peer.next(), undefined);
    await still_well(t);
});

test('closes as the guest says', async (t) => {
    const peer = await join(t);
    peer.send(text('!close 4410'));
    const got = await peer.next();
    assert.deepEqual([got.status, got.reason], [4410, 'as asked']);
    peer.send(close(4410));
    assert.equal(await peer.next(), undefined);
    assert.equal(peer.error, undefined);
});

test('hears nothing behind its own close', async (t) => {
    const peer = await join(t);
    peer.send(text('!close 4410'), text('late'), ping('late'), text('later'));
    assert.equal((await peer.next()).status, 4410);
    peer.send(text('latest'), close(4410));
    assert.equal(await peer.next(), undefined);
    assert.equal(peer.error, undefined);
});

test('ends with a guest that throws, and nobody else', async (t) => {
    const other = await join(t);
    const peer = await join(t);
    peer.send(text('!throw'), text('late'));
    assert.equal((await peer.next()).status, 4006);
    other.send(text('still here'));
    await echoes(other, 'still here');
});
