// What operators see of parties: figures that move with what people do, in Prometheus' text format.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pause } from '../guest.mjs';

const features = ['state', 'ready'];
const status = (wanted) => (data) => data.status === wanted;

export function figures({ service, skip }) {
    // Waits until the programs have written that figures have grown by so much at least, or are so
    // much.
    async function grown(before, by) {
        for (const [series, least] of Object.entries(by)) {
            await service().until(`${series} has grown by ${least}`, async () => {
                const now = await service().figures();
                return (now.get(series) ?? 0) - (before.get(series) ?? 0) >= least;
            });
        }
    }
    const shown = (figures) => grown(new Map(), figures);

    // Each waits for figures to be written, so they wait together.
    describe('figures', { concurrency: true }, () => {
        test('figures move with what people say and hear', { skip }, async () => {
            const before = await service().figures_anew();
            const [host, other] = await service().party(await service().people('John', 'Sarah'));
            for (const message of ['one', 'two', 'three']) {
                await host.ask('party:chat', { message });
                await other.event('party:chat', 0, (data) => data.message === message);
            }
            await other.refused('party:nonsense', {});
            const refused = await service().knock({ token: 'nobody' }, { node: 1 });
            assert.equal(refused.status, 401);
            await grown(before, {
                'ws_accept_total result=welcome': 2,
                'ws_accept_total result=unauthenticated': 1,
                'ws_in_total type=party:chat': 3,
                'ws_in_total type=unknown': 1,
                'ws_out_total type=party:chat': 9,
                'ws_out_total type=hello': 2,
                'ws_out_total type=error': 1,
                'party_apply_total result=done': 5,
                party_apply_seconds_count: 5,
                ws_in_bytes_total: 200,
                ws_out_bytes_total: 2000,
            });
            await shown({
                ws_connections: 2,
                ws_send_queue_bytes_count: 2,
                party_members: 2,
                'party_rooms state=idle': 1,
            });
        });

        test('figures tell how well members keep together', { skip }, async () => {
            const before = await service().figures_anew();
            const people = await service().people('John', 'Sarah');
            const [host, other] = await service().party(people, { features });
            await host.ask('party:play', { currentTime: 60 });
            const { ver, data } = await other.event('party:state', 0, status('waiting'));
            const loaded = { ver, mediaSeq: data.mediaSeq, positionMs: 60_000, bufferedMs: 9000 };
            for (const guest of [host, other]) await guest.ask('party:ready', loaded);
            const plays = await other.event('party:state', 0, status('playing'));
            const { positionMs, anchorServerMs } = plays.data;
            await pause(anchorServerMs + 2500 - Date.now());
            await other.ask('party:report', {
                ver: plays.ver,
                positionMs: positionMs + 2500 + 5000,
                atServerMs: anchorServerMs + 2500,
                status: 'playing',
                seeks: 0,
            });
            await grown(before, { party_wait_seconds_count: 1 });
            await shown({ 'party_rooms state=playing': 1, 'party_drift_ms quantile=1': 4000 });
            await host.ask('party:seek', { currentTime: 300 });
            await shown({ 'party_rooms state=waiting': 1 });
            await grown(before, { party_wait_timeout_total: 1 });
        });

        test('figures tell who comes back, and with what', { skip }, async () => {
            const before = await service().figures_anew();
            const [, other] = await service().party(await service().people('John', 'Sarah'));
            await other.ask('party:chat', { message: 'I go' });
            const { room, epoch, ver } = await other.event('party:chat');
            const { sessionId, resumeToken } = other.hello;
            await other.drop();
            const back = await service().connect(other.person, { node: 1, device: 'device-1' });
            const streams = [
                { name: `room:${room}`, epoch, ver },
                { name: 'user', epoch: 'of-long-ago', ver: 0 },
            ];
            await back.ask('session:resume', { sessionId, resumeToken, streams });
            await grown(before, {
                'resume_total recovered=true': 1,
                'resume_total recovered=false': 1,
                'ws_close_total code=1006': 1,
            });
        });

        test('figures tell of Redis', { skip }, async () => {
            const before = await service().figures_anew();
            await grown(before, { redis_round_trip_seconds_count: 8 });
            const now = await service().figures();
            assert.equal(now.get('redis_connections use=commands'), 4);
            assert.equal(now.get('redis_connections use=channels'), 4);
            assert.ok(now.get('redis_pubsub_lag_ms') > 0);
            assert.ok(now.get('redis_round_trip_seconds_sum') > 0);
        });
    });

    named({ service, skip });
}

// After everything else.
export function named({ service, skip }) {
    test('every message to clients is counted under its type', { skip }, async () => {
        const now = await service().figures_anew();
        assert.ok(now.get('ws_out_total type=hello') > 0);
        assert.equal(now.get('ws_out_total type=unknown'), undefined);
    });
}
