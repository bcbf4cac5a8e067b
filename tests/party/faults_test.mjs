// Programs and stores that die, stall or forget while parties go on: no room is lost or split, no
// version goes backwards within an epoch, and all members end with the same room.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bustle, lets_in, room_of as gather, works_again } from './gathering.mjs';
import { pause } from './guest.mjs';
import { Member, converge } from './member.mjs';
import { skip, start_service } from './service.mjs';

const patience = { skip, timeout: 180_000 };

let service;
before(async () => !skip && (service = await start_service()), { timeout: 120_000 });
after(() => service?.stop());
if (skip) console.log(`SKIPPED tests/party/faults_test.mjs: ${skip}`);

const room_of = (...names) => gather(service, names);
const texts = (member) => [...member.model.chat.values()].map((one) => one.message);

test('who loses the node goes on at another', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo', 'Dan');
    const other_room = await room_of('Eve', 'Fay');
    const stop = bustle(members);
    await pause(500);
    const pid = await service.party_pid(1);
    process.kill(pid, 'SIGKILL');
    const lost = [members[0], members[2]];
    await Promise.all(lost.map(({ guest }) => guest.gone_within()));
    const accepted = await stop();
    for (const member of lost) member.listen();
    for (const member of lost) assert.equal(await member.come_back(2), true);
    const truth = await converge(service, members);
    assert.equal(truth.members.length, 4);
    const kept = new Set(texts(members[1]));
    for (const message of accepted.slice(-150)) assert.ok(kept.has(message), `${message} is lost`);
    await service.until('it runs again', async () => (await service.party_pid(1)) !== pid);
    await lets_in(service, 1);
    other_room[0].listen();
    await other_room[0].come_back(1);
    await members[3].lose_connection();
    await members[3].come_back(1);
    await works_again(members[3]);
    await converge(service, members);
    await converge(service, other_room);
});

test('Redis is killed and comes back', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo', 'Dan');
    const stop = bustle(members);
    await pause(1500);
    const [pid] = service.pids('redis-server', 'durable.sock');
    process.kill(pid, 'SIGKILL');
    await pause(3000);
    const accepted = await stop();
    for (const member of members) {
        assert.equal(member.guest.gone, undefined, 'sockets stay open');
        for (const code of member.codes.keys()) assert.equal(code, 'unavailable');
    }
    await Promise.all(members.map(works_again));
    const truth = await converge(service, members);
    assert.equal(truth.members.length, 4);
    assert.ok(accepted.length > 0);
    for (const { model } of members) assert.ok(model.epochs <= 2, 'at most one new epoch');
});

test('Redis stands still for a while', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo');
    const stop = bustle(members);
    await pause(300);
    service.redis('client', 'pause', '3000', 'all');
    const shown = service.until('operators see that nothing comes through', async () => {
        const now = await service.figures();
        return now.get('redis_pubsub_lag_ms') > 500;
    });
    await pause(4000);
    await stop();
    await Promise.all(members.map(works_again));
    await converge(service, members);
    for (const { guest } of members) assert.equal(guest.gone, undefined);
    await shown;
});

test('subscriptions are cut again and again', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo', 'Dan');
    const stop = bustle(members);
    for (let n = 0; n < 5; n += 1) {
        await pause(300);
        service.redis('client', 'kill', 'type', 'pubsub');
    }
    const accepted = await stop();
    await Promise.all(members.map(works_again));
    await converge(service, members);
    for (const member of members) {
        assert.equal(member.model.epochs, 1);
        const known = new Set(member.guest.heard('party:chat').map((one) => one.data.message));
        for (const message of accepted) assert.ok(known.has(message), `${message} was not heard`);
    }
});

test('all connections to Redis are cut', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo', 'Dan');
    const before = await service.figures();
    const stop = bustle(members);
    for (let n = 0; n < 3; n += 1) {
        await pause(400);
        service.redis('client', 'kill', 'type', 'normal');
    }
    await stop();
    await Promise.all(members.map(works_again));
    const truth = await converge(service, members);
    assert.equal(truth.members.length, 4);
    for (const series of ['redis_lost_total use=commands', 'redis_reconnect_total use=commands']) {
        await service.until(`operators see ${series}`, async () => {
            const now = await service.figures();
            return now.get(series) >= (before.get(series) ?? 0) + 4;
        });
    }
});

test('Redis forgets everything', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo', 'Dan');
    const [host] = members;
    await host.command('party:chat', { message: 'remember me' });
    await host.command('party:queue:add', { items: [{ title: 'Film' }] });
    await host.command('party:play', { currentTime: 60 });
    await converge(service, members);
    const stop = bustle(members);
    await pause(300);
    service.redis('flushall');
    await pause(1500);
    await stop();
    await Promise.all(members.map(works_again));
    const truth = await converge(service, members);
    assert.equal(truth.members.length, 4);
    assert.equal(truth.queue.length, 1);
    assert.equal(truth.host, host.me);
    assert.ok(texts(host).length > 1);
    for (const { guest } of members) assert.equal(guest.gone, undefined);
    const late = new Member(service, await service.person('Late'), 'late', {
        node: 2,
        features: ['state'],
    });
    await late.join(host.room);
    await converge(service, [...members, late]);
});

