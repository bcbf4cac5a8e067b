// A conversation with the server: signing in, questions and answers, events in order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartyError } from '../../nginx/html/party/syncstream/index.mjs';
import { chat, snapshot, start, start_in_room, start_open } from './conversation.mjs';

test('the token travels as a subprotocol, never in the address', async () => {
    const { server } = await start();
    assert.equal(server.socket.url, 'wss://tv.example/ws/connect');
    assert.deepEqual(server.socket.protocols, ['syncstream.v1', 'bearer.jwt.1']);
});

test('a ticket travels in the address', async () => {
    const { server } = await start({ credentials: () => ({ ticket: 'once' }) });
    assert.equal(server.socket.url, 'wss://tv.example/ws/connect?ticket=once');
    assert.deepEqual(server.socket.protocols, ['syncstream.v1']);
});

test('hello is answered with what this client understands', async () => {
    const { server } = await start_open();
    const [{ data }] = server.heard('session:hello');
    assert.deepEqual(data.features, ['state', 'ready']);
    assert.equal(data.appHeartbeat, true);
    assert.equal(server.heard('session:resume').length, 0);
});

test('answers find their questions, in whatever order they come', async () => {
    const { server, connection } = await start_open();
    const first = connection.request('party:play');
    const second = connection.request('party:pause');
    await server.answer('party:pause', { two: 2 });
    await server.answer('party:play', { one: 1 });
    assert.deepEqual([await first, await second], [{ one: 1 }, { two: 2 }]);
});

test('a refusal is an error with its code', async () => {
    const { server, connection } = await start_open();
    const request = connection.request('party:play');
    const { id } = server.heard('party:play')[0];
    const data = { code: 'NOT_ALLOWED', message: 'No', details: { permission: 'play_pause' } };
    const refused = assert.rejects(request, (error) => {
        assert.ok(error instanceof PartyError);
        assert.deepEqual([error.code, error.message], ['not_allowed', 'No']);
        return true;
    });
    await server.say({ type: 'error', id, ok: false, data });
    await refused;
});

test('a question without an answer fails after ten seconds', async () => {
    const { connection, time } = await start_open();
    const refused = assert.rejects(connection.request('party:play'), { code: 'timeout' });
    await time.pass(10_000);
    await refused;
});

test('a command is asked again on the next connection, with the same cmdId', async () => {
    const { server, connection, time } = await start_open();
    const request = connection.request('party:chat', { message: 'Hi' });
    const [before] = server.heard('party:chat');
    await server.close(1006);
    await time.pass(1000);
    await server.hello(2);
    assert.deepEqual(server.heard('party:chat'), [before]);
    assert.equal(before.cmdId, 'uuid-1');
    await server.answer('party:chat');
    await request;
});

test('what is no command fails with its connection', async () => {
    const { server, connection } = await start_open();
    const request = connection.request('party:list', {}, { command: false });
    const refused = assert.rejects(request, { code: 'disconnected', retryable: true });
    await server.close(1006);
    await refused;
});

test('a command given while away waits for the connection', async () => {
    const { server, connection, time } = await start_open();
    await server.close(1006);
    const request = connection.request('party:pause');
    await time.pass(1000);
    assert.equal(server.heard('party:pause').length, 0);
    await server.hello(2);
    await server.answer('party:pause');
    await request;
});

test('a snapshot opens the stream, and its events follow in order', async () => {
    const world = await start_in_room();
    for (const ver of [4, 5, 5, 4]) await world.server.say(chat(ver));
    assert.deepEqual(
        world.of('event').map(({ message }) => message.ver),
        [4, 5],
    );
});

test('a gap asks for help once and is healed by a snapshot', async () => {
    const world = await start_in_room();
    for (const ver of [5, 6]) await world.server.say(chat(ver));
    assert.deepEqual(world.of('gap'), [{ stream: 'room:party_1' }]);
    await world.server.say({ type: 'party:snapshot', data: { ...snapshot, ver: 4 } });
    assert.deepEqual(
        world.of('event').map(({ message }) => message.ver),
        [5, 6],
    );
});

test('nonsense from the server is ignored', async () => {
    const world = await start_open();
    for (const data of ['', 'x', '[]', 'null', '{"type":5}', '{}'])
        world.server.socket.onmessage({ data });
    assert.deepEqual(world.of('message'), []);
    assert.equal(world.connection.status, 'open');
});
