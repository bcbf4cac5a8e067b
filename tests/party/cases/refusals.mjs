// Every message of a party with wrong data, without permission and outside of a party.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { catalogue } from './catalogue.mjs';

const entries = Object.entries(catalogue);
const filled = (entry, data) => (entry.inside ? { [entry.inside]: data } : data);

export function refusals({ service, skip }) {
    describe('refusals', { skip }, () => {
        let host, member, viewer, stranger;
        before(async () => {
            if (skip) return;
            const people = await service().people('John', 'Sarah', 'Victor');
            [host, member, viewer] = await service().party(people);
            await host.ask('party:role', { memberId: viewer.me, role: 'viewer' });
            stranger = await service().connect(await service().person('Nobody'));
        });

        for (const [type, entry] of entries) {
            test(`${type} is for members of a party`, async () => {
                const refused = await stranger.refused(type, filled(entry, entry.right));
                assert.deepEqual([refused.code, refused.for], ['not_in_room', type]);
                assert.equal(refused.retryable, false);
            });
            if (entry.wrong.length > 0) {
                test(`${type} names the field that is wrong`, async () => {
                    for (const [data, field] of entry.wrong) {
                        const { code, details } = await host.refused(type, filled(entry, data));
                        const said = JSON.stringify(data).slice(0, 80);
                        assert.equal(code, 'bad_request', said);
                        const expected = entry.inside ? `${entry.inside}.${field}` : field;
                        const named = [expected, field].includes(details.field);
                        const within =
                            details.field?.startsWith(`${field}.`) ||
                            details.field?.startsWith(`${field}[`);
                        assert.ok(named || within, `${said}: ${details.field}`);
                    }
                });
            }
            for (const [who, permission] of [
                ['a member', entry.needs],
                ['a viewer', entry.needs ?? entry.viewer],
            ]) {
                if (!permission) continue;
                test(`${type} by ${who} takes a permission`, async () => {
                    const guest = who === 'a member' ? member : viewer;
                    const refused = await guest.refused(type, filled(entry, entry.right));
                    assert.deepEqual(
                        [refused.code, refused.details.permission],
                        ['not_allowed', permission],
                    );
                });
            }
        }

        test('impossible positions are refused as such', async () => {
            for (const data of [
                { currentTime: -1 },
                { positionMs: -1 },
                { currentTime: 8 * 24 * 3600 },
                { positionMs: 8 * 24 * 3_600_000 },
            ]) {
                for (const type of ['party:play', 'party:pause', 'party:seek']) {
                    const { code } = await host.refused(type, data);
                    assert.equal(code, 'bad_position', JSON.stringify(data));
                }
            }
            const nowhere = await host.refused('party:seek', {});
            assert.ok(['bad_position', 'bad_request'].includes(nowhere.code));
        });

        test('what does not exist is said to be missing', async () => {
            for (const [type, data, code] of [
                ['party:chat:delete', { msgId: 'no' }, 'msg_not_found'],
                ['party:chat:pin', { msgId: 'no' }, 'msg_not_found'],
                ['party:react', { msgId: 'no', emoji: '❤', on: true }, 'msg_not_found'],
                ['party:report_msg', { msgId: 'no', reason: 'x' }, 'msg_not_found'],
                ['party:chat', { message: 'x', replyTo: 'no' }, 'msg_not_found'],
                ['party:host', { memberId: 'no' }, 'target_not_found'],
                ['party:role', { memberId: 'no', role: 'dj' }, 'target_not_found'],
                ['party:kick', { memberId: 'no' }, 'target_not_found'],
                ['party:ban', { memberId: 'no' }, 'target_not_found'],
                ['party:unban', { userId: 'no' }, 'target_not_found'],
                ['party:mute', { memberId: 'no', minutes: 1 }, 'target_not_found'],
                ['party:admit', { knockId: 'no', allow: true }, 'target_not_found'],
                ['party:queue:remove', { itemId: 'no' }, 'target_not_found'],
                ['party:queue:move', { itemId: 'no', toIndex: 0 }, 'target_not_found'],
                ['party:vote', { itemId: 'no', on: true }, 'target_not_found'],
                ['party:poll:vote', { pollId: 'no', option: 0 }, 'target_not_found'],
                ['party:queue:next', {}, 'no_media'],
                ['party:queue:prev', {}, 'no_media'],
                ['party:invite:revoke', { code: 'K7QX-92MD' }, 'bad_code'],
                ['party:play', { currentTime: 1, atVer: 0 }, null],
            ]) {
                if (code === null) continue;
                assert.equal((await host.refused(type, data)).code, code, type);
            }
        });

        test('an old version is refused', async () => {
            const { ver } = await host.ask('party:snapshot', {});
            await host.ask('party:play', { currentTime: 50 });
            const refused = await host.refused('party:pause', { atVer: ver });
            assert.equal(refused.code, 'stale_version');
            assert.ok(refused.details.ver > ver);
        });

        test('a party that never was cannot be joined', async () => {
            const nowhere = { roomId: `party_${'x'.repeat(22)}` };
            assert.equal((await stranger.refused('party:join', nowhere)).code, 'room_not_found');
            for (const roomId of ['party_../../x', '', 'x', '{}', 'party_*']) {
                const { code } = await stranger.refused('party:join', { roomId });
                assert.ok(['room_not_found', 'bad_request'].includes(code), `${roomId}: ${code}`);
            }
            assert.equal(
                (await stranger.refused('party:join', { code: 'ZZZZ-ZZZZ' })).code,
                'bad_code',
            );
            assert.equal(
                (await stranger.refused('party:join', { inviteToken: 'x' })).code,
                'bad_code',
            );
            const { code } = await stranger.refused('party:join', {});
            assert.equal(code, 'bad_request');
        });

        test('nobody is in two parties', async () => {
            const [first, second] = await service().party(await service().people('Ann', 'Ben'));
            const made = await second.ask('party:create', {});
            const { data } = await first.event('party:user_left');
            assert.deepEqual([data.memberId, data.reason], [second.me, 'left']);
            assert.notEqual(made.roomId, first.room);
        });

        test('what is wrong about a new party is named', async () => {
            for (const [data, field] of [
                [{ userName: 5 }, 'userName'],
                [{ settings: { chat: 'loud' } }, 'settings.chat'],
                [{ media: { title: '' } }, 'media.title'],
                [{ startAt: 5 }, 'startAt'],
                [{ startAt: Date.now() + 8 * 24 * 3_600_000 }, 'startAt'],
                [{ inviteRole: 'host' }, 'inviteRole'],
            ]) {
                const refused = await stranger.refused('party:create', data);
                assert.deepEqual([refused.code, refused.details.field], ['bad_request', field]);
            }
        });

        test('after all this the party is as it was', async () => {
            const { members, hostId } = await viewer.ask('party:snapshot', {});
            assert.equal(members.length, 3);
            assert.equal(hostId, host.me);
        });
    });
}
