// What concerns one person on all devices: the library, devices, remote control, notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command_id } from '../guest.mjs';

export function personal({ service, skip }) {
    // One person at two devices, on two nodes.
    async function at_home(john) {
        const [tv, phone] = await Promise.all([
            service().connect(john, { node: 1, device: 'living-room-tv' }),
            service().connect(john, { node: 2, device: 'phone' }),
        ]);
        return { john, tv, phone };
    }
    const home = async (name = 'John') => at_home(await service().person(name));
    const put = (john, method, path, body) =>
        service().ask(method, path, { token: john.token, body });

    function is_personal(message) {
        assert.equal(message.stream, 'user');
        assert.ok(message.epoch && message.ver > 0);
        assert.equal(message.room, undefined);
    }

    test('progress that is put by REST reaches the devices', { skip }, async () => {
        const { john, tv, phone } = await home();
        await put(john, 'PUT', '/progress', {
            item_id: 'series_got_s01e05',
            item_type: 'episode',
            progress_seconds: 1200,
            duration_seconds: 3600,
            device_id: 'phone',
        });
        const heard = await tv.event('sync:playback');
        is_personal(heard);
        assert.equal(heard.data.itemKey, 'series_got_s01e05');
        assert.equal(heard.data.positionMs, 1_200_000);
        assert.equal(heard.data.durationMs, 3_600_000);
        assert.equal(heard.data.by, 'phone');
        await tv.fence();
        await phone.fence();
        assert.equal(phone.heard('sync:playback').length, 0, 'not to the device it comes from');
    });

    test('playback of one device reaches the others, the newest wins', { skip }, async () => {
        const { tv, phone } = await home();
        const at = Date.now();
        const now = (positionMs, more) => ({
            itemKey: 'movie_inception',
            kind: 'movie',
            positionMs,
            durationMs: 8_880_000,
            status: 'playing',
            at,
            seq: 1,
            ...more,
        });
        await tv.ask('playback:update', now(60_000));
        const heard = await phone.event('sync:playback');
        is_personal(heard);
        assert.equal(heard.data.positionMs, 60_000);
        assert.equal(heard.data.by, 'living-room-tv');
        await tv.ask('playback:update', now(10_000, { at: at - 60_000, seq: 2 })).catch(() => {});
        await tv.ask('playback:update', now(70_000, { at: at + 1000, seq: 3 }));
        await phone.event('sync:playback', 0, (data) => data.positionMs === 70_000);
        const positions = phone.heard('sync:playback').map((one) => one.data.positionMs);
        assert.deepEqual(positions, [60_000, 70_000]);
        await tv.fence();
        assert.equal(tv.heard('sync:playback').length, 0);
        const shown = await service().until('the progress is stored', async () => {
            const { status, data } = await service().call('GET', '/progress/movie_inception', {
                token: tv.person.token,
            });
            return status === 200 && data.progress.progress_seconds >= 60 && data.progress;
        });
        assert.equal(shown.duration_seconds, 8880);
    });

    test('what is wrong about an update is named', { skip }, async () => {
        const { tv } = await home();
        const { code, details } = await tv.refused('playback:update', { itemKey: 'x' });
        assert.equal(code, 'bad_request');
        assert.ok(details.field);
    });

    test('favourites, playlists and profiles that change are told', { skip }, async () => {
        const { john, tv, phone } = await home();
        const favorite = await put(john, 'POST', '/favorites', {
            item_id: 'espn_hd',
            item_type: 'channel',
            item_name: 'ESPN HD',
        });
        const playlist = await put(john, 'POST', '/playlists', {
            name: 'Premium',
            url: 'http://iptv-provider.com/get.php',
            username: 'john',
            password: 'iptv_pass_2024',
        });
        const profile = await put(john, 'POST', '/profiles', { name: 'Sarah' });
        for (const guest of [tv, phone]) {
            for (const [type, id] of [
                ['favorites:changed', favorite.favorite.id],
                ['playlist:changed', playlist.playlist.id],
                ['profile:changed', profile.profile.id],
            ]) {
                const heard = await guest.event(type, 0, (data) => data.changedIds.includes(id));
                is_personal(heard);
                assert.ok(heard.data.rev !== undefined);
            }
            assert.ok(!guest.texts.some((text) => text.includes('iptv_pass_2024')));
        }
        const mark = tv.mark;
        await put(john, 'DELETE', `/favorites/${favorite.favorite.id}`);
        const id = favorite.favorite.id;
        await tv.event('favorites:changed', mark, (data) => data.changedIds.includes(id));
    });

    test('nobody hears of others', { skip }, async () => {
        const [one, other] = [await home('John'), await home('Mary')];
        await put(one.john, 'POST', '/favorites', {
            item_id: 'a',
            item_type: 'channel',
            item_name: 'A',
        });
        await one.tv.event('favorites:changed');
        await other.tv.fence();
        assert.equal(other.tv.heard('favorites:changed').length, 0);
    });

    test('the profiles of one account keep their playback apart', { skip }, async () => {
        const john = await service().person('John');
        const sarah = await service().with_profile(john, { name: 'Sarah' });
        const [his, hers] = await Promise.all([
            service().connect(john, { node: 1, device: 'his' }),
            service().connect(sarah, { node: 1, device: 'hers' }),
        ]);
        const body = {
            item_id: 'film',
            item_type: 'movie',
            progress_seconds: 60,
            duration_seconds: 600,
        };
        await service().ask('PUT', '/progress', { token: john.token, body });
        await his.event('sync:playback');
        await hers.fence();
        assert.equal(hers.heard('sync:playback').length, 0);
    });

    test('personal events are numbered, and resumed', { skip }, async () => {
        const { john, tv } = await home();
        const add = (item_id) =>
            put(john, 'POST', '/favorites', { item_id, item_type: 'channel', item_name: item_id });
        await add('first');
        const { epoch, ver } = await tv.event('favorites:changed');
        await tv.drop();
        await add('second');
        await add('third');
        const back = await service().connect(john, { node: 2, device: 'living-room-tv' });
        const { streams } = await back.ask('session:resume', {
            sessionId: tv.hello.sessionId,
            resumeToken: tv.hello.resumeToken,
            streams: [{ name: 'user', epoch, ver }],
        });
        const [stream] = streams;
        assert.equal(stream.recovered, true);
        assert.deepEqual(
            stream.events.map((one) => [one.type, one.ver]),
            [
                ['favorites:changed', ver + 1],
                ['favorites:changed', ver + 2],
            ],
        );
    });

    test('devices see each other come and go', { skip }, async () => {
        const { john, tv, phone } = await home();
        const listed = async (guest) => {
            const { devices } = await guest.ask('device:list', {});
            return devices.map((one) => one.deviceId ?? one.id).sort();
        };
        await service().until('both are listed', async () => (await listed(tv)).length === 2);
        assert.deepEqual(await listed(tv), ['living-room-tv', 'phone']);
        const mark = tv.mark;
        const tablet = await service().connect(john, { node: 2, device: 'tablet' });
        await tv.event('device:updated', mark);
        await service().until('all are listed', async () => (await listed(phone)).length === 3);
        await tablet.close();
        await service().until('the tablet is gone', async () => (await listed(phone)).length === 2);
    });

    test('one device steers another', { skip }, async () => {
        const { tv, phone } = await home();
        const cmdId = command_id();
        const order = {
            deviceId: 'living-room-tv',
            command: 'seek',
            args: { positionMs: 5 },
            cmdId,
        };
        const asked = phone.ask('device:command', order);
        const heard = await tv.event('device:command');
        assert.equal(heard.data.command, 'seek');
        assert.deepEqual(heard.data.args, { positionMs: 5 });
        assert.equal(heard.data.cmdId, cmdId);
        tv.say('device:ack', { cmdId, ok: true });
        const answer = await asked;
        const acked =
            answer.ok ?? answer.acked ?? (await phone.event('device:ack')).data.cmdId === cmdId;
        assert.ok(acked);
    });

    test('a device that does not answer is said not to', { skip }, async () => {
        const { tv, phone } = await home();
        const order = {
            deviceId: 'living-room-tv',
            command: 'pause',
            args: {},
            cmdId: command_id(),
        };
        const refused = await phone.refused('device:command', order);
        assert.ok(['unavailable', 'target_not_found'].includes(refused.code), refused.code);
        assert.equal(tv.heard('device:command').length, 1);
        const missing = await phone.refused('device:command', {
            ...order,
            deviceId: 'fridge',
            cmdId: command_id(),
        });
        assert.equal(missing.code, 'target_not_found');
        const wrong = await phone.refused('device:command', { ...order, command: 'explode' });
        assert.deepEqual([wrong.code, wrong.details.field], ['bad_request', 'command']);
    });

    test('nobody steers the devices of others', { skip }, async () => {
        const one = await home('John');
        const other = await home('Mary');
        const order = {
            deviceId: 'living-room-tv',
            command: 'stop',
            args: {},
            cmdId: command_id(),
        };
        const asked = other.phone.ask('device:command', order).catch((error) => error);
        await other.tv.event('device:command');
        await one.tv.fence();
        assert.equal(one.tv.heard('device:command').length, 0);
        other.tv.say('device:ack', { cmdId: order.cmdId, ok: true });
        await asked;
    });

    test('topics are taken and given back', { skip }, async () => {
        const { tv } = await home();
        const taken = await tv.ask('sub:add', { topics: ['epg:espn', 'epg:bbc'] });
        assert.deepEqual(JSON.stringify(taken).includes('epg:espn'), true);
        const now = (title) => JSON.stringify({ channelId: title, program: { title } });
        const publish = (channel) => service().redis('publish', `epg:{${channel}}:c`, now(channel));
        await service().until('the channel is followed', () => Number(publish('bbc')) > 0);
        await tv.first('epg:now');
        await tv.ask('sub:remove', { topics: ['epg:bbc'] });
        const mark = tv.mark;
        await service().until('it is not any more', () => Number(publish('bbc')) === 0);
        await service().until('the other is', () => Number(publish('espn')) > 0);
        const { data } = await tv.first('epg:now', mark);
        assert.equal(data.program.title, 'espn');
        const many = Array.from({ length: 101 }, (_, i) => `epg:${i}`);
        const refused = await tv.refused('sub:add', { topics: many });
        assert.deepEqual([refused.code, refused.details.field], ['bad_request', 'topics']);
    });

    // Somebody gets another plan, by an admin's hand.
    async function promote(person) {
        const admin = await service().make_admin(await service().person('Eva'));
        const { plans } = await service().ask('GET', '/subscriptions/plans');
        await put(admin, 'POST', `/admin/users/${person.user.id}/subscription`, {
            plan_id: plans.find((one) => one.code === 'premium').id,
            until: new Date(Date.now() + 30 * 86_400_000).toISOString(),
            reason: 'a test',
        });
    }

    test('an account that changes is told', { skip }, async () => {
        const { john, tv, phone } = await home();
        await promote(john);
        for (const guest of [tv, phone]) await guest.event('account:updated');
    });

    test('notifications reach all devices, and are read on all', { skip }, async () => {
        const { john, tv, phone } = await home();
        await promote(john);
        const heard = await tv.event('notify:new');
        is_personal(heard);
        for (const name of ['id', 'kind', 'title', 'body', 'createdAt']) {
            assert.ok(heard.data[name], name);
        }
        const { data } = await phone.event('notify:new');
        assert.equal(data.id, heard.data.id);
        await tv.ask('notify:read', { ids: [data.id] });
        const read = await phone.event('notify:read');
        assert.deepEqual(read.data.ids, [data.id]);
    });
}
