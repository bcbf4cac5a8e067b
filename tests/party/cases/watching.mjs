// Playback as all members see it: play, pause, seek, rate, media, live television, corrections.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../guest.mjs';

const film = { kind: 'movie', contentKey: 'tmdb:603', title: 'The Film', durationMs: 7_200_000 };

// Where a state says that the room is at a time of the server.
function position_at({ status, positionMs, anchorServerMs, rate }, time) {
    return status === 'playing'
        ? positionMs + Math.max(0, time - anchorServerMs) * rate
        : positionMs;
}

export function watching({ service, skip }) {
    const party = async (names, how) => service().party(await service().people(...names), how);
    const knowing = { features: ['state'] };
    const near = (one, other, within = 60) =>
        assert.ok(Math.abs(one - other) <= within, `${one} is not near ${other}`);

    async function states(guests, fits, mark = 0) {
        const heard = await Promise.all(
            guests.map((guest) => guest.event('party:state', mark, fits)),
        );
        for (const one of heard) assert.deepEqual(one, { ...heard[0], ts: one.ts });
        return heard[0];
    }

    test('everybody gets the same state with the same version', { skip }, async () => {
        const guests = await party(['John', 'Sarah', 'Mary'], knowing);
        const [host] = guests;
        await host.ask('party:play', { currentTime: 1800 });
        const { data, ts } = await states(guests, (one) => one.status === 'playing');
        assert.deepEqual(
            [data.positionMs, data.currentTime, data.rate, data.by, data.cause],
            [1_800_000, 1800, 1, host.me, 'play'],
        );
        const lead = data.atServerMs - ts;
        assert.ok(lead > 0 && lead <= 1500, `a lead of ${lead}`);
        assert.equal(data.atServerMs, data.anchorServerMs);
    });

    test('who knows states gets no plain commands, who does not gets both', { skip }, async () => {
        const [host, plain] = await party(['John', 'Sarah']);
        const knows = await service().connect(await service().person('Mary'), {
            node: 2,
            ...knowing,
        });
        await service().join(knows, { roomId: host.room });
        await host.ask('party:play', { currentTime: 5 });
        const state = await plain.event('party:state');
        const play = await plain.event('party:play');
        assert.equal(play.data.atServerMs, state.data.atServerMs);
        await knows.event('party:state');
        await knows.fence();
        assert.equal(knows.heard('party:play').length, 0);
    });

    test('a pause stops everybody at one frame', { skip }, async () => {
        const guests = await party(['John', 'Sarah'], knowing);
        const [host] = guests;
        await host.ask('party:play', { currentTime: 100 });
        const playing = (await states(guests, (one) => one.status === 'playing')).data;
        await pause(900);
        await host.ask('party:pause', {});
        const { data, ts } = await states(guests, (one) => one.status === 'paused');
        near(data.positionMs, position_at(playing, data.atServerMs), 5);
        assert.ok(data.atServerMs - ts <= 310);
        await host.ask('party:play', {});
        const again = await states(
            guests,
            (one) => one.status === 'playing' && one.positionMs !== 100_000,
        );
        near(again.data.positionMs, data.positionMs, 5);
    });

    test('positions come as milliseconds, which win over seconds', { skip }, async () => {
        const guests = await party(['John', 'Sarah'], knowing);
        await guests[0].ask('party:seek', { currentTime: 1, positionMs: 61_500 });
        const { data } = await states(guests, (one) => one.cause === 'seek');
        assert.deepEqual([data.positionMs, data.currentTime], [61_500, 61.5]);
    });

    test('a seek keeps what was, unless it says otherwise', { skip }, async () => {
        const guests = await party(['John', 'Sarah'], knowing);
        const [host] = guests;
        await host.ask('party:seek', { currentTime: 10 });
        assert.notEqual(
            (await states(guests, (one) => one.positionMs === 10_000)).data.status,
            'playing',
        );
        await host.ask('party:seek', { currentTime: 20, play: true });
        assert.equal(
            (await states(guests, (one) => one.positionMs === 20_000)).data.status,
            'playing',
        );
        await host.ask('party:seek', { currentTime: 30 });
        assert.equal(
            (await states(guests, (one) => one.positionMs === 30_000)).data.status,
            'playing',
        );
        await host.ask('party:seek', { currentTime: 40, play: false });
        assert.equal(
            (await states(guests, (one) => one.positionMs === 40_000)).data.status,
            'paused',
        );
    });

    test('nobody gets beyond the end', { skip }, async () => {
        const guests = await party(['John', 'Sarah'], { ...knowing, create: { media: film } });
        await guests[0].ask('party:seek', { positionMs: film.durationMs + 60_000 });
        const { data } = await states(guests, (one) => one.cause === 'seek');
        assert.equal(data.positionMs, film.durationMs);
    });

    test('playing what plays is no event', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], knowing);
        await host.ask('party:play', { currentTime: 10 });
        const { ver } = await other.event('party:state');
        await host.ask('party:play', {});
        await host.ask('party:pause', {});
        await host.ask('party:pause', {});
        const paused = await other.event('party:state', 0, (data) => data.status === 'paused');
        assert.equal(paused.ver, ver + 1);
        assert.equal((await host.ask('party:snapshot', {})).ver, paused.ver);
    });

    test('the rate is the same for all, and moves nothing', { skip }, async () => {
        const guests = await party(['John', 'Sarah'], knowing);
        const [host] = guests;
        await host.ask('party:play', { currentTime: 50 });
        const before = (await states(guests, (one) => one.status === 'playing')).data;
        await pause(700);
        await host.ask('party:rate', { rate: 1.5 });
        const { data } = await states(guests, (one) => one.rate === 1.5);
        near(data.positionMs, position_at(before, data.anchorServerMs), 5);
        const snapshot = await guests[1].reply('party:snapshot', {});
        assert.equal(snapshot.data.state.rate, 1.5);
        near(position_at(snapshot.data.state, snapshot.ts), position_at(data, snapshot.ts), 5);
    });

    test('other media begin anew, with the next number', { skip }, async () => {
        const guests = await party(['John', 'Sarah'], { ...knowing, create: { media: film } });
        const [host] = guests;
        const { state } = await guests[1].ask('party:snapshot', {});
        assert.equal(state.media.title, 'The Film');
        await host.ask('party:rate', { rate: 1.25 });
        await host.ask('party:media', { media: { ...film, title: 'Another' }, positionMs: 5000 });
        const { data } = await states(guests, (one) => one.cause === 'media');
        assert.deepEqual(
            [data.media.title, data.mediaSeq, data.positionMs, data.rate],
            ['Another', state.mediaSeq + 1, 5000, 1],
        );
        await host.ask('party:stop', {});
        const stopped = await states(guests, (one) => one.status === 'idle');
        assert.equal(stopped.data.positionMs, 0);
    });

    test('credentials never travel with media', { skip }, async () => {
        const [host] = await party(['John']);
        for (const contentKey of ['http://u:p@iptv.example/live/1.ts', 'rtsp://x']) {
            const { code } = await host.refused('party:media', { media: { ...film, contentKey } });
            assert.equal(code, 'bad_request');
        }
        const more = {
            ...film,
            streamUrl: 'http://u:hidden@iptv.example/1.ts',
            password: 'hidden',
        };
        await host.ask('party:media', { media: more, autoplay: false });
        await host.ask('party:snapshot', {});
        assert.ok(!host.texts.some((text) => text.includes('hidden')));
    });

    test('live television cannot be sought or sped up', { skip }, async () => {
        const live = { kind: 'live', channelKey: 'espn', title: 'ESPN' };
        const guests = await party(['John', 'Sarah'], { ...knowing, create: { media: live } });
        const [host] = guests;
        assert.equal(
            (await host.refused('party:seek', { currentTime: 5 })).code,
            'unsupported_for_live',
        );
        assert.equal(
            (await host.refused('party:rate', { rate: 1.5 })).code,
            'unsupported_for_live',
        );
        await host.ask('party:play', {});
        const { data } = await states(guests, (one) => one.status === 'playing');
        assert.equal(data.media.timeline, 'live');
        const archived = { ...live, title: 'BBC', hasArchive: true };
        await host.ask('party:media', { media: archived, positionMs: Date.now() - 60_000 });
        await host.ask('party:seek', { positionMs: Date.now() - 3_600_000 });
        await states(guests, (one) => one.cause === 'seek');
    });

    test('what a member cannot find or has in another length is told', { skip }, async () => {
        const [host, other, third] = await party(['John', 'Sarah', 'Mary'], {
            create: { media: film },
        });
        const { state } = await other.ask('party:snapshot', {});
        const { mediaSeq } = state;
        await other.ask('party:media_match', {
            mediaSeq,
            found: true,
            durationMs: film.durationMs + 2000,
        });
        await other.ask('party:media_match', {
            mediaSeq,
            found: true,
            durationMs: film.durationMs + 3000,
        });
        const { data } = await host.event('party:media_warning');
        assert.deepEqual(data, { memberId: other.me, reason: 'duration' });
        await third.ask('party:media_match', { mediaSeq, found: false });
        const missing = await host.event(
            'party:media_warning',
            0,
            (one) => one.memberId === third.me,
        );
        assert.equal(missing.data.reason, 'missing');
        assert.equal(host.heard('party:media_warning').length, 2);
    });

    test('who drifts is corrected, alone', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], knowing);
        await host.ask('party:play', { currentTime: 100 });
        const state = (await other.event('party:state')).data;
        const { ver } = await other.event('party:state');
        await pause(Math.max(0, state.anchorServerMs - Date.now()) + 2500);
        const { data: pong } = await other.reply('sync:ping', { t0: 0 });
        const report = (drift, more) => ({
            ver,
            positionMs: position_at(state, pong.t2) + drift,
            atServerMs: pong.t2,
            status: 'playing',
            rate: 1,
            bufferedMs: 20_000,
            driftMs: drift,
            seeks: 0,
            ...more,
        });
        await other.ask('party:report', report(10));
        assert.equal(other.heard('party:correct').length, 0);
        await other.ask('party:report', report(-5000));
        const { data } = await other.first('party:correct');
        assert.equal(data.mode, 'seek');
        near(data.targetMs, position_at(state, data.atServerMs), 5);
        await other.ask('party:report', report(-5000));
        await other.fence();
        assert.equal(other.heard('party:correct').length, 1, 'not again within 5 s');
        assert.equal(host.heard('party:correct').length, 0);
        await host.ask('party:report', report(500));
        assert.equal((await host.first('party:correct')).data.mode, 'rate');
    });

    test('who has no clock hears the state again', { skip }, async () => {
        const [host, simple] = await party(['John', 'Sarah']);
        await host.ask('party:play', { currentTime: 100 });
        const first = await simple.event('party:state');
        const again = await simple.first('party:sync', 0, 20_000);
        assert.equal(again.ver ?? first.ver, first.ver);
        const { positionMs, anchorServerMs } = again.data;
        near(position_at(again.data, again.ts), position_at(first.data, again.ts), 30);
        assert.ok(positionMs >= 100_000 && anchorServerMs > 0);
    });

    test('links that are slow make everybody wait a little longer', { skip }, async () => {
        const [host, far] = await party(['John', 'Sarah'], knowing);
        await far.ask('sync:stats', { offsetMs: 3, rttMs: 600, jitterMs: 50, samples: 8 });
        await host.ask('party:play', { currentTime: 5 });
        const { data, ts } = await host.event('party:state');
        near(data.atServerMs - ts, 600, 60);
    });

    test('two who press play and pause at once end in one state', { skip }, async () => {
        const [host, other, watcher] = await party(['John', 'Sarah', 'Mary'], {
            ...knowing,
            create: { settings: { control: 'everyone', seekControl: 'everyone' } },
        });
        for (let i = 0; i < 40; i += 1) {
            host.say(i % 2 ? 'party:play' : 'party:seek', { currentTime: i });
            other.say(i % 2 ? 'party:pause' : 'party:play', {});
            if (i % 10 === 9) await pause(20);
        }
        const guests = [host, other, watcher];
        await Promise.all(guests.map((guest) => guest.fence()));
        await pause(500);
        const all = await Promise.all(guests.map((guest) => guest.ask('party:snapshot', {})));
        for (const guest of guests) {
            const { data, ver } = guest.heard('party:state').at(-1);
            assert.equal(ver, guests[0].heard('party:state').at(-1).ver);
            assert.equal(data.status, all[0].state.status);
            const versions = guest.events().map((event) => event.ver);
            assert.deepEqual(
                versions,
                versions.map((_, i) => versions[0] + i),
            );
        }
    });
}
