// The shipped module on 600 devices of all qualities, on lines of all qualities, in virtual time: do
// they play in step? Prints its figures.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    ClockPings,
    Player,
    ServerClock,
    position_at,
} from '../../nginx/html/party/syncstream/index.mjs';
import { SimulatedMedia } from './simulated_media.mjs';
import { VirtualTime, own_clock, random_numbers } from './virtual_time.mjs';

const runs = 600;
const server_epoch = 1_732_147_200_000;

// A line to the server and back that keeps the order of messages, as TCP does.
function make_line(time, random) {
    const rtt = random.between(20, 400);
    const there = random.between(0.4, 0.6);
    const jitter = random.between(5, 60);
    const way = (ms) => {
        let last = 0;
        return (task) => {
            last = Math.max(last, time.now() + ms + random.exponential(jitter / 2));
            time.after(last - time.now(), task);
        };
    };
    return { rtt, jitter, up: way(rtt * there), down: way(rtt * (1 - there)) };
}

// One device in a room whose host is the test itself.
class Device {
    constructor(seed, { stalls = false } = {}) {
        this.random = random_numbers(seed);
        this.time = new VirtualTime();
        this.line = make_line(this.time, this.random);
        const own = own_clock(this.time, this.random.between(0, 1e7));
        this.media = new SimulatedMedia(this.time, this.random, {
            start_ms: this.random.between(30, 450),
            seek_ms: this.random.between(100, 800),
            rate_error: this.random.between(-200e-6, 200e-6),
            noise_ms: 12,
        });
        this.clock = new ServerClock(own);
        this.player = new Player({ media: this.media, clock: this.clock, time: own });
        this.pings = new ClockPings(this.clock, (t0) => this.#ask(t0), own);
        this.stalled_ms = [];
        this.corrections = [];
        this.player.on('drift', ({ rate }) => this.corrections.push(Math.sign(rate - 1)));
        this.ver = 0;
        this.pings.start();
        if (stalls) this.#stall_at_random();
    }

    server_now() {
        return server_epoch + this.time.now();
    }

    #ask(t0) {
        this.line.up(() => {
            const t1 = this.server_now();
            this.line.down(() => this.pings.answered({ t0, t1, t2: t1 + 0.05 }));
        });
    }

    #stall_at_random() {
        this.time.after(this.random.exponential(30_000), () => {
            const ms = this.random.between(200, 3000);
            if (this.media.stall(ms)) this.stalled_ms.push(ms);
            this.#stall_at_random();
        });
    }

    // What the server would send, with the lead that it would choose for this line.
    order(status, positionMs, rate = 1) {
        const { rttMs, jitterMs } = this.clock.quality;
        const lead = Math.min(1500, Math.max(300, rttMs / 2 + 3 * jitterMs + 150));
        const now = this.server_now();
        const atServerMs = now + (status === 'paused' ? Math.min(lead, 300) : lead);
        const times = { atServerMs, anchorServerMs: atServerMs };
        this.state = { status, positionMs, rate, ver: (this.ver += 1), mediaSeq: 1, ...times };
        const sent = this.state;
        this.line.down(() => this.player.follow(sent));
        return atServerMs - now;
    }

    pass(ms) {
        this.time.pass_at_once(ms);
    }

    drift() {
        return Math.abs(position_at(this.state, this.server_now()) - this.media.true_position);
    }

    clock_error() {
        return Math.abs(this.clock.now() - this.server_now());
    }

    // How often a correction turned into its opposite since the last call.
    turns() {
        const signs = this.corrections.filter(Boolean);
        this.corrections = [];
        return signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length;
    }
}

