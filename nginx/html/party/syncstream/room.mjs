// What a client knows of its room: a plain value, made from a snapshot and changed by events in their
// order. Pure functions.

const chat_kept = 200;

/**
 * @typedef {object} Room
 * @property {string} roomId
 * @property {string} epoch
 * @property {number} ver
 * @property {import('./timeline.mjs').PlaybackState} state
 * @property {object} settings
 * @property {object[]} members in the order of their coming
 * @property {string} hostId
 * @property {string} me member id
 * @property {object[]} chat the last messages, oldest first
 * @property {object} queue
 * @property {object} votes
 * @property {string|null} ended why
 */

/**
 * @param {object} snapshot data of `party:snapshot`, with its roomId
 * @param {Room|null} [before] of the same room: what no snapshot has is kept
 * @returns {Room}
 */
export function room_from(snapshot, before = null) {
    const { chatTail = [], youAre, queue = [], votes = {}, state, ...rest } = snapshot;
    return {
        ...before,
        ...rest,
        state: { ...state, epoch: snapshot.epoch, ver: state?.ver ?? snapshot.ver },
        members: snapshot.members ?? [],
        me: youAre?.memberId ?? youAre ?? before?.me,
        queue,
        votes,
        chat: chatTail,
        ended: null,
    };
}

const replace = (list, key, value) =>
    list.map((one) => (one[key] === value[key] ? { ...one, ...value } : one));

function with_member(members, member) {
    const known = members.some((one) => one.memberId === member.memberId);
    return known ? replace(members, 'memberId', member) : [...members, member];
}

function with_reaction(chat, { msgId, emoji, count }) {
    return chat.map((message) => {
        if (message.msgId !== msgId) return message;
        const others = (message.reactions ?? []).filter((one) => one.emoji !== emoji);
        return { ...message, reactions: count > 0 ? [...others, { emoji, count }] : others };
    });
}

const without_text = ({ deleted, ...rest }) => (deleted ? { ...rest, deleted, message: '' } : rest);

function with_host(members, { hostId, previousId }) {
    return members.map((member) => {
        if (member.memberId === hostId) return { ...member, role: 'host' };
        if (member.memberId === previousId && member.role === 'host')
            return { ...member, role: 'member' };
        return member;
    });
}

// What each event changes. One that is not here changes nothing that is kept.
const changes = {
    'party:state': (room, data, { epoch, ver }) => ({ state: { ...data, epoch, ver } }),
    'party:user_joined': ({ members }, { member }) => ({ members: with_member(members, member) }),
    'party:user_updated': ({ members }, data) => ({
        members: replace(members, 'memberId', data.member ?? data),
    }),
    'party:user_left': ({ members }, { memberId }) => ({
        members: members.filter((one) => one.memberId !== memberId),
    }),
    'party:host_changed': ({ members }, data) => ({
        hostId: data.hostId,
        members: with_host(members, data),
    }),
    'party:updated': ({ settings }, data) => ({
        settings: { ...settings, ...(data.settings ?? data) },
    }),
    'party:chat': ({ chat }, message) => ({ chat: [...chat, message].slice(-chat_kept) }),
    'party:chat:updated': ({ chat }, data) => ({
        chat: replace(chat, 'msgId', without_text(data)),
    }),
    'party:chat:cleared': () => ({ chat: [] }),
    'party:reacted': ({ chat }, data) => ({ chat: with_reaction(chat, data) }),
    'party:queue': ({ queue }, data) => ({ queue: data.items ? data : queue }),
    'party:votes': ({ votes }, data) => ({ votes: data.votes ?? data }),
    'party:ended': (room, { reason }) => ({ ended: reason }),
};

/**
 * @param {Room} room
 * @param {{type: string, epoch: string, ver: number, data: object}} message an event of this room
 * @returns {Room}
 */
export function apply(room, message) {
    const change = changes[message.type];
    const { epoch, ver } = message;
    return { ...room, epoch, ver, ...change?.(room, message.data ?? {}, message) };
}

/** Who this client is in the room, or undefined. */
export function myself({ members, me }) {
    return members.find((one) => one.memberId === me);
}

/**
 * Whether the server would let this client steer; it decides, this only says which buttons to show.
 * @param {Room} room
 * @param {'play'|'seek'|'lead'} what play and pause; seek; or what only hosts do
 */
export function may(room, what) {
    const role = myself(room)?.role ?? 'viewer';
    if (role === 'host') return true;
    if (what === 'lead' || role === 'viewer') return false;
    const { control, seekControl } = room.settings ?? {};
    const allowed = (what === 'seek' && seekControl) || control;
    return allowed === 'everyone' || (allowed === 'cohosts' && role === 'cohost');
}
