// Chat, reactions, and what keeps them civil.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../guest.mjs';

export function talking({ service, skip }) {
    const party = async (names, how) => service().party(await service().people(...names), how);
    const is = (message) => (data) => data.message === message;

    test('messages come in one order on all nodes', { skip }, async () => {
        const guests = await party(['John', 'Sarah', 'Mary', 'Paul']);
        const count = 15;
        await Promise.all(
            guests.map(async (guest, i) => {
                for (let n = 0; n < count; n += 1)
                    await guest.ask('party:chat', { message: `${i}.${n}` });
            }),
        );
        const total = count * guests.length;
        const heard = await Promise.all(
            guests.map(async (guest) => {
                await service().until(
                    'all messages are there',
                    () => guest.heard('party:chat').length >= total,
                );
                return guest.heard('party:chat').map((one) => one.data.message);
            }),
        );
        for (const one of heard) assert.deepEqual(one, heard[0]);
        assert.equal(new Set(heard[0]).size, total);
        const { messages } = await guests[1].ask('party:chat:history', { limit: 50 });
        const ids = messages.map((one) => one.msgId);
        assert.deepEqual(ids, [...ids].sort());
        const known = new Set(heard[0]);
        assert.ok(messages.length === 50 && messages.every((one) => known.has(one.message)));
    });

    test('history is read page by page', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        for (let n = 0; n < 25; n += 1) await host.ask('party:chat', { message: `number ${n}` });
        await other.event('party:chat', 0, is('number 24'));
        let before;
        const pages = [];
        for (let more = true; more;) {
            const page = await other.ask('party:chat:history', {
                ...(before && { before }),
                limit: 10,
            });
            pages.unshift(page.messages.map((one) => one.message));
            before = page.messages[0]?.msgId;
            more = page.hasMore;
        }
        assert.deepEqual(
            pages.map((one) => one.length),
            [5, 10, 10],
        );
        assert.deepEqual(
            pages.flat(),
            Array.from({ length: 25 }, (_, n) => `number ${n}`),
        );
    });

    test('a reply quotes what it answers', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const { msgId } = await host.ask('party:chat', { message: `Who is ${'that '.repeat(40)}` });
        const sent = { message: 'The gardener', replyTo: msgId, clientMsgId: 'mine-1' };
        const reply = await other.ask('party:chat', sent);
        assert.equal(reply.clientMsgId, 'mine-1');
        const { data } = await host.event('party:chat', 0, is('The gardener'));
        assert.equal(data.msgId, reply.msgId);
        assert.equal(data.clientMsgId, 'mine-1');
        assert.equal(data.replyTo.msgId, msgId);
        assert.ok(
            data.replyTo.excerpt.startsWith('Who is that') && data.replyTo.excerpt.length <= 80,
        );
    });

    test('texts are cleaned but never changed into HTML', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        for (const [sent, seen] of [
            ['  hello  ', 'hello'],
            ['a\u0001b\u0007c', 'abc'],
            ['one\r\ntwo', 'one\ntwo'],
            ['cafe\u0301 \uFB01', 'caf\u00E9 \uFB01'],
            ['<script>alert("x")</script>&amp;', '<script>alert("x")</script>&amp;'],
            ['x'.repeat(500), 'x'.repeat(500)],
            [
                '\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u0645\u0631\u062D\u0628\u0627',
                '\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u0645\u0631\u062D\u0628\u0627',
            ],
        ]) {
            const mark = other.mark;
            await host.ask('party:chat', { message: sent });
            const { data } = await other.event('party:chat', mark);
            assert.equal(data.message, seen, JSON.stringify(sent));
        }
    });

    test('messages are deleted by their author and by who leads', { skip }, async () => {
        const [host, other, third] = await party(['John', 'Sarah', 'Mary']);
        const { msgId: hers } = await other.ask('party:chat', { message: 'hers' });
        const { msgId: his } = await host.ask('party:chat', { message: 'his' });
        assert.equal(
            (await third.refused('party:chat:delete', { msgId: hers })).code,
            'not_allowed',
        );
        assert.equal(
            (await other.refused('party:chat:delete', { msgId: his })).code,
            'not_allowed',
        );
        await other.ask('party:chat:delete', { msgId: hers });
        const { data } = await third.event('party:chat:updated');
        assert.deepEqual([data.msgId, data.deleted, data.by], [hers, true, other.me]);
        const { msgId: another } = await other.ask('party:chat', { message: 'another' });
        await host.ask('party:chat:pin', { msgId: another });
        await third.event('party:chat:updated', 0, (one) => one.pinned === true);
        await host.ask('party:chat:delete', { msgId: another });
        const { chatTail } = await third.ask('party:snapshot', {});
        assert.deepEqual(
            chatTail.map((one) => one.message),
            ['his'],
        );
        await host.ask('party:chat:clear', {});
        await third.event('party:chat:cleared');
        assert.deepEqual((await third.ask('party:snapshot', {})).chatTail, []);
    });

    test('reactions are counted once a member', { skip }, async () => {
        const guests = await party(['John', 'Sarah', 'Mary']);
        const { msgId } = await guests[0].ask('party:chat', { message: 'like it?' });
        await Promise.all(
            guests.map((guest) => guest.ask('party:react', { msgId, emoji: '❤', on: true })),
        );
        await guests[1].ask('party:react', { msgId, emoji: '❤', on: true });
        await Promise.all(
            guests.map((guest) => guest.event('party:reacted', 0, (data) => data.count === 3)),
        );
        const { mark } = guests[0];
        await guests[1].ask('party:react', { msgId, emoji: '❤', on: false });
        await guests[0].event(
            'party:reacted',
            mark,
            (data) => data.memberId === guests[1].me && data.count === 2,
        );
        const { chatTail } = await guests[2].ask('party:snapshot', {});
        assert.deepEqual(
            chatTail[0].reactions.map((one) => [one.emoji, one.count]),
            [['❤', 2]],
        );
        const counts = guests[0].heard('party:reacted').map((one) => one.data.count);
        assert.deepEqual(counts, [1, 2, 3, 2]);
    });

    test('a message has at most twelve kinds of reactions', { skip }, async () => {
        const [host] = await party(['John']);
        const { msgId } = await host.ask('party:chat', { message: 'all of them' });
        const faces = Array.from({ length: 13 }, (_, i) => String.fromCodePoint(0x1f600 + i));
        for (const emoji of faces.slice(0, 12))
            await host.ask('party:react', { msgId, emoji, on: true });
        await host.refused('party:react', { msgId, emoji: faces[12], on: true });
    });

    test('floating reactions are added up', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        for (let n = 0; n < 12; n += 1) (n % 2 ? host : other).say('party:emote', { emoji: '❤' });
        const total = () =>
            host.heard('party:emotes').reduce((sum, one) => sum + (one.data.counts['❤'] ?? 0), 0);
        await service().until('all are counted', () => total() === 12);
        assert.ok(host.heard('party:emotes').length <= 6, 'not each alone');
        assert.equal(host.heard('party:emotes')[0].ver, undefined);
    });

    test('who types is shown to the others', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        other.say('party:typing', { on: true });
        const { data, ver } = await host.event('party:typing');
        assert.deepEqual([data.memberId, data.on, ver], [other.me, true, undefined]);
    });

    test('who is muted neither writes nor reacts', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const { msgId } = await host.ask('party:chat', { message: 'quiet' });
        await host.ask('party:mute', { memberId: other.me, minutes: 5 });
        const updated = await host.event('party:user_updated');
        assert.ok(updated.data.mutedUntil > Date.now());
        assert.equal((await other.refused('party:chat', { message: 'no!' })).code, 'muted');
        assert.equal(
            (await other.refused('party:react', { msgId, emoji: '❤', on: true })).code,
            'muted',
        );
        await other.ask('party:leave', {});
        await service().join(other, { roomId: host.room });
        assert.equal((await other.refused('party:chat', { message: 'again' })).code, 'muted');
        await host.ask('party:mute', { memberId: other.me, minutes: 0 });
        await other.ask('party:chat', { message: 'thanks' });
    });

    test('slow mode makes all but hosts wait', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:update', { settings: { slowModeSec: 2 } });
        await other.ask('party:chat', { message: 'one' });
        const refused = await other.refused('party:chat', { message: 'two' });
        assert.equal(refused.code, 'slow_mode');
        assert.ok(refused.retryAfterMs > 0 && refused.retryAfterMs <= 2000);
        await host.ask('party:chat', { message: 'a' });
        await host.ask('party:chat', { message: 'b' });
        await pause(refused.retryAfterMs + 50);
        await other.ask('party:chat', { message: 'two' });
    });

    test('who may write is set', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const allow = (chat) => host.ask('party:update', { settings: { chat } });
        await allow('hosts');
        assert.equal(
            (await other.refused('party:chat', { message: 'x' })).details.permission,
            'chat',
        );
        await allow('off');
        assert.equal((await other.refused('party:chat', { message: 'x' })).code, 'chat_disabled');
        assert.equal((await host.refused('party:chat', { message: 'x' })).code, 'chat_disabled');
        await allow('everyone');
        await other.ask('party:chat', { message: 'x' });
    });

    test('words and links are kept out, repetitions too', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const settings = { links: 'hosts', blockedWords: ['spoiler'] };
        await host.ask('party:update', { settings });
        const rejected = async (message) =>
            assert.equal((await other.refused('party:chat', { message })).code, 'message_rejected');
        await rejected('see https://evil.example/x');
        await rejected('A SPOILER!');
        await other.ask('party:chat', { message: 'spoilers are fine' });
        await host.ask('party:chat', { message: 'see https://good.example' });
        await other.ask('party:chat', { message: 'same' });
        await other.ask('party:chat', { message: 'same' });
        await rejected('same');
    });

    test('announcements are heard by all', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        await host.ask('party:announce', { text: 'We begin at nine' });
        assert.equal((await other.event('party:announce')).data.text, 'We begin at nine');
    });

    test('a message that was reported is kept for the moderators', { skip }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        const { msgId } = await host.ask('party:chat', {
            message: "it's rude'; drop table users;--",
        });
        await other.ask('party:report_msg', { msgId, reason: 'rude' });
        const found = await service().until('the report is stored', () =>
            service().sql(
                `select message || '|' || reason from party_reports where reporter_id = '${other.person.user.id}'`,
            ),
        );
        assert.equal(found, "it's rude'; drop table users;--|rude");
    });

    test('the last two hundred messages are kept', { skip, timeout: 120_000 }, async () => {
        const [host, other] = await party(['John', 'Sarah']);
        for (let n = 0; n < 230; n += 1) await host.ask('party:chat', { message: `n${n}` });
        await other.event('party:chat', 0, is('n229'));
        let count = 0;
        let before;
        for (let more = true; more;) {
            const page = await other.ask('party:chat:history', {
                ...(before && { before }),
                limit: 50,
            });
            count += page.messages.length;
            before = page.messages[0]?.msgId;
            more = page.hasMore;
        }
        assert.equal(count, 200);
    });
}
