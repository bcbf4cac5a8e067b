// Waiting for each other: only for members who announced `ready`, and never beyond the deadline.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../guest.mjs';

const film = { kind: 'movie', contentKey: 'tmdb:603', title: 'The Film', durationMs: 7_200_000 };
const features = ['state', 'ready'];

export function waiting({ service, skip }) {
    const party = async (names, how = {}) =>
        service().party(await service().people(...names), { features, ...how });
    const status = (wanted) => (data) => data.status === wanted;
    const ready = (guest, { ver, data }, more = {}) =>
        guest.ask('party:ready', {
            ver,
            mediaSeq: data.mediaSeq,
            positionMs: data.positionMs + 40,
            bufferedMs: 9000,
            ...more,
        });

    test('the room starts when the last one is ready', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:play', { currentTime: 1800 });
        const waits = await other.event('party:state', 0, status('waiting'));
        assert.equal(waits.data.positionMs, 1_800_000);
        assert.deepEqual([...waits.data.wait.missing].sort(), [host.me, other.me].sort());
        const left = waits.data.wait.deadlineServerMs - waits.ts;
        assert.ok(left > 1000 && left <= 20_000, `${left}`);
        await other.event('party:waiting');
        await ready(host, waits);
        const fewer = await other.event('party:waiting', 0, (data) => data.missing.length === 1);
        assert.deepEqual(fewer.data.missing, [other.me]);
        await ready(other, waits);
        const starts = await host.event('party:state', 0, status('playing'));
        assert.equal(starts.data.positionMs, 1_800_000);
        assert.ok(starts.ver > waits.ver);
    });

    test('who is not ready for this does not count', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], { create: { media: film } });
        await host.ask('party:play', { currentTime: 60 });
        const waits = await other.event('party:state', 0, status('waiting'));
        for (const wrong of [
            { ver: waits.ver - 1 },
            { mediaSeq: waits.data.mediaSeq + 1 },
            { positionMs: waits.data.positionMs + 700 },
            { bufferedMs: 100 },
        ]) {
            await ready(other, waits, wrong);
        }
        await ready(host, waits);
        const { state } = await other.ask('party:snapshot', {});
        assert.equal(state.status, 'waiting');
        assert.deepEqual(state.wait.missing, [other.me]);
        await ready(other, waits);
        await host.event('party:state', 0, status('playing'));
    });

    test('a client that never heard of it is not waited for', { skip }, async () => {
        const [host] = await party(['John']);
        const simple = await service().connect(await service().person('Sarah'), { node: 2 });
        await service().join(simple, { roomId: host.room });
        await host.ask('party:play', { currentTime: 10 });
        const play = await simple.event('party:play');
        assert.equal(play.data.currentTime, 10);
        const waits = await host.event('party:state', 0, status('waiting'));
        assert.deepEqual(waits.data.wait.missing, [host.me]);
        await ready(host, waits);
        await simple.event('party:state', 0, status('playing'));
    });

    test('nobody is waited for where the policy is off', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], {
            create: { settings: { waitPolicy: 'off' } },
        });
        await host.ask('party:play', { currentTime: 10 });
        await other.event('party:state', 0, status('playing'));
        assert.equal(other.heard('party:waiting').length, 0);
    });

    test('the deadline starts the room without who is missing', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:play', { currentTime: 10 });
        const waits = await other.event('party:state', 0, status('waiting'));
        await ready(host, waits);
        const starts = await host.event('party:state', 0, status('playing'), 25_000);
        assert.equal(starts.data.cause, 'barrier');
        const { data } = await host.event(
            'party:user_updated',
            0,
            (one) => one.member.memberId === other.me,
        );
        assert.equal(data.member.status, 'catching_up');
    });

    test('pressing play again starts at once', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:play', { currentTime: 10 });
        await other.event('party:state', 0, status('waiting'));
        await host.ask('party:play', {});
        await other.event('party:state', 0, status('playing'));
    });

    for (const [how, go] of Object.entries({
        leaves: (guest) => guest.ask('party:leave', {}),
        'is blocked': (guest) => guest.ask('party:blocked', { reason: 'autoplay' }),
        'does not want to be waited for': (guest) => guest.ask('party:ignore_wait', { on: true }),
        'loses the connection': (guest) => guest.drop(),
    })) {
        test(`nobody waits for one who ${how}`, { skip }, async () => {
            const [host, other] = await party(['John', 'Sarah'], { create: { media: film } });
            await host.ask('party:play', { currentTime: 60 });
            const waits = await host.event('party:state', 0, status('waiting'));
            await ready(host, waits);
            await go(other);
            const { ts } = await host.event('party:state', 0, status('playing'));
            assert.ok(ts < waits.data.wait.deadlineServerMs, 'before the deadline');
        });
    }

    test(
        'the room waits for who buffers, but not again and again',
        { skip, timeout: 60_000 },
        async () => {
            const [host, other] = await party(['John', 'Sarah'], {
                create: { settings: { waitPolicy: 'strict' } },
            });
            const play = async (mark) => {
                const waits = await host.event('party:state', mark, status('waiting'));
                await Promise.all([host, other].map((guest) => ready(guest, waits)));
                return host.event('party:state', mark, status('playing'));
            };
            await host.ask('party:play', { currentTime: 10 });
            let playing = await play(0);
            for (let stall = 0; stall < 2; stall += 1) {
                const mark = host.mark;
                await pause(1200);
                await other.ask('party:buffering', {
                    buffering: true,
                    positionMs: 0,
                    ver: playing.ver,
                });
                const waits = await host.event('party:state', mark, status('waiting'));
                assert.deepEqual(waits.data.wait.missing, [other.me]);
                assert.equal(waits.data.wait.reason, 'buffering');
                await other.ask('party:buffering', {
                    buffering: false,
                    positionMs: 0,
                    ver: waits.ver,
                });
                await ready(other, waits);
                playing = await host.event('party:state', mark, status('playing'));
            }
            const mark = host.mark;
            await pause(1200);
            await other.ask('party:buffering', {
                buffering: true,
                positionMs: 0,
                ver: playing.ver,
            });
            await pause(1500);
            await host.fence();
            assert.equal(host.heard('party:waiting', mark).length, 0);
            assert.equal((await host.ask('party:snapshot', {})).state.status, 'playing');
        },
    );

    test('who joins makes nobody wait', { skip }, async () => {
        const [host] = await party(['John']);
        await host.ask('party:play', { currentTime: 10 });
        await ready(host, await host.event('party:state', 0, status('waiting')));
        await host.event('party:state', 0, status('playing'));
        const mark = host.mark;
        const late = await service().connect(await service().person('Sarah'), {
            node: 2,
            features,
        });
        const { snapshot } = await service().join(late, { roomId: host.room });
        assert.equal(snapshot.state.status, 'playing');
        await host.event('party:user_joined', mark);
        await host.fence();
        assert.equal(host.heard('party:state', mark).length, 0);
    });
}