test('a quiet room outlives a Redis that forgets', patience, async () => {
    const members = await room_of('Ann', 'Ben');
    await members[0].command('party:play', { currentTime: 60 });
    await converge(service, members);
    service.redis('flushall');
    const [pid] = service.pids('redis-server', 'durable.sock');
    process.kill(pid, 'SIGKILL');
    await pause(2000);
    await Promise.all(members.map(works_again));
    const truth = await converge(service, members);
    assert.equal(truth.status, 'playing');
    assert.equal(truth.members.length, 2);
});

test('parties go on while PostgreSQL is away', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo');
    const [pid] = service.pids('postgres', '-D');
    process.kill(pid, 'SIGSTOP');
    try {
        await members[0].guest.ask('party:chat', { message: 'while it is away' });
        await members[1].guest.ask('party:play', { currentTime: 5 });
        await members[2].guest.ask('party:leave', {});
        const made = await members[2].guest.ask('party:create', {});
        assert.ok(made.roomId);
        await converge(service, members.slice(0, 2));
    } finally {
        process.kill(pid, 'SIGCONT');
    }
    const main = service.pids('postgres', '-D').sort((one, other) => one - other)[0];
    process.kill(main, 'SIGKILL');
    await members[0].guest.ask('party:chat', { message: 'and killed' });
    await converge(service, members.slice(0, 2));
    await service.until('the database is back', async () => {
        const { status } = await service.call('GET', '/health').catch(() => ({}));
        return status === 200;
    });
    const crowd = ['Gus', 'Hal', 'Ida', 'Joe', 'Kim', 'Liz', 'Max', 'Ned'];
    const come = () => service.people(...crowd).catch(() => null);
    for (let n = 0; n < 3; n += 1) await service.until('people come in', come);
});

test('a program that ends sends everybody elsewhere', patience, async () => {
    const members = await room_of('Ann', 'Ben', 'Cleo', 'Dan');
    const stop = bustle([members[1], members[3]]);
    const pid = await service.party_pid(1);
    process.kill(pid, 'SIGTERM');
    const leaving = [members[0], members[2]];
    for (const member of leaving) {
        const { data } = await member.guest.first('server:drain');
        assert.ok(data.reconnectAfterMs >= 0 && data.reconnectAfterMs <= 15_000);
        assert.ok(data.reason);
        assert.equal((await member.guest.gone_within(30_000)).code, 1012);
        member.listen();
        assert.equal(await member.come_back(2), true);
    }
    await stop();
    const truth = await converge(service, members);
    assert.equal(truth.members.length, 4);
    for (const member of [members[1], members[3]]) {
        assert.equal(member.guest.heard('party:user_left').length, 0);
    }
    await service.until('it runs again', async () => (await service.party_pid(1)) !== pid);
});

test('a program ends well with answers of PostgreSQL still to come', patience, async () => {
    const people = await service.people('Ann', 'Ben', 'Cleo', 'Dan');
    const pid = await service.party_pid(1);
    const databases = service.pids('postgres');
    for (const one of databases) process.kill(one, 'SIGSTOP');
    const knocks = people.map(({ token }) =>
        service.knock({ token }, { node: 1 }).catch(() => null),
    );
    await pause(500);
    process.kill(pid, 'SIGTERM');
    await pause(3000);
    for (const one of databases) process.kill(one, 'SIGCONT');
    await Promise.all(knocks);
    await service.until('it runs again', async () => (await service.party_pid(1)) !== pid);
    const { text } = service.logs().find(({ name }) => name === 'party-1.log');
    assert.match(text.match(/keep: ended with .*/g).at(-1), /ended with 0;/);
});

test('who does not read is dropped, and nobody else notices', patience, async () => {
    const [host, slow, other] = await room_of('Ann', 'Ben', 'Cleo');
    slow.guest.socket.pause();
    const text = 'x'.repeat(480);
    const is_connected = () => {
        const seat = service.redis('hget', `p:{${host.room}}`, `m:${slow.me}`);
        return JSON.parse(seat).connection !== '';
    };
    let sent = 0;
    // As many at once as a room takes, until the slow one is dropped; it has then 5 s to hear why.
    while (is_connected()) {
        const mark = sent;
        for (; sent < mark + 49; sent += 1)
            host.guest.say('party:chat', { message: `${sent} ${text}` });
        await host.guest.ask('party:chat', { message: `${sent} ${text}` });
        sent += 1;
        await pause(20);
    }
    slow.guest.socket.resume();
    assert.equal((await slow.guest.gone_within(30_000)).code, 4001);
    const last = await host.guest.ask('party:chat', { message: 'the last one' });
    await other.guest.event('party:chat', 0, (data) => data.msgId === last.msgId);
    assert.ok(other.guest.heard('party:chat').length > sent, 'nothing is missing for the others');
    slow.listen();
    await slow.come_back(2);
    await works_again(slow);
    await converge(service, [host, slow, other]);
});
