// All messages that clients send in a party: what is right, what is wrong with which field, and whose
// permission it takes.
const media = { kind: 'movie', contentKey: 'tmdb:603', title: 'The Film', durationMs: 7_200_000 };
const someone = { memberId: 'nobody' };
const item = { itemId: 'nothing' };
const message = { msgId: 'nothing' };

const times = [
    [{ currentTime: 'soon' }, 'currentTime'],
    [{ positionMs: {} }, 'positionMs'],
];
const removals = [
    [{}, 'memberId'],
    [{ memberId: 7 }, 'memberId'],
    [{ ...someone, minutes: -1 }, 'minutes'],
    [{ ...someone, reason: 'x'.repeat(201) }, 'reason'],
];

// { type: { right, wrong: [[data, field]...], needs: permission that a plain member lacks,
//   viewer: permission that only a viewer lacks } }
export const catalogue = {
    'party:play': { right: { currentTime: 5 }, wrong: times, needs: 'play_pause' },
    'party:pause': { right: { positionMs: 5000 }, wrong: times, needs: 'play_pause' },
    'party:seek': {
        right: { currentTime: 5 },
        wrong: [...times, [{ currentTime: 5, play: 'yes' }, 'play']],
        needs: 'seek',
    },
    'party:rate': {
        right: { rate: 1.25 },
        wrong: [
            [{}, 'rate'],
            [{ rate: 'fast' }, 'rate'],
            [{ rate: 0.49 }, 'rate'],
            [{ rate: 2.01 }, 'rate'],
        ],
        needs: 'rate',
    },
    'party:media': {
        right: { media, autoplay: false },
        wrong: [
            [{}, 'media'],
            [{ media: 'film' }, 'media'],
            [{ media: { kind: 'movie' } }, 'media.title'],
            [{ media: { ...media, kind: 'opera' } }, 'media.kind'],
            [{ media: { ...media, durationMs: 0 } }, 'media.durationMs'],
            [{ media: { ...media, contentKey: 'http://me:pass@host/1.ts' } }, 'media.contentKey'],
            [{ media: { ...media, posterUrl: 'javascript:alert(1)' } }, 'media.posterUrl'],
            [{ media: { ...media, title: 'x'.repeat(201) } }, 'media.title'],
        ],
        needs: 'media',
    },
    'party:stop': { right: {}, wrong: [], needs: 'media' },
    'party:ready': {
        right: { ver: 1, mediaSeq: 0, bufferedMs: 9000, positionMs: 0 },
        wrong: [
            [{}, 'ver'],
            [{ ver: 'x', mediaSeq: 0, bufferedMs: 1, positionMs: 1 }, 'ver'],
            [{ ver: 1, mediaSeq: 1, positionMs: 1 }, 'bufferedMs'],
        ],
    },
    'party:buffering': {
        right: { buffering: false, positionMs: 0, ver: 1 },
        wrong: [[{ buffering: 'no' }, 'buffering']],
    },
    'party:ignore_wait': { right: { on: false }, wrong: [[{ on: 1 }, 'on']] },
    'party:blocked': { right: { reason: 'autoplay' }, wrong: [[{ reason: 'tired' }, 'reason']] },
    'party:media_match': {
        right: { mediaSeq: 1, found: true },
        wrong: [[{ found: true }, 'mediaSeq']],
    },
    'party:chat': {
        right: { message: 'Hello' },
        wrong: [
            [{}, 'message'],
            [{ message: 5 }, 'message'],
            [{ message: ' \n ' }, 'message'],
            [{ message: 'x'.repeat(501) }, 'message'],
            [{ message: '1\n2\n3\n4\n5\n6\n7' }, 'message'],
            [{ message: 'Hello', replyTo: 5 }, 'replyTo'],
        ],
        viewer: 'chat',
    },
    'party:chat:history': {
        right: { limit: 10 },
        wrong: [
            [{ limit: 0 }, 'limit'],
            [{ limit: 51 }, 'limit'],
            [{ before: 5 }, 'before'],
        ],
    },
    'party:chat:delete': { right: message, wrong: [[{}, 'msgId']] },
    'party:chat:pin': { right: message, wrong: [[{}, 'msgId']], needs: 'mute' },
    'party:chat:clear': { right: {}, wrong: [], needs: 'settings' },
    'party:react': {
        right: { ...message, emoji: '❤', on: true },
        wrong: [
            [{ emoji: '❤' }, 'msgId'],
            [{ ...message, emoji: 'love' }, 'emoji'],
            [{ ...message, emoji: '<b>' }, 'emoji'],
        ],
        viewer: 'react',
    },
    'party:announce': {
        right: { text: 'Listen' },
        wrong: [
            [{}, 'text'],
            [{ text: 'x'.repeat(201) }, 'text'],
        ],
        needs: 'settings',
    },
    'party:report_msg': {
        right: { ...message, reason: 'rude' },
        wrong: [
            [{ reason: 'rude' }, 'msgId'],
            [message, 'reason'],
        ],
    },
    'party:host': { right: someone, wrong: [[{}, 'memberId']], needs: 'promote' },
    'party:role': {
        right: { ...someone, role: 'dj' },
        wrong: [
            [someone, 'role'],
            [{ ...someone, role: 'king' }, 'role'],
            [{ ...someone, role: 'host' }, 'role'],
        ],
        needs: 'promote',
    },
    'party:kick': { right: someone, wrong: removals, needs: 'kick' },
    'party:ban': { right: someone, wrong: removals, needs: 'ban' },
    'party:unban': { right: { userId: 'nobody' }, wrong: [[{}, 'userId']], needs: 'ban' },
    'party:mute': {
        right: { ...someone, minutes: 5 },
        wrong: [
            [{ minutes: 5 }, 'memberId'],
            [{ ...someone, minutes: -5 }, 'minutes'],
        ],
        needs: 'mute',
    },
    'party:lock': {
        right: { locked: false },
        wrong: [[{ locked: 'yes' }, 'locked']],
        needs: 'lock',
    },
    'party:update': {
        right: { slowModeSec: 0 },
        wrong: [
            [{ visibility: 'secret' }, 'visibility'],
            [{ slowModeSec: 61 }, 'slowModeSec'],
            [{ title: 'x'.repeat(81) }, 'title'],
            [{ waitPolicy: 'always' }, 'waitPolicy'],
            [{ capacity: 0 }, 'capacity'],
        ],
        inside: 'settings',
        needs: 'settings',
    },
    'party:rename': {
        right: { userName: 'Johnny' },
        wrong: [
            [{}, 'userName'],
            [{ userName: 'J' }, 'userName'],
            [{ userName: 'x'.repeat(33) }, 'userName'],
        ],
    },
    'party:invite:create': {
        right: { role: 'member', maxUses: 1, ttlSec: 60 },
        wrong: [
            [{ role: 'king' }, 'role'],
            [{ maxUses: 101 }, 'maxUses'],
            [{ ttlSec: 59 }, 'ttlSec'],
            [{ ttlSec: 604_801 }, 'ttlSec'],
        ],
        needs: 'invite',
    },
    'party:invite:list': { right: {}, wrong: [], needs: 'invite' },
    'party:invite:revoke': { right: { code: 'K7QX-92MD' }, wrong: [], needs: 'invite' },
    'party:admit': {
        right: { knockId: 'nobody', allow: true },
        wrong: [
            [{ allow: true }, 'knockId'],
            [{ knockId: 'nobody', allow: true, role: 'king' }, 'role'],
        ],
        needs: 'admit',
    },
    'party:queue:add': {
        right: { items: [media] },
        wrong: [
            [{}, 'items'],
            [{ items: [] }, 'items'],
            [{ items: Array(21).fill({ title: 'x' }) }, 'items'],
            [{ items: [{}] }, 'items[0].title'],
            [{ items: [media], position: 'first' }, 'position'],
        ],
        viewer: 'queue_add',
    },
    'party:queue:remove': { right: item, wrong: [[{}, 'itemId']] },
    'party:queue:move': {
        right: { ...item, toIndex: 0 },
        wrong: [[{ ...item, toIndex: -1 }, 'toIndex']],
        needs: 'queue_order',
    },
    'party:queue:clear': { right: {}, wrong: [], needs: 'queue_remove' },
    'party:queue:next': {
        right: {},
        wrong: [[{ expectItemId: 5 }, 'expectItemId']],
        needs: 'queue_order',
    },
    'party:queue:prev': { right: {}, wrong: [], needs: 'queue_order' },
    'party:queue:shuffle': { right: {}, wrong: [], needs: 'queue_order' },
    'party:queue:mode': {
        right: { mode: 'manual' },
        wrong: [[{ mode: 'random' }, 'mode']],
        needs: 'queue_order',
    },
    'party:queue:suggest': {
        right: { item: { title: 'Another' } },
        wrong: [[{ item: {} }, 'item.title']],
        viewer: 'vote',
    },
    'party:vote': {
        right: { ...item, on: true },
        wrong: [[{ on: true }, 'itemId']],
        viewer: 'vote',
    },
    'party:vote_skip': { right: { on: true }, wrong: [[{ on: 'yes' }, 'on']], viewer: 'vote' },
    'party:poll:create': {
        right: { question: 'What?', options: ['a', 'b'], ttlSec: 10 },
        wrong: [
            [{ question: 'What?', options: ['a'] }, 'options'],
            [{ question: 'What?', options: Array(7).fill('a') }, 'options'],
            [{ options: ['a', 'b'] }, 'question'],
            [{ question: 'What?', options: ['a', 'b'], ttlSec: 1 }, 'ttlSec'],
        ],
        needs: 'media',
    },
    'party:poll:vote': {
        right: { pollId: 'none', option: 0 },
        wrong: [[{ pollId: 'none', option: 6 }, 'option']],
        viewer: 'vote',
    },
    'party:poll:close': { right: { pollId: 'none' }, wrong: [[{}, 'pollId']], needs: 'media' },
    'party:end': { right: {}, wrong: [], needs: 'end' },
    'party:leave': { right: {}, wrong: [] },
    'party:snapshot': { right: {}, wrong: [] },
};
