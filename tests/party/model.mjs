// What a room must look like by all that one member was told of it, kept apart from the shipped client
// so that each can prove the other wrong. Versions have to follow on each other without a gap.
import assert from 'node:assert/strict';

const by_id = (list, id) => new Map(list.map((one) => [one[id], one]));

const without = (map, id) => {
    map.delete(id);
    return map;
};

const changes = {
    'party:state': (room, data) => (room.state = data),
    'party:user_joined': (room, { member }) => room.members.set(member.memberId, member),
    'party:user_updated': (room, { member }) => room.members.set(member.memberId, member),
    'party:user_left': (room, { memberId }) => without(room.members, memberId),
    'party:host_changed': (room, { hostId }) => (room.host = hostId ?? null),
    'party:updated': (room, { settings }) => (room.settings = settings),
    'party:queue': (room, { items, currentId, mode }) => {
        assert.ok(items, 'queues of up to 30 items are told whole');
        room.queue = items.map((one) => one.itemId);
        room.votes = Object.fromEntries(items.map((one) => [one.itemId, one.votes.length]));
        room.current = currentId ?? null;
        room.mode = mode;
    },
    'party:votes': (room, votes) => Object.assign(room.votes, votes),
    'party:poll': (room, poll) => (room.poll = poll.open ? poll : null),
    'party:chat': (room, message) =>
        room.chat.set(message.msgId, { ...message, reactions: new Map() }),
    'party:chat:updated': (room, { msgId, deleted, pinned }) => {
        if (deleted) room.chat.delete(msgId);
        else room.chat.get(msgId).pinned = pinned;
    },
    'party:chat:cleared': (room) => room.chat.clear(),
    'party:reacted': (room, { msgId, emoji, count }) => {
        const { reactions } = room.chat.get(msgId);
        if (count > 0) reactions.set(emoji, count);
        else reactions.delete(emoji);
    },
    'party:waiting': (room, { ver, reason, missing, deadlineServerMs }) => {
        room.state = { ...room.state, wait: { ver, reason, missing, deadlineServerMs } };
    },
};

// Ids grow with time; two nodes may publish two messages of one moment the other way round.
const by_message = (one, other) => (one.msgId < other.msgId ? -1 : 1);

function chat_of(messages) {
    return by_id(
        messages.map((one) => ({
            ...one,
            reactions: new Map(one.reactions.map(({ emoji, count }) => [emoji, count])),
        })),
        'msgId',
    );
}

export class Model {
    epochs = 0;

    constructor(snapshot) {
        this.take_snapshot(snapshot);
    }

    take_snapshot(all) {
        if (this.epoch === all.epoch) {
            assert.ok(all.ver >= this.ver, `back from ${this.ver} to ${all.ver} within an epoch`);
        } else {
            this.epochs += 1;
        }
        this.epoch = all.epoch;
        this.ver = all.ver;
        this.state = all.state;
        this.members = by_id(all.members, 'memberId');
        this.host = all.hostId ?? null;
        this.settings = all.settings;
        this.queue = all.queue.map((one) => one.itemId);
        this.votes = { ...all.votes };
        this.current = all.currentId ?? null;
        this.mode = all.queueMode;
        this.poll = all.poll ?? null;
        this.chat = chat_of(all.chatTail);
    }

    take_event({ type, epoch, ver, data }) {
        assert.equal(epoch, this.epoch, `${type} of another epoch`);
        assert.equal(ver, this.ver + 1, `${type} does not follow`);
        this.ver = ver;
        changes[type]?.(this, data);
    }

    // All that can be compared, at a time of the server; chat as far as snapshots go back.
    view(time) {
        const { state } = this;
        const moves = state.status === 'playing' && time > state.anchorServerMs;
        const position = moves
            ? state.positionMs + (time - state.anchorServerMs) * state.rate
            : state.positionMs;
        return {
            status: state.status,
            position: Math.round(position / 20),
            rate: state.rate,
            media: state.media ?? null,
            media_seq: state.mediaSeq,
            missing: state.wait ? [...state.wait.missing].sort() : null,
            members: [...this.members.values()]
                .map(({ memberId, userName, role, status }) => ({
                    memberId,
                    userName,
                    role,
                    status,
                }))
                .sort((one, other) => (one.memberId < other.memberId ? -1 : 1)),
            host: this.host,
            settings: this.settings,
            queue: this.queue,
            votes: Object.fromEntries(this.queue.map((id) => [id, this.votes[id] ?? 0])),
            current: this.current,
            mode: this.mode,
            poll: this.poll && { ...this.poll, endsAt: 0 },
            chat: [...this.chat.values()]
                .sort(by_message)
                .slice(-50)
                .map(({ msgId, message, pinned, reactions }) => ({
                    msgId,
                    message,
                    pinned: Boolean(pinned),
                    reactions: [...reactions].sort(),
                })),
        };
    }
}
