// A player carries states out: at their time, from their position, and gives up gracefully.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Player, ServerClock } from '../../nginx/html/party/syncstream/index.mjs';
import { SimulatedMedia } from './simulated_media.mjs';
import { VirtualTime, random_numbers } from './virtual_time.mjs';

const epoch = 1_732_147_200_000;

// A device whose clock is right, and which starts and seeks as `traits` say.
function start(traits = {}) {
    const time = new VirtualTime();
    const media = new SimulatedMedia(time, random_numbers(1), traits);
    const clock = new ServerClock(time);
    clock.take({ t0: 0, t1: epoch, t2: epoch, t3: 0 });
    const player = new Player({ media, clock, time });
    const told = [];
    for (const name of ['ready', 'buffering', 'blocked', 'unblocked', 'drift']) {
        player.on(name, (detail) => told.push([name, detail]));
    }
    const of = (name) => told.filter(([one]) => one === name).map(([, detail]) => detail);
    let ver = 0;
    const order = (status, positionMs, in_ms = 0, more = {}) => {
        const at = clock.now() + in_ms;
        const times = { anchorServerMs: at, atServerMs: at };
        player.follow({
            status,
            positionMs,
            rate: 1,
            ver: (ver += 1),
            mediaSeq: 1,
            ...times,
            ...more,
        });
    };
    return { time, media, clock, player, of, order };
}

const near = (actual, expected, by) =>
    assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

test('playing begins at its time, from its position', async () => {
    const { time, media, order } = start();
    order('playing', 60_000, 500);
    await time.pass(350);
    assert.equal(media.true_position, 60_000);
    await time.pass(1150);
    near(media.true_position, 61_000, 110);
});

test('who starts slowly presses play earlier, once that is known', async () => {
    const { time, media, order } = start({ start_ms: 400, seek_ms: 50 });
    for (const position of [0, 60_000, 90_000]) {
        order('playing', position, 700);
        await time.pass(5000);
        order('paused', position + 4300);
        await time.pass(1000);
    }
    order('playing', 120_000, 700);
    await time.pass(700 + 450);
    near(media.true_position, 120_450, 60);
});

test('a late joiner comes in where the room is', async () => {
    const { time, media, order } = start({ seek_ms: 300, start_ms: 100 });
    order('playing', 60_000, -30_000);
    await time.pass(3000);
    near(media.true_position, 93_000, 50);
    assert.equal(media.sought, 1);
});

test('a pause stops all on the same picture', async () => {
    const { time, media, order } = start();
    order('playing', 0);
    await time.pass(5000);
    order('paused', 5250, 250);
    await time.pass(249);
    assert.equal(media.paused, false);
    await time.pass(100);
    assert.equal(media.paused, true);
    assert.equal(media.true_position, 5250);
});

test('who presses pause stops at once', async () => {
    const { time, media, player, order, of } = start();
    order('playing', 0);
    await time.pass(5000);
    player.pause_here();
    assert.equal(media.paused, true);
    await time.pass(1000);
    assert.deepEqual(of('blocked'), []);
});

test('a state that only repeats what is played disturbs nothing', async () => {
    const { time, media, order } = start();
    order('playing', 0, 500);
    await time.pass(10_500);
    order('playing', 10_000);
    await time.pass(1000);
    assert.equal(media.sought, 0);
    assert.equal(media.paused, false);
});

test('another rate is taken over without a jump', async () => {
    const { time, media, order } = start();
    order('playing', 0, 500);
    await time.pass(10_500);
    order('playing', 10_300, 300, { rate: 1.5 });
    await time.pass(2300);
    assert.equal(media.sought, 0);
    near(media.true_position, 13_300, 60);
});

test('a waiting room hears who is ready, and hears it again', async () => {
    const { time, media, order, of } = start({ seek_ms: 200 });
    order('waiting', 30_000);
    await time.pass(100);
    assert.deepEqual(of('ready'), []);
    await time.pass(2900);
    const [first, second] = of('ready');
    assert.deepEqual(first, second);
    assert.deepEqual([first.ver, first.mediaSeq, first.positionMs], [1, 1, 30_000]);
    assert.ok(first.bufferedMs >= 5000);
    assert.equal(media.paused, true);
});

test('at the end of a film less than five seconds are enough', async () => {
    const { time, order, of } = start({ duration: 60 });
    order('waiting', 58_000);
    await time.pass(1000);
    assert.equal(of('ready')[0].bufferedMs, 5000);
});

test('a browser that forbids sound gets a button', async () => {
    const { time, media, player, order, of } = start({ forbids_play: true });
    order('playing', 0, 200);
    await time.pass(1000);
    assert.deepEqual(of('blocked'), [{ reason: 'autoplay' }]);
    assert.equal(player.report().blocked, 'autoplay');
    order('playing', 50_000);
    await time.pass(1000);
    assert.equal(media.paused, true);
    media.allow_play();
    player.join_playback();
    await time.pass(2000);
    assert.equal(of('unblocked').length, 1);
    near(media.true_position, 53_000, 60);
});

test('who pauses this device alone is not forced', async () => {
    const { time, media, player, order, of } = start();
    order('playing', 0);
    await time.pass(3000);
    media.pause();
    await time.pass(5000);
    assert.deepEqual(of('blocked'), [{ reason: 'left' }]);
    assert.equal(media.paused, true);
    player.join_playback();
    await time.pass(2000);
    near(media.true_position, 10_000, 60);
});

test('a stall is told once it lasts, and its end', async () => {
    const { time, media, player, order, of } = start();
    order('playing', 0);
    await time.pass(3000);
    media.stall(200);
    await time.pass(1000);
    assert.deepEqual(of('buffering'), []);
    media.stall(1000);
    await time.pass(301);
    assert.deepEqual(of('buffering'), [{ buffering: true }]);
    assert.equal(player.report().status, 'buffering');
    await time.pass(1000);
    assert.deepEqual(of('buffering'), [{ buffering: true }, { buffering: false }]);
});

test('a player whose rate is fixed seeks instead', async () => {
    const { time, media, player, order } = start({ fixed_rate: true });
    order('playing', 0);
    await time.pass(3000);
    media.stall(700);
    await time.pass(4000);
    assert.equal(player.report().seeks, 1);
    near(media.true_position, 7000, 60);
});

test('a correction of the server is done, but not twice in ten seconds', async () => {
    const { time, player, order } = start();
    order('playing', 0);
    await time.pass(3000);
    player.correct({ mode: 'seek' });
    player.correct({ mode: 'seek' });
    await time.pass(1000);
    player.correct({ mode: 'seek' });
    player.correct({ mode: 'rate' });
    assert.equal(player.report().seeks, 1);
});

test('released, it does nothing more', async () => {
    const { time, media, player, order } = start();
    order('playing', 0, 500);
    await time.pass(3000);
    player.release();
    media.stall(3000);
    await time.pass(10_000);
    assert.equal(media.sought, 0);
    assert.equal(media.playbackRate, 1);
});
