// Connections that are lost and come back, on another node, with nothing missed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../guest.mjs';

export function returning({ service, skip }) {
    const party = async (names, how) => service().party(await service().people(...names), how);

    // Comes back as the same device on the other node, and resumes.
    async function come_back(guest, streams, { node = 1, features, ...more } = {}) {
        const device = new URL(
            guest.socket.url.replace(/^ws\+unix:[^?]*/, 'ws://x/'),
        ).searchParams.get('dev');
        const back = await service().connect(guest.person, { node, device, features });
        const resumed = await back.ask('session:resume', {
            sessionId: guest.hello.sessionId,
            resumeToken: guest.hello.resumeToken,
            streams,
            ...more,
        });
        return { back, streams: resumed.streams };
    }
    const position = (guest) => {
        const { room, epoch, ver } = guest.events().at(-1);
        return { name: `room:${room}`, epoch, ver };
    };

    // Takes most of a minute, so it runs beside the others.
    let lost;
    test('a member loses the connection', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await other.drop();
        const away = await host.event('party:user_updated');
        assert.deepEqual([away.data.member.memberId, away.data.member.status], [other.me, 'away']);
        const gone = host.event('party:user_left', 0, undefined, 120_000);
        lost = gone.then(({ data }) => [data.memberId === other.me, data.reason]);
        lost.catch(() => {});
    });

    test('everything that was missed is there, in order', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:chat', { message: 'before' });
        await other.event('party:chat');
        const where = position(other);
        await other.drop();
        for (let n = 0; n < 5; n += 1) await host.ask('party:chat', { message: `missed ${n}` });
        await host.ask('party:play', { currentTime: 77 });
        const { back, streams } = await come_back(other, [where]);
        const [stream] = streams;
        assert.equal(stream.name, where.name);
        assert.equal(stream.recovered, true);
        assert.equal(stream.fromVer, where.ver);
        const versions = stream.events.map((one) => one.ver);
        assert.deepEqual(
            versions,
            versions.map((_, i) => where.ver + 1 + i),
        );
        assert.equal(stream.toVer, versions.at(-1));
        assert.deepEqual(
            stream.events.filter((one) => one.type === 'party:chat').map((one) => one.data.message),
            [0, 1, 2, 3, 4].map((n) => `missed ${n}`),
        );
        assert.equal(stream.events.at(-1).data.positionMs, 77_000);
        await host.ask('party:chat', { message: 'after' });
        const { ver } = await back.event('party:chat', 0, (data) => data.message === 'after');
        assert.equal(ver, versions.at(-1) + 1);
        await back.ask('party:chat', { message: 'I am back' });
    });

    test('who returns soon was never away', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:chat', { message: 'x' });
        await other.event('party:chat');
        const where = position(other);
        await other.drop();
        await pause(500);
        const { back } = await come_back(other, [where]);
        await pause(6000);
        await host.fence();
        assert.equal(host.heard('party:user_left').length, 0);
        assert.equal(host.heard('party:user_updated').length, 0);
        const { members, youAre } = await back.ask('party:snapshot', {});
        assert.equal(members.length, 2);
        assert.equal(youAre, other.me);
    });

    test('too much that was missed becomes a snapshot', { skip, timeout: 120_000 }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:chat', { message: 'x' });
        await other.event('party:chat');
        const where = position(other);
        await other.drop();
        for (let n = 0; n < 210; n += 1) host.say('party:chat', { message: `n${n}` });
        await host.event('party:chat', 0, (data) => data.message === 'n209', 60_000);
        const { back, streams } = await come_back(other, [where]);
        assert.equal(streams[0].recovered, false);
        assert.ok(!streams[0].events);
        const { data } = await back.first('party:snapshot');
        assert.equal(data.chatTail.at(-1).message, 'n209');
        assert.equal(data.youAre, other.me);
        await host.ask('party:chat', { message: 'after' });
        const { ver } = await back.event('party:chat', 0, (one) => one.message === 'after');
        assert.equal(ver, data.ver + 1);
    });

    test('another epoch, or a version that never was, is not recovered', { skip }, async () => {
        for (const change of [{ epoch: 'never' }, { ver: 1_000_000 }]) {
            const [host, other] = await party(['John', 'Sarah']);
            await host.ask('party:chat', { message: 'x' });
            await other.event('party:chat');
            const where = { ...position(other), ...change };
            await other.drop();
            const { back, streams } = await come_back(other, [where]);
            assert.equal(streams[0].recovered, false, JSON.stringify(change));
            assert.equal((await back.first('party:snapshot')).data.youAre, other.me);
        }
    });

    test('nobody resumes as somebody else', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const thief = await service().connect(await service().person('Tom'), { node: 1 });
        const { sessionId, resumeToken } = other.hello;
        for (const wrong of [
            { sessionId, resumeToken },
            { sessionId, resumeToken: 'nonsense' },
            { sessionId: thief.hello.sessionId, resumeToken },
        ]) {
            const refused = await thief.refused('session:resume', { ...wrong, streams: [] });
            assert.ok(
                ['forbidden', 'unauthenticated', 'bad_request'].includes(refused.code),
                refused.code,
            );
        }
        const own = { sessionId: thief.hello.sessionId, resumeToken: thief.hello.resumeToken };
        const streams = [{ name: `room:${host.room}`, epoch: 'x', ver: 0 }];
        const answer = await thief
            .ask('session:resume', { ...own, streams })
            .catch((error) => error);
        if (answer.streams) assert.equal(answer.streams[0].recovered, false);
        assert.equal((await thief.refused('party:chat', { message: 'x' })).code, 'not_in_room');
        await other.fence();
    });

    test('the newer connection of a device replaces the older', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const again = await service().connect(other.person, { node: 1, device: 'device-1' });
        const joined = await service().join(again, { roomId: host.room });
        assert.equal(joined.member.memberId, other.me);
        assert.equal((await other.gone_within()).code, 4409);
        assert.equal((await host.ask('party:snapshot', {})).members.length, 2);
        await again.ask('party:chat', { message: 'still here' });
        await host.event('party:chat');
        assert.equal(host.heard('party:user_left').length, 0);
    });

    test('one person on two devices is there twice', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const phone = await service().connect(other.person, { node: 1, device: 'phone' });
        await service().join(phone, { roomId: host.room });
        const { members } = await host.ask('party:snapshot', {});
        assert.equal(members.filter((one) => one.userId === other.person.user.id).length, 2);
        await other.ask('party:leave', {});
        await host.event('party:user_left', 0, (data) => data.memberId === other.me);
        await phone.ask('party:chat', { message: 'from the phone' });
    });

    test('joining again is as good as resuming', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:play', { currentTime: 9 });
        await other.drop();
        await host.ask('party:chat', { message: 'missed' });
        const back = await service().connect(other.person, { node: 1, device: 'device-1' });
        back.say('party:join', { roomId: host.room, userName: 'Sarah' });
        const { data } = await back.first('party:join');
        assert.equal(data.member.memberId, other.me);
        assert.equal(data.snapshot.chatTail.at(-1).message, 'missed');
        assert.equal(data.snapshot.state.status, 'playing');
        await host.fence();
        assert.equal(host.heard('party:user_left').length, 0);
        assert.equal(host.heard('party:user_joined').length, 1);
    });

    const end = async () => assert.deepEqual(await lost, [true, 'timeout']);
    return () => test('who stays away is taken out', { skip, timeout: 150_000 }, end);
}
