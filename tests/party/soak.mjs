// Hundreds of people who come, go, lose their connections, talk and seek for as long as one likes, and
// then end their rooms. Is anything left of it? Prints the memory of the party programs and of Redis
// each half minute, and the keys that Redis still has when all that is bound to end has ended. Not a
// test: somebody has to look at the figures. Needs what service.mjs needs.
//
//   SOAK_MINUTES=10 SOAK_PEOPLE=300 SOAK_SEED=1 node tests/party/soak.mjs
import { readFileSync, readdirSync } from 'node:fs';
import { Refusal, pause } from './guest.mjs';
import { skip, start_service } from './service.mjs';
import { random_numbers } from './virtual_time.mjs';

const minutes = Number(process.env.SOAK_MINUTES ?? 10);
const size = Number(process.env.SOAK_PEOPLE ?? 300);
const random = random_numbers(Number(process.env.SOAK_SEED ?? 1));
const room_size = 10;
const between_ms = 2000; // of one person, on average
const sampled_each_ms = 30_000;
const kept_at_most_ms = 20 * 60_000; // a room that nobody ended and nobody is in
const over = new Set(['not_in_room', 'room_not_found', 'room_ended']);

const report = () => ({
    ver: 0,
    positionMs: 0,
    atServerMs: Date.now(),
    status: 'playing',
    rate: 1,
    seeks: 0,
});
const chance = (part) => random.next() < part;
const pick = (list) => list[Math.floor(random.next() * list.length)];
const counts = new Map();
const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);

class Soaker {
    room = null;

    constructor(service, person, rooms) {
        Object.assign(this, { service, person, rooms });
    }

    async live(is_over) {
        while (!is_over()) {
            try {
                if (!this.guest || this.guest.gone) await this.#come();
                else await this.#act();
                count('done');
            } catch (error) {
                count(error instanceof Refusal ? `refused: ${error.code}` : 'lost');
                if (over.has(error.code)) this.room = null;
            }
            if (this.guest) this.guest.got.length = this.guest.texts.length = 0;
            await pause(random.exponential(between_ms));
        }
    }

    // Whoever is host ends the room; the others only hang up.
    async end() {
        if (this.room && this.guest && !this.guest.gone)
            await this.guest.ask('party:end', {}).catch(() => null);
        await this.guest?.close();
    }

    async #come() {
        const before = this.guest?.hello;
        const node = chance(0.2) ? undefined : 1 + Math.floor(random.next() * 2);
        this.guest = await this.service.connect(this.person, { node, features: ['state'] });
        if (!this.room) return;
        const { sessionId, resumeToken } = before;
        const streams = [{ name: `room:${this.room}`, epoch: 'unknown', ver: 0 }];
        await this.guest.ask('session:resume', { sessionId, resumeToken, streams });
        count('resumed');
    }

    async #act() {
        if (!this.room) return this.#enter();
        if (chance(0.05)) return this.#lose();
        if (chance(0.05)) return this.#leave();
        const [type, data] = pick([
            ['party:chat', () => ({ message: `word ${random.next()}` })],
            ['party:chat', () => ({ message: 'and so on '.repeat(20) })],
            ['party:seek', () => ({ currentTime: random.next() * 7000 })],
            ['party:play', () => ({})],
            ['party:pause', () => ({})],
            ['party:report', report],
            ['party:queue:add', () => ({ items: [{ title: 'Film' }] })],
            ['party:queue:clear', () => ({})],
            ['party:rename', () => ({ userName: `Name ${Math.floor(random.next() * 99)}` })],
        ]);
        await this.guest.ask(type, data());
    }

    async #enter() {
        const open = this.rooms.filter((one) => one.people < room_size);
        const known = open.length > 0 && chance(0.9) ? pick(open) : null;
        if (known) return this.#join(known);
        const settings = { control: 'everyone', seekControl: 'everyone' };
        const { roomId } = await this.guest.ask('party:create', { settings });
        this.room = roomId;
        this.rooms.push({ roomId, people: 1 });
        count('rooms');
    }

    async #join(known) {
        try {
            await this.guest.ask('party:join', { roomId: known.roomId, userName: 'Somebody' });
            this.room = known.roomId;
            known.people += 1;
        } catch (error) {
            this.rooms.splice(this.rooms.indexOf(known), 1);
            throw error;
        }
    }

    async #leave() {
        const known = this.rooms.find((one) => one.roomId === this.room);
        if (known) known.people -= 1;
        this.room = null;
        await this.guest.ask(chance(0.1) ? 'party:end' : 'party:leave', {});
    }

    async #lose() {
        await (chance(0.5) ? this.guest.drop() : this.guest.close());
        count('connections lost');
        if (chance(0.3)) this.room = null; // as another device, or for good
    }
}

const resident = (pid) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const figure = (service, name) =>
    Number(new RegExp(`${name}:(\\d+)`).exec(service.redis('info', 'all'))[1]);

function sample(service, pids, began) {
    const at = ((Date.now() - began) / 60_000).toFixed(1);
    const programs = pids.map((pid) => `${resident(pid).toFixed(1)} MiB`).join(', ');
    const redis = (figure(service, 'used_memory') / 1048576).toFixed(1);
    const files = pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length).join(', ');
    const keys = service.redis('dbsize');
    console.log(`${at} min: programs ${programs}, ${files} files; Redis ${redis} MiB, ${keys} keys`);
}

function kinds(service) {
    const found = new Map();
    for (const key of service.redis('--scan', '--pattern', 'p:*').split('\n').filter(Boolean)) {
        const kind = key.replace(/\{[^}]*\}/, '{}').replace(/:cmd:.*|(?<=p:(of|code|ip):).*/, '…');
        found.set(kind, (found.get(kind) ?? 0) + 1);
    }
    return [...found].map(([kind, number]) => `${kind} ${number}`).join(', ') || 'none';
}

async function soak() {
    const service = await start_service();
    const pids = [await service.party_pid(1), await service.party_pid(2)];
    const rooms = [];
    const soakers = [];
    while (soakers.length < size) {
        const people = await service.people(...Array.from({ length: 10 }, () => 'Soaker'));
        soakers.push(...people.map((person) => new Soaker(service, person, rooms)));
    }
    const began = Date.now();
    sample(service, pids, began);
    const sampling = setInterval(() => sample(service, pids, began), sampled_each_ms);
    const is_over = () => Date.now() - began > minutes * 60_000;
    await Promise.all(soakers.map((soaker) => soaker.live(is_over)));
    console.log(`keys with everybody there: ${kinds(service)}`);
    for (const soaker of soakers) await soaker.end();
    console.log(Object.fromEntries([...counts].sort()));
    console.log(`keys at the end: ${kinds(service)}`);
    clearInterval(sampling);
    const given_up = Date.now() + kept_at_most_ms;
    while (kinds(service) !== 'none' && Date.now() < given_up) await pause(sampled_each_ms);
    console.log(`keys at last: ${kinds(service)}`);
    sample(service, pids, began);
    await service.stop();
}

if (skip) console.log(`SKIPPED: ${skip}`);
else await soak();
