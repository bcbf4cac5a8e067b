// What a client knows of a room, and that events reach it in order and whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    Stream,
    Streams,
    apply,
    may,
    myself,
    room_from,
} from '../../nginx/html/party/syncstream/index.mjs';

const john = { memberId: 'm1', userName: 'John', role: 'host' };
const sarah = { memberId: 'm2', userName: 'Sarah', role: 'member' };
const idle = { status: 'idle', positionMs: 0, mediaSeq: 0 };
const snapshot = {
    roomId: 'party_1',
    epoch: 'k3f9',
    ver: 3,
    state: idle,
    settings: { control: 'host', seekControl: 'host' },
    members: [john],
    chatTail: [{ msgId: '1', message: 'Hello' }],
    hostId: 'm1',
    youAre: 'm1',
};
const event = (ver, type, data, epoch = 'k3f9') => ({ type, room: 'party_1', epoch, ver, data });
const after = (...events) => events.reduce(apply, room_from(snapshot));

test('a snapshot is a room', () => {
    const room = room_from(snapshot);
    assert.equal(room.ver, 3);
    assert.equal(room.chat[0].message, 'Hello');
    assert.equal(myself(room).userName, 'John');
    assert.equal(room.state.ver, 3);
    assert.equal(room.state.epoch, 'k3f9');
});

test('a later snapshot keeps what snapshots do not have', () => {
    const before = { ...room_from(snapshot), code: 'K7QX-92MD' };
    assert.equal(room_from({ ...snapshot, ver: 9 }, before).code, 'K7QX-92MD');
});

test('people come, change and go', () => {
    const came = after(event(4, 'party:user_joined', { member: sarah }));
    assert.deepEqual(
        came.members.map((one) => one.userName),
        ['John', 'Sarah'],
    );
    assert.equal(apply(came, event(5, 'party:user_joined', { member: sarah })).members.length, 2);
    const away = { member: { ...sarah, status: 'away' } };
    const changed = apply(came, event(5, 'party:user_updated', away));
    assert.equal(changed.members[1].status, 'away');
    assert.deepEqual(apply(changed, event(6, 'party:user_left', { memberId: 'm2' })).members, [
        john,
    ]);
});

test('another host', () => {
    const change = { hostId: 'm2', previousId: 'm1', reason: 'manual' };
    const room = after(
        event(4, 'party:user_joined', { member: sarah }),
        event(5, 'party:host_changed', change),
    );
    assert.equal(room.hostId, 'm2');
    assert.deepEqual(
        room.members.map((one) => one.role),
        ['member', 'host'],
    );
});

test('a state replaces the whole state and carries its version', () => {
    const playing = { status: 'playing', positionMs: 5, anchorServerMs: 9, atServerMs: 9, rate: 1 };
    const { state, ver } = after(event(4, 'party:state', playing));
    assert.deepEqual(state, { ...playing, epoch: 'k3f9', ver: 4 });
    assert.equal(ver, 4);
});

test('chat grows, is moderated and is bounded', () => {
    const many = Array.from({ length: 250 }, (_, i) =>
        event(4 + i, 'party:chat', { msgId: `${2 + i}`, message: 'm' }),
    );
    const room = after(...many);
    assert.equal(room.chat.length, 200);
    const cut = apply(
        room,
        event(300, 'party:chat:updated', { msgId: '251', deleted: true, by: 'm1' }),
    );
    assert.deepEqual([cut.chat.at(-1).deleted, cut.chat.at(-1).message], [true, '']);
    assert.deepEqual(apply(cut, event(301, 'party:chat:cleared', {})).chat, []);
});

test('reactions are counted', () => {
    const react = (ver, count) => event(ver, 'party:reacted', { msgId: '1', emoji: '❤', count });
    assert.deepEqual(after(react(4, 1), react(5, 2)).chat[0].reactions, [{ emoji: '❤', count: 2 }]);
    assert.deepEqual(after(react(4, 1), react(5, 0)).chat[0].reactions, []);
});

test('an event of tomorrow moves the version and nothing else', () => {
    const room = after(event(4, 'party:confetti', { colour: 'red' }));
    assert.equal(room.ver, 4);
    assert.deepEqual(room.members, [john]);
});