function percentile(values, part) {
    const sorted = [...values].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

function describe(name, values) {
    const figure = (part) => percentile(values, part).toFixed(1);
    console.log(`${name}: p50 ${figure(0.5)}, p95 ${figure(0.95)}, max ${figure(1)}`);
}

// Plays, and looks 1.5 s and 10 s after the moment when everybody starts.
function play(device, positionMs) {
    device.pass(device.order('playing', positionMs) + 1500);
    const early = device.drift();
    device.pass(8500);
    return { early, late: device.drift(), turns: device.turns() };
}

function pause(device, positionMs) {
    device.pass(device.order('paused', positionMs) + 3000);
    return device.drift();
}

function evening(seed) {
    const device = new Device(seed);
    device.pass(2000);
    const first = play(device, 0);
    const stopped = pause(device, 10_000);
    const second = play(device, 10_000);
    pause(device, 20_000);
    play(device, 20_000);
    pause(device, 30_000);
    const learned = play(device, 30_000);
    const sought = play(device, 600_000);
    device.pass(60_000);
    const { seeks } = device.player.report();
    return { first, stopped, second, learned, sought, seeks, clock: device.clock_error() };
}

test('600 devices play in step', () => {
    const all = Array.from({ length: runs }, (_, index) => evening(index + 1));
    const of = (pick) => all.map(pick);
    describe(
        'clock error, ms',
        of((one) => one.clock),
    );
    describe(
        '1.5 s after the first play, ms',
        of((one) => one.first.early),
    );
    describe(
        '10 s after the first play, ms',
        of((one) => one.first.late),
    );
    describe(
        'paused, ms',
        of((one) => one.stopped),
    );
    describe(
        '1.5 s after the second play, ms',
        of((one) => one.second.early),
    );
    describe(
        '1.5 s after a play once its start is learned, ms',
        of((one) => one.learned.early),
    );
    describe(
        '10 s after it, ms',
        of((one) => one.learned.late),
    );
    describe(
        '1.5 s after a seek, ms',
        of((one) => one.sought.early),
    );
    describe(
        '10 s after it, ms',
        of((one) => one.sought.late),
    );
    describe(
        'seeks nobody asked for',
        of((one) => one.seeks),
    );
    assert.ok(
        percentile(
            of((one) => one.learned.early),
            0.95,
        ) <= 50,
    );
    assert.ok(
        percentile(
            of((one) => one.learned.late),
            0.95,
        ) < 80,
    );
    assert.ok(
        percentile(
            of((one) => one.sought.late),
            0.95,
        ) < 80,
    );
    assert.ok(
        percentile(
            of((one) => one.first.late),
            0.95,
        ) < 80,
    );
    assert.ok(Math.max(...of((one) => one.stopped)) <= 10);
    const turns = all.flatMap((one) => [one.first.turns, one.learned.turns, one.sought.turns]);
    describe('turns of corrections in the 10 s', turns);
    assert.ok(Math.max(...turns) <= 2, 'they swing');
    assert.equal(Math.max(...of((one) => one.seeks)), 0);
});

// A stall of two seconds is worth a seek, and two shorter ones in a row may be.
test('devices that stall come back without thrashing', () => {
    const all = Array.from({ length: runs / 4 }, (_, index) => {
        const device = new Device(10_000 + index, { stalls: true });
        device.pass(2000);
        device.pass(device.order('playing', 0));
        const drifts = [];
        for (let second = 0; second < 600; second += 1) {
            device.pass(1000);
            drifts.push(device.drift());
        }
        const { seeks } = device.player.report();
        return { drifts, seeks, stalls: device.stalled_ms.length };
    });
    const of = (pick) => all.map(pick);
    describe(
        'all the time, ms',
        all.flatMap((one) => one.drifts),
    );
    describe(
        'stalls in ten minutes',
        of((one) => one.stalls),
    );
    describe(
        'seeks in ten minutes',
        of((one) => one.seeks),
    );
    assert.ok(
        percentile(
            all.flatMap((one) => one.drifts),
            0.5,
        ) < 80,
    );
    for (const { seeks, stalls } of all)
        assert.ok(seeks <= stalls, `${seeks} seeks, ${stalls} stalls`);
});
