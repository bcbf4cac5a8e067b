// What a player does about its drift, and that it does it calmly.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    begun,
    decide,
    is_unstable,
    live,
    median,
    no_memory,
    position_at,
} from '../../nginx/html/party/syncstream/index.mjs';

const calm = { ...no_memory, steering: 0 };
const at = (drift, more = {}, memory = calm) => decide(memory, { drift, now: 0, ...more });

test('the table of the contract', () => {
    const rows = [
        [0, 'none', 1],
        [39, 'none', 1],
        [-39, 'none', 1],
        [40, 'rate', 1.02],
        [-60, 'rate', 0.97],
        [100, 'rate', 1.05],
        [1000, 'rate', 1.05],
        [-1000, 'rate', 0.95],
        [1001, 'rate', 1.1],
        [-2000, 'rate', 0.9],
        [2001, 'seek', 1],
        [-90_000, 'seek', 1],
    ];
    for (const [drift, action, rate] of rows) {
        const found = at(drift);
        assert.equal(found.action, action, `${drift} ms`);
        assert.ok(Math.abs(found.rate - rate) < 1e-9, `${drift} ms: ${found.rate}`);
    }
});

test('a correction that has begun ends at 20 ms', () => {
    const { memory } = at(50);
    assert.equal(at(25, {}, memory).action, 'rate');
    assert.equal(at(19, {}, memory).action, 'none');
    assert.equal(at(25, {}, at(19, {}, memory).memory).action, 'none');
});

test('passing zero ends a correction instead of turning it', () => {
    const { memory } = at(50);
    assert.equal(at(-30, {}, memory).action, 'none');
});

test('who has just begun to play is put right to 20 ms', () => {
    assert.equal(at(25, {}, begun(calm)).action, 'rate');
    assert.equal(at(-25, {}, begun(calm)).action, 'rate');
    assert.equal(at(15, {}, begun(calm)).action, 'none');
});

test('where the rate is fixed, seeks begin at 0.4 s', () => {
    assert.equal(at(399, { can_change_rate: false }).action, 'none');
    assert.equal(at(401, { can_change_rate: false }).action, 'seek');
});

test('live is left alone longer, and steered by three percent', () => {
    assert.equal(at(299, { rules: live }).action, 'none');
    assert.ok(Math.abs(at(3000, { rules: live }).rate - 1.03) < 1e-9);
    assert.equal(at(4001, { rules: live }).action, 'seek');
});

test('seeks are ten seconds apart', () => {
    const { memory } = at(5000);
    assert.deepEqual(pick(at(5000, { now: 9999 }, memory)), ['rate', 1.1]);
    assert.equal(at(5000, { now: 10_000 }, memory).action, 'seek');
});

const pick = ({ action, rate }) => [action, rate];

test('three seeks in a minute are followed by a minute without, and by more tolerance', () => {
    let memory = calm;
    for (const now of [0, 10_000, 20_000]) ({ memory } = at(5000, { now }, memory));
    assert.equal(is_unstable(memory, 20_000), true);
    assert.equal(at(5000, { now: 79_999 }, memory).action, 'rate');
    assert.equal(at(79, { now: 30_000 }, memory).action, 'none');
    assert.equal(is_unstable(memory, 80_000), false);
    assert.equal(at(5000, { now: 80_000 }, memory).action, 'seek');
    assert.equal(at(79, { now: 400_000 }, memory).action, 'rate');
});

test('tolerance grows to one second at most', () => {
    const memory = { ...calm, widening: 1000, seeks: [0] };
    assert.equal(at(999, {}, memory).action, 'none');
    assert.equal(at(1001, {}, memory).action, 'rate');
});

test('memory is a value: a decision does not change it', () => {
    const before = Object.freeze({ ...calm, seeks: Object.freeze([]) });
    at(5000, {}, before);
    assert.deepEqual(before.seeks, []);
});

test('one wild reading is no drift', () => {
    assert.equal(median([10, 900, 12]), 12);
    assert.equal(median([7]), 7);
    assert.equal(median([-5, 3]), 3);
});

const state = { status: 'playing', positionMs: 60_000, anchorServerMs: 1000, rate: 1.5 };

test('the position follows from the anchor', () => {
    assert.equal(position_at(state, 0), 60_000);
    assert.equal(position_at(state, 1000), 60_000);
    assert.equal(position_at(state, 3000), 63_000);
    assert.equal(position_at({ ...state, status: 'paused' }, 3000), 60_000);
    assert.equal(position_at({ ...state, status: 'waiting' }, 3000), 60_000);
});

test('the position stays within the film', () => {
    assert.equal(position_at({ ...state, media: { durationMs: 61_000 } }, 9000), 61_000);
    assert.equal(position_at(state, 9000, 62_000), 62_000);
    assert.equal(position_at({ ...state, positionMs: -5 }, 0), 0);
});
