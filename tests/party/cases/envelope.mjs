// The form of messages: hello, ids, repeated commands, what is no message at all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command_id, pause } from '../guest.mjs';

export function envelope({ service, skip }) {
    const enter = async (name = 'John', how = {}) =>
        service().connect(await service().person(name), how);

    test('hello comes first and tells who one is', { skip }, async () => {
        const guest = await enter('John');
        const { hello, person } = guest;
        assert.equal(guest.got[0].type, 'hello');
        for (const name of ['connId', 'sessionId', 'resumeToken', 'node']) {
            assert.ok(typeof hello[name] === 'string' && hello[name].length > 0, name);
        }
        assert.equal(hello.user.id, person.user.id);
        assert.equal(hello.user.profileId, person.profile.id);
        assert.equal(hello.user.kids, false);
        assert.ok(hello.user.name);
        assert.equal(hello.protocol, 1);
        assert.ok(Array.isArray(hello.features) && hello.features.includes('state'));
        assert.equal(hello.limits.frame, 16_384);
        assert.ok(hello.limits.chat && hello.limits.rates);
        assert.equal(hello.heartbeatMs, 25_000);
        assert.ok(Math.abs(hello.serverTimeMs - Date.now()) < 60_000);
        assert.ok(hello.party === undefined || hello.party === null);
    });

    test('an id is answered once, whatever the answer', { skip }, async () => {
        const guest = await enter();
        const pong = await guest.reply('sync:ping', { t0: 12.5 }, { id: 'a-1' });
        assert.deepEqual([pong.id, pong.data.t0], ['a-1', 12.5]);
        guest.say('party:leave', {}, { id: 'x'.repeat(36) });
        const error = await guest.first('error');
        assert.equal(error.id, 'x'.repeat(36));
        assert.equal(error.data.code, 'not_in_room');
        await guest.fence();
        const with_id = guest.got.filter((one) => one.id === 'a-1' || one.id === 'x'.repeat(36));
        assert.equal(with_id.length, 2);
    });

    test('the time of the server is told', { skip }, async () => {
        const guest = await enter();
        const { data } = await guest.reply('sync:ping', { t0: 1.25 });
        assert.equal(data.t0, 1.25);
        assert.ok(data.t2 >= data.t1 && Math.abs(data.t1 - Date.now()) < 60_000);
        guest.say('sync:ping', { t0: 2 });
        await guest.until((one) => one.type === 'sync:pong' && one.data.t0 === 2);
    });

    test('a command that is repeated is done once', { skip }, async () => {
        const [host, other] = await service().party(await service().people('John', 'Sarah'));
        const cmdId = command_id();
        const first = await host.reply('party:chat', { message: 'once' }, { id: '1', cmdId });
        const again = await host.reply('party:chat', { message: 'once' }, { id: '2', cmdId });
        assert.deepEqual(again.data, first.data);
        const moved = { currentTime: 9 };
        const play = command_id();
        const played = await host.ask('party:play', moved, { cmdId: play });
        assert.deepEqual(await host.ask('party:play', moved, { cmdId: play }), played);
        host.say('party:chat', { message: 'once' }, { cmdId });
        await host.ask('party:chat', { message: 'fence' });
        await other.event('party:chat', 0, (data) => data.message === 'fence');
        assert.equal(other.heard('party:chat').length, 2);
        assert.equal(other.heard('party:state').length, 1);
    });

    test('a command is done once also when it comes by two nodes', { skip }, async () => {
        const [john, sarah] = await service().people('John', 'Sarah');
        const [host, other] = await service().party([john, sarah]);
        const cmdId = command_id();
        const media = { title: 'Film', durationMs: 60_000 };
        const first = await host.ask('party:queue:add', { items: [media] }, { cmdId });
        const back = await service().connect(john, { node: 2, device: 'device-0' });
        await service().join(back, { roomId: host.room });
        assert.deepEqual(await back.ask('party:queue:add', { items: [media] }, { cmdId }), first);
        const { queue } = await other.ask('party:snapshot', {});
        assert.equal(queue.length, 1);
    });

    test('commands of different people with the same cmdId are two', { skip }, async () => {
        const [host, other] = await service().party(await service().people('John', 'Sarah'));
        const cmdId = command_id();
        await host.ask('party:chat', { message: 'mine' }, { cmdId });
        await other.ask('party:chat', { message: 'mine, too' }, { cmdId });
        await host.event('party:chat', 0, (data) => data.message === 'mine, too');
    });

    test('creating twice with one cmdId makes one party', { skip }, async () => {
        const guest = await enter();
        const cmdId = command_id();
        const first = await guest.ask('party:create', { userName: 'John' }, { cmdId });
        const again = await guest.ask('party:create', { userName: 'John' }, { cmdId });
        assert.equal(again.roomId, first.roomId);
    });

    test('an unknown type is an error and nothing more', { skip }, async () => {
        const guest = await enter();
        for (const type of ['party:fly', 'x', 'a:b:c_9']) {
            const refused = await guest.refused(type, {});
            assert.deepEqual([refused.code, refused.for], ['unknown_type', type]);
        }
        await guest.fence();
    });

    test('unknown fields are ignored, also beside the data', { skip }, async () => {
        const guest = await enter();
        guest.send('{"v":9,"type":"sync:ping","id":"1","more":[{}],"data":{"t0":3,"x":{"y":[]}}}');
        const pong = await guest.until((one) => one.id === '1');
        assert.equal(pong.data.t0, 3);
    });

    const broken = {
        'no JSON': ['party:play', 'bad_json'],
        'half of it': ['{"type":"sync:ping"', 'bad_json'],
        'a list': ['[]', 'bad_json'],
        'a text': ['"sync:ping"', 'bad_json'],
        nothing: ['', 'bad_json'],
        'too deep': [
            `{"type":"sync:ping","data":{"t0":${'['.repeat(60)}${']'.repeat(60)}}}`,
            'bad_json',
        ],
        'no type': ['{"data":{}}', 'bad_request', 'type'],
        'a number as type': ['{"type":5}', 'bad_request', 'type'],
        'capitals in the type': ['{"type":"PARTY:PLAY"}', 'bad_request', 'type'],
        'a type of 41 letters': [`{"type":"${'a'.repeat(41)}"}`, 'bad_request', 'type'],
        'a list as data': ['{"type":"sync:ping","data":[]}', 'bad_request', 'data'],
        'an id of 37 letters': [
            `{"type":"sync:ping","id":"${'a'.repeat(37)}"}`,
            'bad_request',
            'id',
        ],
        'an object as id': ['{"type":"sync:ping","id":{}}', 'bad_request', 'id'],
        'a key twice': ['{"type":"sync:ping","type":"party:leave"}', 'bad_json'],
        'a number that is none': ['{"type":"sync:ping","data":{"t0":NaN}}', 'bad_json'],
        'a number beyond all': ['{"type":"sync:ping","data":{"t0":1e999}}', 'bad_json'],
    };
    for (const [what, [text, code, field]] of Object.entries(broken)) {
        test(`${what} is refused, and the connection stays`, { skip }, async () => {
            const guest = await enter();
            guest.send(text);
            const { data, ok } = await guest.first('error');
            assert.equal(ok, false);
            assert.equal(data.code, code);
            if (field) assert.equal(data.details.field, field);
            assert.equal(data.retryable, false);
            await guest.fence();
        });
    }

    test('who sends nonsense again and again is sent away', { skip }, async () => {
        const guest = await enter();
        for (let i = 0; i < 3; i += 1) guest.send('nonsense');
        assert.equal((await guest.gone_within()).code, 4400);
    });

    test('characters that nobody may write are left out', { skip }, async () => {
        const [host, other] = await service().party(await service().people('John', 'Sarah'));
        const text = String.raw`a\u0000b\\u0000c`;
        host.send(`{"type":"party:chat","id":"nul","data":{"message":"${text}","\\u0000x":1}}`);
        const answer = await host.until((one) => one.id === 'nul');
        assert.equal(answer.ok, true, JSON.stringify(answer));
        const { data } = await other.event('party:chat');
        assert.equal(data.message, String.raw`ab\u0000c`);
        // As a browser sends a text that was cut within an emoji.
        await host.ask('party:chat', { message: '\ud83d\ude00 \ude00cut\ud83d' });
        await other.event('party:chat', 0, (one) => one.message === '\u{1F600} cut');
    });

    test('what is too deep is refused by its id', { skip }, async () => {
        const guest = await enter();
        const deep = (levels) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
        guest.send(`{"type":"sync:ping","id":"deep","data":{"t0":1,"x":${deep(7)}}}`);
        const { type, data } = await guest.until((one) => one.id === 'deep');
        assert.deepEqual([type, data.code], ['error', 'bad_json']);
        guest.send(`{"type":"sync:ping","id":"flat","data":{"t0":1,"x":${deep(6)}}}`);
        assert.equal((await guest.until((one) => one.id === 'flat')).type, 'sync:pong');
    });

    test('whatever has an id is answered, outside of parties too', { skip }, async () => {
        const guest = await enter();
        const stats = { offsetMs: 1, rttMs: 20, jitterMs: 2, samples: 5 };
        assert.deepEqual(await guest.ask('sync:stats', stats), {});
        for (const type of ['party:emote', 'party:typing', 'party:report', 'party:react']) {
            const { code } = await guest.refused(type, { emoji: '❤', on: true });
            assert.ok(['not_in_room', 'bad_request'].includes(code), `${type}: ${code}`);
        }
    });

    test('hello tells the party that a device is in', { skip }, async () => {
        const [john] = await service().people('John');
        const [host] = await service().party([john]);
        const again = (device) => service().connect(john, { node: 2, device });
        assert.equal((await again('another')).hello.party ?? null, null);
        await host.drop();
        const back = await again('device-0');
        assert.deepEqual(back.hello.party, { roomId: host.room });
        await service().join(back, { roomId: host.room });
        await back.ask('party:leave', {});
        await back.close();
        assert.equal((await again('device-0')).hello.party ?? null, null);
    });

    test('a message of more than 16 KB ends the connection', { skip }, async () => {
        const whole = (size) => {
            const empty = JSON.stringify({ type: 'sync:ping', id: 'big', x: '', data: { t0: 1 } });
            return empty.replace('"x":""', `"x":"${'x'.repeat(size - empty.length)}"`);
        };
        const guest = await enter();
        guest.send(whole(16_384));
        await guest.until((one) => one.id === 'big');
        guest.send(whole(16_385));
        assert.equal((await guest.gone_within()).code, 1009);
    });

    test('binary messages are refused, also in parts', { skip }, async () => {
        const guest = await enter();
        guest.socket.send(Buffer.from('{"type":"sync:ping"}'), { binary: true });
        assert.equal((await guest.gone_within()).code, 1003);
    });

    test('text that is no UTF-8 ends the connection', { skip }, async () => {
        const guest = await enter();
        guest.socket.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), { binary: false });
        assert.equal((await guest.gone_within()).code, 1007);
    });

    test('a message may come in parts', { skip }, async () => {
        const guest = await enter();
        guest.socket.send('{"type":"sync:', { fin: false });
        guest.socket.send('ping","id":"p",', { fin: false });
        guest.socket.send('"data":{"t0":4}}', { fin: true });
        assert.equal((await guest.until((one) => one.id === 'p')).data.t0, 4);
    });

    test('errors are in the language of the client', { skip }, async () => {
        const headers = { 'Accept-Language': 'de-DE,de;q=0.9' };
        const german = await enter('Jens', { headers });
        const english = await enter('John');
        const [one, other] = [
            await german.refused('party:leave', {}),
            await english.refused('party:leave', {}),
        ];
        assert.equal(one.code, other.code);
        assert.notEqual(one.message, other.message);
        await german.ask('session:hello', { client: { name: 'test' }, features: [], locale: 'fr' });
        const french = await german.refused('party:leave', {});
        assert.notEqual(french.message, one.message);
    });

    test('heartbeats come as messages where they are wished', { skip }, async () => {
        const guest = await enter();
        await guest.ask('session:hello', {
            client: { name: 'web' },
            features: [],
            appHeartbeat: true,
        });
        await guest.first('hb', 0, 60_000);
    });

    test('a guest that never asks for anything stays', { skip }, async () => {
        const guest = await enter();
        await pause(1500);
        assert.equal(guest.gone, undefined);
    });
}
