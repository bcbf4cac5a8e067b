// How people get into a party, and what keeps them out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../guest.mjs';

export function entering({ service, skip }) {
    const people = (...names) => service().people(...names);
    const enter = async (name, how) => service().connect(await service().person(name), how);

    test('members of all nodes see one party', { skip }, async () => {
        const guests = await service().party(await people('John', 'Sarah', 'Mary', 'Paul'));
        const nodes = new Set(guests.map((guest) => guest.hello.node));
        assert.ok(nodes.size >= 2, `${[...nodes]}`);
        const all = await Promise.all(guests.map((guest) => guest.ask('party:snapshot', {})));
        const names = (one) => one.members.map((member) => member.userName);
        for (const one of all) assert.deepEqual(names(one), ['John', 'Sarah', 'Mary', 'Paul']);
        assert.equal(new Set(all.map((one) => one.ver)).size, 1);
        assert.deepEqual(
            all.map((one) => one.youAre),
            guests.map((guest) => guest.me),
        );
    });

    test('a code is understood as people type it', { skip }, async () => {
        const [host] = await service().party(await people('John'));
        const typed = [
            host.code,
            host.code.toLowerCase(),
            host.code.replace('-', ''),
            ` ${host.code} `,
        ];
        for (const [i, code] of typed.entries()) {
            const guest = await enter(`Guest ${i}`, { node: 2 });
            assert.equal((await service().join(guest, { code })).roomId, host.room, code);
        }
    });

    test('a code that was revoked opens nothing, the new one does', { skip }, async () => {
        const [host] = await service().party(await people('John'));
        const { code } = await host.ask('party:invite:revoke', { code: host.code });
        assert.notEqual(code, host.code);
        const guest = await enter('Sarah', { node: 2 });
        assert.equal((await guest.refused('party:join', { code: host.code })).code, 'bad_code');
        await service().join(guest, { code });
    });

    test('an invite opens as often as it says, with its role', { skip }, async () => {
        const [host] = await service().party(await people('John'), {
            create: { settings: { password: 'popcorn', approval: true } },
        });
        const invite = await host.ask('party:invite:create', {
            role: 'dj',
            maxUses: 2,
            ttlSec: 600,
        });
        assert.match(invite.code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
        for (const name of ['token', 'url', 'qrText']) assert.ok(invite[name], name);
        const [one, two, three] = await Promise.all(
            ['A1', 'B2', 'C3'].map((name) => enter(name, { node: 2 })),
        );
        assert.equal((await service().join(one, { inviteToken: invite.token })).member.role, 'dj');
        assert.equal((await service().join(two, { code: invite.code })).member.role, 'dj');
        assert.equal((await three.refused('party:join', { code: invite.code })).code, 'bad_code');
        const second = await host.ask('party:invite:create', { role: 'viewer' });
        const { invites } = await host.ask('party:invite:list', {});
        assert.deepEqual(
            invites.map((one) => one.token),
            [second.token],
        );
        await host.ask('party:invite:revoke', { token: second.token });
        assert.equal(
            (await three.refused('party:join', { inviteToken: second.token })).code,
            'bad_code',
        );
    });

    test('a password is asked for', { skip }, async () => {
        const [host] = await service().party(await people('John'), {
            create: { settings: { password: 'popcorn' } },
        });
        const guest = await enter('Sarah', { node: 2 });
        const roomId = host.room;
        for (const password of [undefined, '', 'Popcorn', 'popcorn ']) {
            const { code } = await guest.refused('party:join', { roomId, password });
            assert.equal(code, 'password_required', `${password}`);
        }
        const { snapshot } = await service().join(guest, { roomId, password: 'popcorn' });
        assert.equal(snapshot.settings.hasPassword, true);
        assert.ok(!guest.texts.some((text) => /popcorn|passwordHash/.test(text)));
        await host.ask('party:update', { settings: { password: null } });
        await service().join(await enter('Mary'), { roomId });
    });

    test('hosts decide who comes in when approval is on', { skip }, async () => {
        const [host, cohost] = await service().party(await people('John', 'Carl'));
        await host.ask('party:role', { memberId: cohost.me, role: 'cohost' });
        await host.ask('party:update', { settings: { approval: true } });
        const roomId = host.room;
        const sarah = await enter('Sarah', { node: 2 });
        const pending = await service().join(sarah, { roomId });
        assert.equal(pending.pending, true);
        const knocks = await Promise.all([host, cohost].map((guest) => guest.event('party:knock')));
        for (const { data } of knocks) {
            assert.equal(data.knockId, knocks[0].data.knockId);
            assert.equal(data.user.userId, sarah.person.user.id);
        }
        const early = await sarah.refused('party:chat', { message: 'Let me in' });
        assert.equal(early.code, 'approval_pending');
        await cohost.ask('party:admit', { knockId: knocks[0].data.knockId, allow: true });
        await sarah.event('party:admitted', 0, (data) => data.allow === true);
        const joined =
            sarah.heard('party:join').length > 0 || (await service().join(sarah, { roomId }));
        assert.ok(joined);
        await host.event('party:user_joined', 0, (data) => data.member.userName === 'Sarah');

        const mary = await enter('Mary', { node: 1 });
        await service().join(mary, { roomId });
        const { data } = await host.event('party:knock', 0, (one) => one.user.userName === 'Mary');
        await host.ask('party:admit', { knockId: data.knockId, allow: false });
        await mary.event('party:admitted', 0, (one) => one.allow === false);
        assert.equal((await mary.refused('party:join', { roomId })).code, 'approval_denied');
        assert.equal((await mary.refused('party:chat', { message: 'x' })).code, 'not_in_room');
    });

    test('who knocks somewhere else waits there no more', { skip }, async () => {
        const create = { settings: { approval: true } };
        const [first] = await service().party(await people('John'), { create });
        const [second] = await service().party(await people('Mary'), { create });
        const [third] = await service().party(await people('Ann'));
        const guest = await enter('Sarah', { node: 2, device: 'phone' });
        const knock = async (host) => {
            const mark = host.mark;
            await service().join(guest, { roomId: host.room });
            return (await host.event('party:knock', mark)).data.knockId;
        };
        const admit = (host, knockId) => host.ask('party:admit', { knockId, allow: true });
        const gone = await knock(first);
        const late = await knock(second);
        await admit(first, gone);
        await service().join(guest, { roomId: third.room });
        await admit(second, late);
        await pause(200);
        await guest.fence();
        assert.equal(guest.heard('party:admitted').length, 0);
        // Who is in a party may wait at the door of another, whatever becomes of that one.
        const [fourth] = await service().party(await people('Paul'), { create });
        await knock(fourth);
        await fourth.ask('party:end', {});
        await third.ask('party:chat', { message: 'Still here?' });
        await guest.event('party:chat');
        await guest.ask('party:leave', {});
    });

    test('a locked party takes nobody new, but those who return', { skip }, async () => {
        const [john, sarah] = await people('John', 'Sarah');
        const [host, member] = await service().party([john, sarah]);
        await host.ask('party:lock', { locked: true });
        await member.event('party:updated', 0, (data) => data.settings.locked === true);
        const guest = await enter('Mary', { node: 2 });
        const roomId = host.room;
        assert.equal((await guest.refused('party:join', { roomId })).code, 'room_locked');
        assert.equal((await guest.refused('party:join', { code: host.code })).code, 'room_locked');
        await member.drop();
        const back = await service().connect(sarah, { node: 1, device: 'device-1' });
        assert.equal((await service().join(back, { roomId })).member.memberId, member.me);
        await host.ask('party:lock', { locked: false });
        await service().join(guest, { roomId });
    });

    test('a party is full when its seats are taken', { skip }, async () => {
        const [host] = await service().party(await people('John', 'Sarah'), {
            create: { settings: { capacity: 2 } },
        });
        const guest = await enter('Mary', { node: 2 });
        assert.equal((await guest.refused('party:join', { roomId: host.room })).code, 'room_full');
        await host.ask('party:update', { settings: { capacity: 3 } });
        await service().join(guest, { roomId: host.room });
    });

    test('the last seat goes to one of two who come at once', { skip }, async () => {
        const [host] = await service().party(await people('John'), {
            create: { settings: { capacity: 2 } },
        });
        const guests = await Promise.all(
            [1, 2, 1, 2].map((node, i) => enter(`Guest ${i}`, { node })),
        );
        const came = await Promise.allSettled(
            guests.map((guest) => service().join(guest, { roomId: host.room })),
        );
        assert.equal(came.filter((one) => one.status === 'fulfilled').length, 1);
        assert.equal((await host.ask('party:snapshot', {})).members.length, 2);
    });

    test('parties are as large as the plan of who makes them', { skip }, async () => {
        const host = await enter('John');
        const trial = await host.ask('party:create', {});
        assert.equal(trial.settings.capacity, 250);
        const over = { settings: { capacity: 251 } };
        assert.equal((await host.refused('party:update', over)).code, 'plan_required');
        const poor = await service().person('Paul');
        service().sql(
            `update users set trial_ends_at = now() - interval '1 day' where id = '${poor.user.id}'`,
        );
        service().sql(
            `update subscriptions set status = 'canceled' where user_id = '${poor.user.id}'`,
        );
        const again = await service().connect(await service().sign_in(poor));
        const small = await again.ask('party:create', {});
        assert.equal(small.settings.capacity, 10);
        const refused = await again.refused('party:update', { settings: { capacity: 11 } });
        assert.equal(refused.code, 'plan_required');
    });

    test('children come only to parties for children', { skip }, async () => {
        const [john, sarah] = await people('John', 'Sarah');
        const timmy = await service().with_profile(sarah, { name: 'Timmy', is_kids_profile: true });
        const kid = await service().connect(timmy, { node: 2, device: 'tablet' });
        const [host] = await service().party([john]);
        assert.equal(
            (await kid.refused('party:join', { roomId: host.room })).code,
            'media_not_allowed',
        );
        await host.ask('party:update', { settings: { kidsSafe: true } });
        const grown = { media: { title: 'Grown-up secrets', rating: 'R' } };
        assert.equal((await host.refused('party:media', grown)).code, 'media_not_allowed');
        await host.ask('party:media', {
            media: { title: 'Cartoon', rating: 'G' },
            autoplay: false,
        });
        const joined = await service().join(kid, { roomId: host.room });
        assert.equal(joined.snapshot.state.media.title, 'Cartoon');
        assert.equal((await kid.refused('party:chat', { message: 'Hi' })).code, 'chat_disabled');
        await host.ask('party:chat', { message: 'only for adults' });
        await host.event('party:chat');
        await kid.fence();
        assert.ok(!kid.texts.some((text) => text.includes('only for adults')));
        assert.ok(!kid.texts.some((text) => text.includes('Grown-up secrets')));
    });

    test('a profile that may not watch something is shown as such', { skip }, async () => {
        const [john, sarah] = await people('John', 'Sarah');
        const teen = await service().with_profile(sarah, {
            name: 'Teen',
            parental: { max_rating: 'PG-13' },
        });
        const [host] = await service().party([john]);
        const guest = await service().connect(teen, { node: 2, device: 'phone' });
        await service().join(guest, { roomId: host.room });
        await host.ask('party:media', { media: { title: 'Horror', rating: 'R' }, autoplay: false });
        await guest.until((one) => one.type === 'error' && one.data.code === 'media_not_allowed');
        const { data } = await host.event(
            'party:user_updated',
            0,
            (one) => one.member.memberId === guest.me,
        );
        assert.equal(data.member.status, 'unsupported');
    });

    test('names are cleaned, cut and kept apart', { skip }, async () => {
        const [host, other] = await service().party(await people('John', 'John'));
        const { members } = await host.ask('party:snapshot', {});
        assert.deepEqual(
            members.map((one) => one.userName),
            ['John', 'John #2'],
        );
        const { member } = await other.ask('party:rename', { userName: '  Film\u202E \u0007fan ' });
        assert.equal(member.userName, 'Film fan');
        await host.event('party:user_updated', 0, (data) => data.member.userName === 'Film fan');
        const alike = await other.ask('party:rename', {
            userName: '\uFF2A\u24DE\u{1D421}n\u0020Mu\u0308ller',
        });
        assert.equal(alike.member.userName, 'John M\u00FCller');
        await host.ask('party:rename', { userName: 'John Mu\u0308ller' });
        const { members: both } = await host.ask('party:snapshot', {});
        assert.deepEqual(
            both.map((one) => one.userName),
            ['John M\u00FCller #2', 'John M\u00FCller'],
        );
        const odd = await enter('Odd', { node: 2 });
        const joined = await odd.ask('party:join', {
            roomId: host.room,
            userName: 'x'.repeat(100),
        });
        assert.ok(joined.member.userName.length <= 32);
    });
}