test('who may steer', () => {
    const as = (role, settings) => ({ members: [{ memberId: 'x', role }], me: 'x', settings });
    assert.equal(may(as('host', { control: 'host' }), 'lead'), true);
    assert.equal(may(as('member', { control: 'host' }), 'play'), false);
    assert.equal(may(as('cohost', { control: 'cohosts' }), 'play'), true);
    assert.equal(may(as('member', { control: 'everyone', seekControl: 'host' }), 'play'), true);
    assert.equal(may(as('member', { control: 'everyone', seekControl: 'host' }), 'seek'), false);
    assert.equal(may(as('viewer', { control: 'everyone' }), 'play'), false);
    assert.equal(may(as('cohost', { control: 'everyone' }), 'lead'), false);
    assert.equal(may({ members: [], settings: {} }, 'play'), false);
});

const versions = (messages) => messages.map((one) => one.ver);

test('a stream delivers once and in order', () => {
    const stream = new Stream();
    assert.deepEqual(stream.begin('k3f9', 3), []);
    assert.deepEqual(versions(stream.accept(event(4))), [4]);
    assert.deepEqual(versions(stream.accept(event(4))), []);
    assert.deepEqual(versions(stream.accept(event(2))), []);
    assert.equal(stream.waits, false);
    assert.deepEqual(stream.position, { epoch: 'k3f9', ver: 4 });
});

test('a gap is kept until the snapshot', () => {
    const stream = new Stream();
    stream.begin('k3f9', 3);
    for (const ver of [6, 5, 8]) assert.deepEqual(stream.accept(event(ver)), []);
    assert.equal(stream.waits, true);
    assert.deepEqual(versions(stream.begin('k3f9', 4)), [5, 6]);
    assert.equal(stream.waits, true, '7 is missing');
    assert.deepEqual(versions(stream.begin('k3f9', 7)), [8]);
    assert.equal(stream.waits, false);
});

test('another epoch is a gap', () => {
    const stream = new Stream();
    stream.begin('k3f9', 30);
    assert.deepEqual(stream.accept(event(2, 'party:chat', {}, 'new')), []);
    assert.equal(stream.waits, true);
    assert.deepEqual(versions(stream.begin('new', 1)), [2]);
});

function streams() {
    const told = [];
    const all = new Streams((name, { message, stream }) =>
        told.push(message?.ver ?? `${name} ${stream}`),
    );
    return { all, told };
}
const start = { roomId: 'party_1', epoch: 'k3f9', ver: 3 };

test('what came before the snapshot is delivered behind it', () => {
    const { all, told } = streams();
    for (const ver of [3, 4, 5]) all.take(event(ver));
    all.begin(start, () => told.push('snapshot'));
    assert.deepEqual(told, ['snapshot', 4, 5]);
});

test('a gap is told once', () => {
    const { all, told } = streams();
    all.begin(start, () => {});
    for (const ver of [5, 6, 7]) all.take(event(ver));
    assert.deepEqual(told, ['gap room:party_1']);
});

test('a resumed stream goes on behind what was missed', () => {
    const { all, told } = streams();
    all.begin(start, () => {});
    all.hold();
    all.take(event(7));
    all.resume([{ name: 'room:party_1', recovered: true, events: [event(4), event(5), event(6)] }]);
    assert.deepEqual(told, [4, 5, 6, 7]);
    all.take(event(8));
    assert.deepEqual(told, [4, 5, 6, 7, 8]);
});

test('one that was not recovered waits for its snapshot', () => {
    const { all, told } = streams();
    all.begin(start, () => {});
    all.hold();
    all.resume([{ name: 'room:party_1', recovered: false, events: null }]);
    all.take(event(41));
    assert.deepEqual(told, []);
    all.begin({ ...start, ver: 40 }, () => told.push('snapshot'));
    assert.deepEqual(told, ['snapshot', 41]);
});

test('the personal stream goes on behind a gap, and says so', () => {
    const { all, told } = streams();
    const personal = (ver) => ({ type: 'favorites:changed', stream: 'user', epoch: 'u1', ver });
    for (const ver of [7, 8, 10]) all.take(personal(ver));
    assert.deepEqual(told, [7, 8, 10, 'gap user']);
    assert.deepEqual(all.positions, [{ name: 'user', epoch: 'u1', ver: 10 }]);
});

test('what has no number is nobody’s', () => {
    const { all } = streams();
    assert.equal(all.take({ type: 'party:correct', data: {} }), false);
});
