// What comes next: the queue, its modes, votes and polls.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const films = (...titles) => titles.map((title) => ({ kind: 'movie', title, durationMs: 600_000 }));

export function queueing({ service, skip }) {
    const party = async (names, how) => service().party(await service().people(...names), how);
    const titles = (items) => items.map((one) => one.media.title);
    const queue_of = async (guest) => (await guest.ask('party:snapshot', {})).queue;

    test('what is added stands in one order for all', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const { itemIds } = await host.ask('party:queue:add', { items: films('A', 'B') });
        assert.equal(itemIds.length, 2);
        await other.ask('party:queue:add', { items: films('C'), position: 'end' });
        await host.ask('party:queue:add', { items: films('D'), position: 'next' });
        const { data } = await other.event('party:queue', 0, (one) => one.items.length === 4);
        assert.deepEqual(titles(data.items), titles(await queue_of(host)));
        assert.equal(titles(data.items)[0], 'D');
        await host.ask('party:queue:move', { itemId: itemIds[0], toIndex: 3, atQver: data.qver });
        assert.deepEqual(titles(await queue_of(other)), ['D', 'B', 'C', 'A']);
        const stale = { itemId: itemIds[0], toIndex: 0, atQver: data.qver };
        assert.equal((await host.refused('party:queue:move', stale)).code, 'stale_version');
        assert.equal(
            (await other.refused('party:queue:remove', { itemId: itemIds[0] })).code,
            'not_allowed',
        );
        await host.ask('party:queue:remove', { itemId: itemIds[0] });
        assert.deepEqual(titles(await queue_of(other)), ['D', 'B', 'C']);
        await host.ask('party:queue:clear', {});
        assert.deepEqual(await queue_of(other), []);
    });

    test('items that several add at once are all there', { skip }, async () => {
        const guests = await party(['John', 'Sarah', 'Mary', 'Paul']);
        await Promise.all(
            guests.map(async (guest, i) => {
                for (let n = 0; n < 6; n += 1)
                    await guest.ask('party:queue:add', { items: films(`${i}.${n}`) });
            }),
        );
        const all = await Promise.all(guests.map(queue_of));
        assert.equal(new Set(titles(all[0])).size, 24);
        for (const one of all) assert.deepEqual(titles(one), titles(all[0]));
    });

    test('the next one begins once, however many ask for it', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], { features: ['state'] });
        const { itemIds } = await host.ask('party:queue:add', { items: films('A', 'B', 'C') });
        assert.equal((await host.ask('party:queue:next', {})).currentId, itemIds[0]);
        const asked = [1, 2, 3].map(() =>
            host.ask('party:queue:next', { expectItemId: itemIds[0] }),
        );
        for (const { currentId } of await Promise.all(asked)) assert.equal(currentId, itemIds[1]);
        const { state, currentId } = await other.ask('party:snapshot', {});
        assert.deepEqual(
            [state.media.title, currentId, state.status],
            ['B', itemIds[1], 'playing'],
        );
        await host.ask('party:queue:prev', {});
        await other.event(
            'party:state',
            0,
            (data) => data.media?.title === 'A' && data.mediaSeq === 3,
        );
    });

    test('at the end of a film the next begins by itself', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], { features: ['state'] });
        const short = { kind: 'movie', title: 'Short', durationMs: 1500 };
        await host.ask('party:queue:add', { items: [short, { ...short, title: 'Second' }] });
        await host.ask('party:queue:next', {});
        await other.event('party:state', 0, (data) => data.media?.title === 'Second');
        await other.event(
            'party:state',
            0,
            (data) => data.media?.title === 'Second' && data.status === 'paused',
        );
        assert.equal(
            other.heard('party:state').filter((one) => one.data.cause === 'media').length,
            2,
        );
    });

    test('the next one may begin paused', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah'], {
            create: { settings: { startPausedOnNext: true } },
        });
        await host.ask('party:queue:add', { items: films('A') });
        await host.ask('party:queue:next', {});
        const { data } = await other.event('party:state');
        assert.deepEqual([data.status, data.media.title], ['paused', 'A']);
    });

    test('long queues are told by differences', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const many = (from, count) =>
            films(...Array.from({ length: count }, (_, n) => `${from + n}`));
        await host.ask('party:queue:add', { items: many(0, 20) });
        await host.ask('party:queue:add', { items: many(20, 20) });
        const { data } = await other.event('party:queue', 0, (one) => one.added !== undefined);
        assert.equal(data.items, undefined);
        assert.deepEqual([data.total, data.added.length], [40, 20]);
        for (let from = 40; from < 200; from += 20)
            await host.ask('party:queue:add', { items: many(from, 20) });
        assert.equal(
            (await host.refused('party:queue:add', { items: films('x') })).code,
            'queue_full',
        );
        assert.equal((await queue_of(other)).length, 200);
    });

    test('shuffling leaves what was there', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const names = Array.from({ length: 12 }, (_, n) => `${n}`);
        await host.ask('party:queue:add', { items: films(...names) });
        await host.ask('party:queue:shuffle', {});
        const shuffled = titles(await queue_of(other));
        assert.deepEqual([...shuffled].sort(), [...names].sort());
        assert.notDeepEqual(shuffled, names);
    });

    test('votes choose what comes next', { skip }, async () => {
        const [host, other, third] = await party(['John', 'Sarah', 'Mary']);
        await host.ask('party:queue:mode', { mode: 'vote' });
        const { itemIds } = await host.ask('party:queue:add', { items: films('A', 'B', 'C') });
        await other.ask('party:vote', { itemId: itemIds[2], on: true });
        await third.ask('party:vote', { itemId: itemIds[2], on: true });
        await third.ask('party:vote', { itemId: itemIds[2], on: true });
        const { data } = await host.event('party:votes', 0, (one) => one[itemIds[2]] === 2);
        assert.ok(data);
        const { votes } = await other.ask('party:snapshot', {});
        assert.equal(votes[itemIds[2]], 2);
        assert.equal((await host.ask('party:queue:next', {})).currentId, itemIds[2]);
    });

    test('suggestions wait to be taken', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const item = { title: 'Mine', contentKey: 'tmdb:1' };
        const { itemIds } = await other.ask('party:queue:suggest', { item });
        assert.equal((await other.refused('party:queue:suggest', { item })).code, 'duplicate');
        assert.equal((await host.refused('party:queue:next', {})).code, 'no_media');
        await host.ask('party:queue:move', { itemId: itemIds[0], toIndex: 0 });
        assert.equal((await host.ask('party:queue:next', {})).currentId, itemIds[0]);
    });

    test('half of the members skip', { skip }, async () => {
        const [host, other, third, fourth] = await party(['John', 'Sarah', 'Mary', 'Paul']);
        assert.equal((await other.refused('party:vote_skip', { on: true })).code, 'no_media');
        await host.ask('party:queue:add', { items: films('A', 'B') });
        await host.ask('party:queue:next', {});
        await other.ask('party:vote_skip', { on: true });
        await fourth.event('party:vote_skip', 0, (data) => data.count === 1 && data.needed === 2);
        await third.ask('party:vote_skip', { on: true });
        await fourth.event('party:state', 0, (data) => data.media?.title === 'B');
    });

    test('a poll is open until it is closed, each has one vote', { skip }, async () => {
        const [host, other, third] = await party(['John', 'Sarah', 'Mary']);
        const question = { question: 'Pizza?', options: ['yes', 'no'], ttlSec: 60 };
        const { pollId } = await host.ask('party:poll:create', question);
        const first = await other.event('party:poll');
        assert.deepEqual(
            [first.data.pollId, first.data.open, first.data.counts],
            [pollId, true, [0, 0]],
        );
        assert.equal((await host.refused('party:poll:create', question)).code, 'duplicate');
        await other.ask('party:poll:vote', { pollId, option: 0 });
        await other.ask('party:poll:vote', { pollId, option: 1 });
        await third.ask('party:poll:vote', { pollId, option: 1 });
        await host.event('party:poll', 0, (data) => data.counts[1] === 2 && data.counts[0] === 0);
        const late = await service().connect(await service().person('Late'), { node: 2 });
        const { snapshot } = await service().join(late, { roomId: host.room });
        assert.deepEqual(snapshot.poll.counts, [0, 2]);
        await host.ask('party:poll:close', { pollId });
        await third.event('party:poll', 0, (data) => data.open === false);
        assert.equal(
            (await other.refused('party:poll:vote', { pollId, option: 0 })).code,
            'target_not_found',
        );
    });

    test('a poll closes by itself', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:poll:create', { question: 'Now?', options: ['a', 'b'], ttlSec: 10 });
        await other.event('party:poll', 0, (data) => data.open === false, 25_000);
    });
}
