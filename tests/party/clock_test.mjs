// The clock of the watch party: does a client know what time it is at the server?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClockPings, ServerClock } from '../../nginx/html/party/syncstream/index.mjs';
import { VirtualTime } from './virtual_time.mjs';

const server_epoch = 1_732_147_200_000;

function start() {
    const time = new VirtualTime();
    const clock = new ServerClock(time);
    const server = () => server_epoch + time.now();
    // A ping that takes `up` there and `down` back, at a server that is wrong by `wrong`.
    const ping = (up, down, wrong = 0) => {
        const t0 = time.now();
        time.pass_at_once(up);
        const t1 = server() + wrong;
        time.pass_at_once(down);
        return clock.take({ t0, t1, t2: t1, t3: time.now() });
    };
    const error = () => clock.now() - server();
    return { time, clock, ping, error };
}

const near = (actual, expected, by = 0.001) =>
    assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

test('an even line gives the time exactly', () => {
    const { clock, ping, error, time } = start();
    assert.equal(clock.ready, false);
    assert.equal(clock.error_bound, Infinity);
    assert.equal(ping(40, 40), true);
    near(error(), 0);
    near(clock.error_bound, 40);
    near(clock.until(server_epoch + time.now() + 250), 250);
});

test('an uneven line is wrong by half its difference, and never by more than the bound', () => {
    const { clock, ping, error } = start();
    ping(60, 40);
    near(error(), 10);
    assert.ok(Math.abs(error()) <= clock.error_bound);
});

test('the quickest of many pings is believed', () => {
    const { ping, error } = start();
    for (const [up, down] of [
        [90, 30],
        [20, 20],
        [30, 45],
        [25, 31],
    ])
        ping(up, down);
    near(error(), 0);
});

test('a ping that took too long is not kept', () => {
    const { clock, ping } = start();
    assert.equal(ping(20, 20), true);
    assert.equal(ping(40, 40), true);
    assert.equal(ping(40, 41), false);
    assert.equal(clock.quality.samples, 2);
});

test('sixteen are kept, and none for more than five minutes', () => {
    const { clock, ping, time } = start();
    for (let i = 0; i < 30; i += 1) ping(20, 20);
    assert.equal(clock.quality.samples, 16);
    time.pass_at_once(301_000);
    ping(200, 200);
    assert.equal(clock.quality.samples, 1);
    near(clock.quality.rttMs, 400);
});

test('a small error goes at ten milliseconds a second', () => {
    const { ping, error, time } = start();
    for (let i = 0; i < 6; i += 1) ping(20, 20);
    time.pass_at_once(301_000);
    ping(120, 20);
    const wrong = 50;
    near(error(), 0, 0.5);
    time.pass_at_once(1000);
    near(error(), 10, 0.5);
    time.pass_at_once(10_000);
    near(error(), wrong);
});

test('a clock that was set is believed at once', () => {
    const { ping, error } = start();
    for (let i = 0; i < 8; i += 1) ping(20, 20);
    ping(30, 30, 3_600_000);
    near(error(), 3_600_000);
});

test('nonsense changes nothing', () => {
    const { clock, error, ping } = start();
    ping(20, 20);
    for (const t1 of [undefined, NaN, 'x']) clock.take({ t0: 0, t1, t2: t1, t3: 10 });
    clock.take({ t0: 10, t1: 5, t2: 5, t3: 0 });
    near(error(), 0);
});

test('jitter is how late messages come, one way', () => {
    const { clock, ping } = start();
    ping(20, 20);
    ping(30, 30);
    near(clock.quality.jitterMs, 5);
});

function pings() {
    const world = start();
    const sent = [];
    const all = new ClockPings(world.clock, (t0) => sent.push(t0), world.time);
    return { ...world, pings: all, sent };
}

test('five pings at first, 150 ms apart, then each 20 s', () => {
    const { pings: all, sent, time } = pings();
    all.start();
    time.pass_at_once(41_000);
    assert.deepEqual(sent, [0, 150, 300, 450, 600, 20_600, 40_600]);
    all.stop();
    time.pass_at_once(60_000);
    assert.equal(sent.length, 7);
});

test('three quick ones when something has changed', () => {
    const { pings: all, sent, time } = pings();
    all.start();
    time.pass_at_once(10_000);
    all.hurry();
    time.pass_at_once(10_000);
    assert.deepEqual(sent.slice(5), [10_000, 10_150, 10_300]);
});

test('a line that became slow is asked again', () => {
    const { pings: all, sent, time } = pings();
    const answer = (t0) => all.answered({ t0, t1: server_epoch + t0, t2: server_epoch + t0 });
    all.start();
    answer(0);
    time.pass_at_once(20_600);
    const late = sent.at(-1);
    time.pass_at_once(900);
    answer(late);
    assert.deepEqual(sent.slice(-1), [21_500]);
});

test('an answer that nobody asked for is ignored', () => {
    const { pings: all, clock } = pings();
    all.answered({ t0: 5, t1: 1, t2: 1 });
    assert.equal(clock.ready, false);
});
