// A conversation that is interrupted: losses, silence, restarts, expiry, refusals.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after_close, back_off } from '../../nginx/html/party/syncstream/index.mjs';
import { chat, start, start_in_room, start_open, statuses } from './conversation.mjs';
import { settle } from './virtual_time.mjs';

test('after a loss the session is resumed from where it was', async () => {
    const world = await start_in_room();
    const { server, time } = world;
    await server.say(chat(4));
    await server.close(4001);
    await time.pass(1000);
    await server.hello(2);
    const [{ data }] = server.heard('session:resume');
    assert.deepEqual(data, {
        sessionId: 's1',
        resumeToken: 'r1',
        streams: [{ name: 'room:party_1', epoch: 'k3f9', ver: 4 }],
    });
    await server.say(chat(7));
    const { room, epoch, ...short } = chat(5);
    const streams = [{ name: 'room:party_1', recovered: true, events: [short, chat(6)] }];
    await server.answer('session:resume', { streams });
    assert.deepEqual(
        world.of('event').map(({ message }) => message.ver),
        [4, 5, 6, 7],
    );
    assert.deepEqual(world.of('resumed').at(-1), { recovered: { 'room:party_1': true } });
});

test('a session that the server has forgotten is told as not recovered', async () => {
    const world = await start_in_room();
    await world.server.close(1006);
    await world.time.pass(1000);
    await world.server.hello(2);
    const { id } = world.server.heard('session:resume')[0];
    await world.server.say({ type: 'error', id, ok: false, data: { code: 'bad_request' } });
    assert.deepEqual(world.of('resumed').at(-1), { recovered: { 'room:party_1': false } });
});

test('waits grow to half a minute, and start anew after a stable minute', async () => {
    const { server, time, of } = await start_open();
    const waits = () => of('status').flatMap((one) => one.wait_ms ?? []);
    for (let i = 0; i < 7; i += 1) {
        await server.close(1006);
        await time.pass(waits().at(-1));
        await server.hello();
    }
    assert.deepEqual(waits(), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    await time.pass(30_000);
    await server.say({ type: 'hb' });
    await time.pass(30_000);
    await server.close(1006);
    assert.equal(waits().at(-1), 1000);
});

test('the waiting time is spread', () => {
    assert.equal(back_off(0, 0), 500);
    assert.equal(back_off(0, 0.999) < 1500, true);
    assert.equal(back_off(40, 0.5), 30_000);
});

test('close codes say whether to come back', () => {
    for (const code of [1000, 1001, 1006, 1012, 4000, 4001, 4003, 4005, 4199]) {
        assert.equal(after_close(code), 'retry', `${code}`);
    }
    assert.equal(after_close(4200), 'refresh');
    for (const code of [4400, 4401, 4403, 4409, 4410, 4411, 4429, 4451]) {
        assert.equal(after_close(code), 'stop', `${code}`);
    }
});

test('who was thrown out stays out', async () => {
    const world = await start_open();
    const refused = assert.rejects(world.connection.request('party:play'), {
        code: 'disconnected',
    });
    await world.server.close(4410);
    await refused;
    await world.time.pass(600_000);
    assert.equal(world.server.sockets.length, 1);
    assert.deepEqual(world.of('status').at(-1), {
        status: 'closed',
        code: 4410,
        reason: undefined,
    });
    await assert.rejects(world.connection.request('party:play'), { code: 'disconnected' });
});

test('an expired token is renewed and the connection comes back at once', async () => {
    const world = await start_open();
    await world.server.close(4200);
    await world.time.pass(0);
    assert.deepEqual(world.asked, [false, true]);
    assert.deepEqual(world.server.socket.protocols, ['syncstream.v1', 'bearer.jwt.2']);
});

test('a refused upgrade, which browsers do not explain, renews the token too', async () => {
    const world = await start();
    await world.server.close(1006);
    await world.time.pass(1000);
    assert.deepEqual(world.asked, [false, true]);
});

test('a token that is about to expire is renewed on the open connection', async () => {
    const world = await start_open();
    await world.server.say({ type: 'auth:expiring', data: { inSec: 60 } });
    assert.deepEqual(world.server.heard('auth:refresh')[0].data, { token: 'jwt.2' });
    assert.equal(world.server.sockets.length, 1);
});

test('who is signed out for good stops asking', async () => {
    const signed_out = Object.assign(new Error('no'), { retryable: false });
    const world = await start({ credentials: () => Promise.reject(signed_out) });
    await world.time.pass(600_000);
    assert.deepEqual(statuses(world), ['connecting', 'closed']);
});

test('a route for tokens that is away is asked again', async () => {
    let tries = 0;
    const credentials = () => {
        tries += 1;
        if (tries === 1) throw Object.assign(new Error('503'), { retryable: true });
        return { token: 'jwt' };
    };
    const world = await start({ credentials });
    await world.time.pass(1000);
    assert.equal(world.server.sockets.length, 1);
});

test('silence beyond the heartbeat ends a connection', async () => {
    const world = await start_open();
    await world.time.pass(34_000);
    await world.server.say({ type: 'hb' });
    assert.equal(world.of('probe').length, 1, 'a heartbeat is answered by a ping of the clock');
    await world.time.pass(34_000);
    assert.equal(world.server.sockets.length, 1);
    await world.time.pass(3000);
    assert.equal(world.server.sockets.length, 2);
});

test('a server that never says hello is left', async () => {
    const world = await start();
    await world.time.pass(11_000);
    assert.equal(world.server.sockets.length, 2);
});

test('a doubtful connection is checked in five seconds', async () => {
    const world = await start_open();
    await world.time.pass(1000);
    world.connection.check();
    await world.time.pass(5000);
    assert.equal(statuses(world).at(-1), 'waiting');
});

test('a connection that answers the check stays', async () => {
    const world = await start_open();
    await world.time.pass(1000);
    world.connection.check();
    await world.time.pass(100);
    await world.server.say({ type: 'sync:pong', data: { t0: 1, t1: 1, t2: 1 } });
    await world.time.pass(6000);
    assert.equal(statuses(world).at(-1), 'open');
});

test('a check while waiting comes back at once', async () => {
    const world = await start_open();
    await world.server.close(1006);
    world.connection.check();
    await settle();
    assert.equal(world.server.sockets.length, 2);
    await world.time.pass(2000);
    assert.equal(world.server.sockets.length, 2);
});

test('a server that drains says when to come back', async () => {
    const world = await start_in_room();
    await world.server.say({
        type: 'server:drain',
        data: { reconnectAfterMs: 700, reason: 'restart' },
    });
    await world.time.pass(699);
    assert.equal(world.server.sockets.length, 1);
    await world.time.pass(1);
    assert.equal(world.server.sockets[0].closed, 4000);
    assert.equal(world.server.sockets.length, 2);
    await world.server.hello(2);
    assert.equal(world.server.heard('session:resume').length, 1);
});

test('an old socket has no say any more', async () => {
    const world = await start_open();
    const [old] = world.server.sockets;
    const { onclose } = old;
    await world.server.close(1006);
    await world.time.pass(1000);
    await world.server.hello(2);
    onclose({ code: 1006 });
    assert.equal(world.connection.status, 'open');
});

test('closing is for good', async () => {
    const world = await start_open();
    world.connection.close();
    await world.time.pass(600_000);
    assert.equal(world.server.sockets.length, 1);
    assert.equal(world.server.socket.closed, 1000);
});
