// Whatever members on two nodes do at the same time, and however often they lose their connections,
// all end with the same room, told in versions without gaps. PARTY_SEED repeats a run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pause } from './guest.mjs';
import { Member, converge } from './member.mjs';
import { skip, start_service } from './service.mjs';
import { random_numbers } from './virtual_time.mjs';

const seed = Number(process.env.PARTY_SEED ?? Date.now() % 1_000_000);
const rounds = Number(process.env.PARTY_ROUNDS ?? 4);
const steps = 60;

let service;
before(async () => !skip && (service = await start_service()), { timeout: 120_000 });
after(() => service?.stop());
if (skip) console.log(`SKIPPED tests/party/property_test.mjs: ${skip}`);

// What somebody may come up with, by what is known of the room.
function ideas({ integer, pick, chance }) {
    const someone = ({ model }) => pick([...model.members.keys()]);
    const item = ({ model }) => pick(model.queue.length > 0 ? model.queue : ['none']);
    const message = ({ model }) => pick([...model.chat.keys(), 'none']);
    const time = () => integer(7000);
    return {
        'party:play': () => (chance(0.5) ? {} : { currentTime: time() }),
        'party:pause': () => (chance(0.5) ? {} : { positionMs: time() * 1000 }),
        'party:seek': () => ({ currentTime: time(), ...(chance(0.3) && { play: chance(0.5) }) }),
        'party:rate': () => ({ rate: pick([0.5, 1, 1.25, 2]) }),
        'party:media': () => ({
            media: { title: `Film ${integer(9)}`, durationMs: 7_200_000 },
            autoplay: chance(0.5),
        }),
        'party:stop': () => ({}),
        'party:ready': ({ model }) => ({
            ver: model.ver,
            mediaSeq: model.state.mediaSeq,
            positionMs: model.state.positionMs,
            bufferedMs: 9000,
        }),
        'party:buffering': ({ model }) => ({
            buffering: chance(0.5),
            positionMs: 0,
            ver: model.ver,
        }),
        'party:blocked': () => (chance(0.5) ? { reason: 'autoplay' } : {}),
        'party:ignore_wait': () => ({ on: chance(0.5) }),
        'party:chat': () => ({ message: `word ${integer(1e9)}` }),
        'party:chat:delete': (member) => ({ msgId: message(member) }),
        'party:chat:pin': (member) => ({ msgId: message(member), on: chance(0.7) }),
        'party:chat:clear': () => ({}),
        'party:react': (member) => ({
            msgId: message(member),
            emoji: pick(['❤', '👍', '😂']),
            on: chance(0.7),
        }),
        'party:host': (member) => ({ memberId: someone(member) }),
        'party:role': (member) => ({
            memberId: someone(member),
            role: pick(['cohost', 'dj', 'member']),
        }),
        'party:rename': () => ({ userName: `Name ${integer(5)}` }),
        'party:mute': (member) => ({ memberId: someone(member), minutes: integer(2) }),
        'party:lock': () => ({ locked: chance(0.3) }),
        'party:update': () => ({
            settings: pick([
                { title: `Title ${integer(9)}` },
                { control: pick(['host', 'cohosts', 'everyone']) },
                { waitPolicy: pick(['off', 'grace', 'strict']) },
                { seekControl: 'everyone' },
            ]),
        }),
        'party:queue:add': () => ({
            items: Array.from({ length: 1 + integer(2) }, () => ({
                title: `Item ${integer(1e6)}`,
            })),
            position: pick(['end', 'next']),
        }),
        'party:queue:remove': (member) => ({ itemId: item(member) }),
        'party:queue:move': (member) => ({ itemId: item(member), toIndex: integer(10) }),
        'party:queue:next': () => ({}),
        'party:queue:prev': () => ({}),
        'party:queue:shuffle': () => ({}),
        'party:queue:clear': () => (chance(0.2) ? {} : { never: true }),
        'party:queue:mode': () => ({ mode: pick(['manual', 'vote', 'loop']) }),
        'party:vote': (member) => ({ itemId: item(member), on: chance(0.7) }),
        'party:vote_skip': () => ({ on: chance(0.5) }),
        'party:poll:create': () => ({ question: 'Well?', options: ['a', 'b', 'c'], ttlSec: 10 }),
        'party:poll:vote': ({ model }) => ({
            pollId: model.poll?.pollId ?? 'none',
            option: integer(3),
        }),
        'party:poll:close': ({ model }) => ({ pollId: model.poll?.pollId ?? 'none' }),
        'sync:stats': () => ({
            offsetMs: 0,
            rttMs: integer(300),
            jitterMs: integer(20),
            samples: 5,
        }),
    };
}

function dice(random) {
    const integer = (below) => Math.floor(random() * below);
    return {
        integer,
        pick: (list) => list[integer(list.length)],
        chance: (part) => random() < part,
    };
}

async function wander(member, number) {
    const tools = dice(random_numbers(number).next);
    const all = ideas(tools);
    const types = Object.keys(all);
    const said = [];
    for (let step = 0; step < steps; step += 1) {
        member.listen();
        if (tools.chance(0.04)) {
            await member.lose_connection();
            await pause(tools.integer(60));
            await member.come_back(1 + tools.integer(2));
            continue;
        }
        const type = tools.pick(types);
        const data = all[type](member);
        if (data.never) continue;
        const asked = member.command(type, data);
        if (tools.chance(0.6)) await asked;
        else said.push(asked);
    }
    await Promise.all(said);
}

for (let round = 0; round < rounds; round += 1) {
    const number = seed + round;
    test(
        `a room is one for all its members, seed ${number}`,
        { skip, timeout: 120_000 },
        async () => {
            const people = await service.people('Ann', 'Ben', 'Cleo', 'Dan', 'Eve');
            const members = people.map((person, i) => {
                const features = i % 2 ? ['state'] : ['state', 'ready'];
                return new Member(service, person, `device-${i}`, { node: 1 + (i % 2), features });
            });
            const [host, ...others] = members;
            const room = await host.create({ settings: { control: 'everyone' } });
            for (const member of others) await member.join(room);
            await Promise.all(members.map((member, i) => wander(member, number * 10 + i)));
            await converge(service, members);
            for (const { codes, resumed, recovered } of members) {
                for (const code of [
                    'internal',
                    'unavailable',
                    'not_in_room',
                    'bad_request',
                ]) {
                    assert.equal(codes.get(code), undefined, `${code} with seed ${number}`);
                }
                assert.equal(recovered, resumed, 'short absences are recovered whole');
            }
        },
    );
}
