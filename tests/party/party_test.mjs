// The watch party as an app uses it, with a server that the test plays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Party } from '../../nginx/html/party/syncstream/index.mjs';
import { FakeServer } from './fake_server.mjs';
import { SimulatedMedia } from './simulated_media.mjs';
import { VirtualTime, random_numbers, settle } from './virtual_time.mjs';

const john = { memberId: 'm1', userName: 'John', role: 'host' };
const state = {
    status: 'idle',
    positionMs: 0,
    mediaSeq: 1,
    rate: 1,
    anchorServerMs: 0,
    atServerMs: 0,
};
const snapshot = (ver) => ({
    state,
    settings: {},
    members: [john],
    hostId: 'm1',
    youAre: 'm1',
    epoch: 'e1',
    ver,
});
const event = (ver, type, data) => ({ type, room: 'party_1', epoch: 'e1', ver, data });

async function start() {
    const server = new FakeServer();
    const time = new VirtualTime();
    let ids = 0;
    const media = new SimulatedMedia(time, random_numbers(1));
    const party = new Party({
        media,
        url: 'wss://tv.example/ws/connect',
        credentials: async () => ({ token: 'jwt' }),
        WebSocket: server.WebSocket,
        time,
        random: () => 0.5,
        new_id: () => `uuid-${(ids += 1)}`,
    });
    const left = [];
    party.on('left', ({ reason }) => left.push(reason));
    party.connect();
    await settle();
    await server.hello();
    const ping = async () => {
        const { t0 } = server.heard('sync:ping').at(-1).data;
        await server.say({
            type: 'sync:pong',
            data: { t0, t1: time.now() + 1e12, t2: time.now() + 1e12 },
        });
    };
    await ping();
    return { server, time, media, party, left };
}

async function create(world) {
    const created = world.party.create({ userName: 'John', title: 'Film night' });
    await world.server.answer('party:create', {
        roomId: 'party_1',
        code: 'K7QX-92MD',
        member: john,
    });
    await world.server.answer('party:snapshot', snapshot(1));
    await created;
    return world;
}

const start_party = async () => create(await start());

test('who creates a party is in it, and knows its code', async () => {
    const { party } = await start_party();
    assert.equal(party.room.roomId, 'party_1');
    assert.equal(party.room.code, 'K7QX-92MD');
    assert.equal(party.room.me, 'm1');
});

test('what happens between the creation and its snapshot is not lost', async () => {
    const world = await start();
    const created = world.party.create({});
    await world.server.answer('party:create', { roomId: 'party_1', member: john });
    await world.server.say(event(2, 'party:chat', { msgId: '1', message: 'First!' }));
    await world.server.answer('party:snapshot', snapshot(1));
    await created;
    assert.equal(world.party.room.chat[0].message, 'First!');
});

test('states move the player', async () => {
    const { server, time, media, party } = await start_party();
    const at = party.clock.now() + 500;
    const playing = { ...state, status: 'playing', anchorServerMs: at, atServerMs: at };
    await server.say(event(2, 'party:state', playing));
    await time.pass(3000);
    assert.equal(media.paused, false);
    assert.ok(media.true_position > 2000);
});

test('a refused pause is taken back', async () => {
    const { server, time, media, party } = await start_party();
    const at = party.clock.now();
    const playing = { ...state, status: 'playing', anchorServerMs: at, atServerMs: at };
    await server.say(event(2, 'party:state', playing));
    await time.pass(3000);
    const refused = assert.rejects(party.pause(), { code: 'not_allowed' });
    assert.equal(media.paused, true);
    const { id } = server.heard('party:pause')[0];
    await server.say({ type: 'error', id, data: { code: 'not_allowed' } });
    await refused;
    await time.pass(3000);
    assert.equal(media.paused, false);
});

test('a gap is filled by one snapshot', async () => {
    const { server, party } = await start_party();
    for (const ver of [5, 6]) await server.say(event(ver, 'party:chat', { msgId: `${ver}` }));
    assert.equal(server.heard('party:snapshot').length, 2, 'one at the creation, one now');
    await server.answer('party:snapshot', snapshot(5));
    assert.deepEqual(
        party.room.chat.map((one) => one.msgId),
        ['6'],
    );
});

async function come_back({ server, time }, number = 2) {
    await server.close(1006);
    await time.pass(1000);
    await server.hello(number);
}

test('a resumed session goes on, and the player never stopped', async () => {
    const world = await start_party();
    await come_back(world);
    const events = [event(2, 'party:chat', { msgId: '2' })];
    const streams = [{ name: 'room:party_1', recovered: true, events }];
    await world.server.answer('session:resume', { streams });
    assert.deepEqual(
        world.party.room.chat.map((one) => one.msgId),
        ['2'],
    );
    assert.equal(world.server.heard('party:snapshot').length, 0);
});

test('one that is not resumed asks for the room, and joins again if it has to', async () => {
    const world = await start_party();
    const { server, party } = world;
    await come_back(world);
    const streams = [{ name: 'room:party_1', recovered: false, events: null }];
    await server.answer('session:resume', { streams });
    const { id } = server.heard('party:snapshot')[0];
    await server.say({ type: 'error', id, data: { code: 'not_in_room' } });
    const [{ data }] = server.heard('party:join');
    assert.deepEqual([data.roomId, data.userName], ['party_1', 'John']);
    await server.answer('party:join', { roomId: 'party_1', member: john, snapshot: snapshot(9) });
    assert.equal(party.room.ver, 9);
    assert.equal(party.room.code, 'K7QX-92MD');
});

test('a party that is gone is left', async () => {
    const world = await start_party();
    const { server, party, left } = world;
    await come_back(world);
    for (const type of ['session:resume', 'party:snapshot', 'party:join']) {
        const { id } = server.heard(type)[0];
        await server.say({ type: 'error', id, data: { code: 'room_not_found' } });
    }
    assert.equal(party.room, null);
    assert.deepEqual(left, ['room_not_found']);
});

test('an ended party, and one that throws out', async () => {
    for (const message of [
        event(2, 'party:ended', { reason: 'host' }),
        { type: 'party:kicked', data: {} },
    ]) {
        const { server, party, left } = await start_party();
        await server.say(message);
        assert.equal(party.room, null);
        assert.equal(left.length, 1);
    }
});

test('reports come each 15 s at rest, and each 5 s while it has to be steered', async () => {
    const { server, time, media, party } = await start_party();
    await time.pass(30_500);
    assert.equal(server.heard('party:report').length, 2);
    const at = party.clock.now();
    const playing = { ...state, status: 'playing', anchorServerMs: at, atServerMs: at };
    await server.say(event(2, 'party:state', playing));
    await time.pass(10_000);
    media.stall(1500);
    await time.pass(15_000);
    const reports = server.heard('party:report');
    assert.ok(reports.length >= 4, `${reports.length}`);
    assert.deepEqual(Object.keys(reports.at(-1).data), [
        'ver',
        'positionMs',
        'atServerMs',
        'status',
        'rate',
        'bufferedMs',
        'driftMs',
        'seeks',
    ]);
});

test('the quality of the line is told each 30 s', async () => {
    const { server, time } = await start_party();
    await time.pass(30_000);
    const [{ data }] = server.heard('sync:stats');
    assert.deepEqual(Object.keys(data), ['offsetMs', 'rttMs', 'jitterMs', 'samples']);
});
