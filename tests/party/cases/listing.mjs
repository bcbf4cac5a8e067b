// Which parties people are shown: their own, those of friends, and those open to everybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';

export function listing({ service, skip }) {
    const people = (...names) => service().people(...names);
    const enter = async (name, how) => service().connect(await service().person(name), how);

    test('public parties are listed, private ones never', { skip }, async () => {
        const create = { title: 'Open house', settings: { visibility: 'public' } };
        const [open] = await service().party(await people('John'), { create });
        const [closed] = await service().party(await people('Mary'), {
            create: { title: 'Secret' },
        });
        const guest = await enter('Sarah', { node: 2 });
        const rooms = async (of, scope) =>
            (await of.ask('party:list', { scope })).rooms.map((one) => one.roomId);
        await service().until('it is listed', async () =>
            (await rooms(guest, 'public')).includes(open.room),
        );
        assert.ok(!(await rooms(guest, 'public')).includes(closed.room));
        assert.deepEqual(await rooms(closed, 'mine'), [closed.room]);
        assert.deepEqual(await rooms(guest, 'mine'), []);
        await open.ask('party:update', { settings: { visibility: 'private' } });
        await closed.ask('party:update', { settings: { visibility: 'public' } });
        await service().until('the lists are right', async () => {
            const now = await rooms(guest, 'public');
            return !now.includes(open.room) && now.includes(closed.room);
        });
        await closed.ask('party:end', {});
        assert.ok(!(await rooms(guest, 'public')).includes(closed.room), 'over');
    });

    test('friends see the parties of friends only', { skip }, async () => {
        const [john, sarah, eve] = await people('John', 'Sarah', 'Eve');
        await service().party([john, sarah]);
        await service().party([john, eve], { create: { settings: { visibility: 'public' } } });
        const make = async (visibility) => {
            const create = { title: visibility, settings: { visibility } };
            return (await service().party([john], { create, nodes: [2] }))[0];
        };
        const [secret, shown] = [await make('private'), await make('friends')];
        const guest = await service().connect(sarah);
        const list = async (of) =>
            (await of.ask('party:list', { scope: 'friends' })).rooms.map((one) => one.roomId);
        await service().until('it is listed', async () => (await list(guest)).includes(shown.room));
        assert.ok(!(await list(guest)).includes(secret.room));
        assert.deepEqual(await list(await service().connect(eve)), [], 'met in public');
        assert.deepEqual(await list(shown), [], 'nobody is a friend of oneself');
        await shown.ask('party:ban', { userId: sarah.user.id });
        await service().until('it is hidden', async () => (await list(guest)).length === 0);
        const { code, details } = await guest.refused('party:list', { scope: 'all' });
        assert.deepEqual([code, details.field], ['bad_request', 'scope']);
    });
}
