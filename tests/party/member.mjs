// A member of a party who keeps a model of it from all that is heard, loses the connection when told
// to, and comes back by resuming on whichever node. For tests of what goes on over a long time.
import assert from 'node:assert/strict';
import { Refusal } from './guest.mjs';
import { Model } from './model.mjs';

export class Member {
    resumed = 0;
    recovered = 0;
    codes = new Map();
    #at = 0;

    constructor(service, person, device, { features, node } = {}) {
        Object.assign(this, { service, person, device, features, node });
    }

    async connect() {
        const { node, device, features } = this;
        this.guest = await this.service.connect(this.person, { node, device, features });
        this.#at = 0;
        return this.guest;
    }

    async create(data) {
        await this.connect();
        const made = await this.guest.ask('party:create', { userName: this.person.name, ...data });
        this.room = made.roomId;
        this.me = made.member.memberId;
        this.model = new Model(await this.guest.ask('party:snapshot', {}));
        this.#skip_to_now();
        return made.roomId;
    }

    // Events that the snapshot of the reply includes already are not repeated after it.
    async join(room) {
        await this.connect();
        await this.#enter(room);
    }
    async #enter(room) {
        const mark = this.guest.mark;
        const joined = await this.guest.reply('party:join', {
            roomId: room,
            userName: this.person.name,
        });
        this.room = room;
        this.me = joined.data.member.memberId;
        if (this.model) this.model.take_snapshot(joined.data.snapshot);
        else this.model = new Model(joined.data.snapshot);
        this.#at = this.guest.got.indexOf(joined, mark) + 1;
    }
    #skip_to_now() {
        this.#at = this.guest.mark;
    }

    // Takes in all that was heard until now.
    listen() {
        for (; this.#at < this.guest.got.length; this.#at += 1) {
            const message = this.guest.got[this.#at];
            if (
                message.type === 'party:snapshot' &&
                message.data?.epoch &&
                message.id === undefined
            ) {
                this.model.take_snapshot(message.data);
            } else if (message.room === this.room && message.ver > 0 && message.epoch) {
                if (
                    !['party:play', 'party:pause', 'party:seek', 'party:sync'].includes(
                        message.type,
                    )
                ) {
                    this.model.take_event(message);
                }
            }
        }
    }

    // Asks; refusals are noted by their codes. Null when it was refused, or nobody knows because the
    // connection was lost.
    async command(type, data, more) {
        const { guest } = this;
        try {
            return await guest.ask(type, data, more);
        } catch (error) {
            if (error instanceof Refusal) {
                this.codes.set(error.code, (this.codes.get(error.code) ?? 0) + 1);
            } else if (guest.socket.readyState === 1) {
                throw error;
            }
            return null;
        }
    }

    async lose_connection() {
        await this.guest.drop();
        this.listen();
    }

    // Whether nothing had to be told anew.
    async come_back(node = this.node) {
        const { sessionId, resumeToken } = this.guest.hello;
        this.node = node;
        const { epoch, ver } = this.model;
        await this.connect();
        const mark = this.guest.mark;
        const wanted = {
            sessionId,
            resumeToken,
            streams: [{ name: `room:${this.room}`, epoch, ver }],
        };
        const reply = await this.guest.reply('session:resume', wanted);
        const [stream] = reply.data.streams;
        this.resumed += 1;
        this.#at = this.guest.got.indexOf(reply, mark) + 1;
        if (stream.recovered) {
            this.recovered += 1;
            for (const event of stream.events) this.model.take_event(event);
            assert.equal(this.model.ver, stream.toVer);
            return true;
        }
        await this.guest
            .until((one) => one.type === 'party:snapshot' || one.data?.code === 'not_in_room', {
                mark,
                ms: 3000,
            })
            .catch(() => this.#enter(this.room));
        this.listen();
        return false;
    }
}

// Waits until all members have been told the same, and compares it with what each is told anew.
export async function converge(service, members) {
    let last;
    const same = async () => {
        const fresh = await Promise.all(
            members.map((member) =>
                member.guest.reply('party:snapshot', {}, { id: `c${Math.random()}`.slice(0, 30) }),
            ),
        );
        for (const member of members) member.listen();
        last = fresh;
        return (
            fresh.every(
                ({ data }) => data.ver === fresh[0].data.ver && data.epoch === fresh[0].data.epoch,
            ) &&
            members.every(({ model }) => model.ver === fresh[0].data.ver) &&
            fresh
        );
    };
    const fresh = await service
        .until('all members know the same version', same, 30_000)
        .catch((error) => {
            const known = members.map(({ model }) => `${model.epoch}:${model.ver}`);
            const told = last?.map(({ data }) => `${data.epoch}:${data.ver}`);
            throw new Error(`${error.message}: members ${known}, snapshots ${told}`);
        });
    const time = Math.max(...fresh.map((one) => one.ts));
    const truth = new Model(fresh[0].data).view(time);
    for (const [i, member] of members.entries()) {
        const anew = new Model(fresh[i].data).view(time);
        const known = member.model.view(time);
        for (const view of [anew, known]) {
            assert.ok(Math.abs(view.position - truth.position) <= 1, 'positions');
            assert.deepEqual({ ...view, position: 0 }, { ...truth, position: 0 });
        }
    }
    return truth;
}
