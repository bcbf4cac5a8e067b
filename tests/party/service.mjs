// The whole service with its party programs, and people with accounts, for tests that speak to it as
// foreign clients do. Needs a finished build in $BUILD and the packages of tests/clients.
import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
    closeSync,
    existsSync,
    openSync,
    readFileSync,
    readdirSync,
    realpathSync,
    statSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { start_world } from '../clients/world.mjs';
import { Guest, packages, pause } from './guest.mjs';

const program = join(resolve(process.env.BUILD ?? 'build'), 'bin/party');
const missing = [program, join(packages, 'node_modules/ws')].find((path) => !existsSync(path));
export const skip = missing ? `there is no ${missing}` : false;

export const password = 'a-long-walk-home-1';

// Rates of sockets and limits of attempts do not stand in the way unless a test asks for it.
export async function start_service(settings = {}) {
    const world = await start_world({ THROTTLE_MULTIPLIER: 1000, PARTY_NODES: 2, PARTY_THREADS: 2, ...settings });
    const service = new Service(world);
    for (const number of [1, 2]) await service.party_is_up(number);
    return service;
}

export class Service {
    #people = 0;
    #guests = [];
    #more_programs = [];

    constructor(world) {
        this.world = world;
        this.run = realpathSync(join(world.folder, 'run'));
        this.through_nginx = world.api.replace('http', 'ws').replace('/api/v1', '/ws/connect');
        this.origin = world.site;
    }

    async stop() {
        for (const guest of this.#guests) guest.socket.terminate();
        await Promise.all(this.#more_programs.map((end) => end()));
        await this.world.stop();
    }

    // The address of one party program, beside nginx.
    address(program_number) {
        return `ws+unix:${this.run}/party-${program_number}.sock:/ws/connect`;
    }

    party_is_up(number) {
        return this.until(`party ${number} listens`, () =>
            existsSync(`${this.run}/party-${number}.sock`),
        );
    }

    async until(what, holds, ms = 30_000) {
        for (const end = Date.now() + ms; Date.now() < end; await pause(50)) {
            const found = await holds();
            if (found) return found;
        }
        throw new Error(`it never came true that ${what}`);
    }

    // Calls a route; the answer as it is.
    async call(method, path, { token, body, headers = {} } = {}) {
        const answer = await fetch(this.world.api + path, {
            method,
            headers: {
                'Content-Type': 'application/json',
                'Idempotency-Key': randomUUID(),
                ...(token && { Authorization: `Bearer ${token}` }),
                ...headers,
            },
            body: body && JSON.stringify(body),
        });
        const { data, error } = await answer.json();
        return { status: answer.status, data, error };
    }
    async ask(method, path, more) {
        const { status, data, error } = await this.call(method, path, more);
        if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(error)}`);
        return data;
    }

    // { token, refresh, user, profile, email, name }: somebody who has just signed up.
    async person(name = 'Guest') {
        const word = name.toLowerCase().replaceAll(/[^a-z]/g, '');
        const email = `${word}.${(this.#people += 1)}.${process.pid}@example.com`;
        const body = { email, password, full_name: name };
        const data = await this.ask('POST', '/auth/signup', { body });
        const { access_token: token, refresh_token: refresh, user, profile } = data;
        return { token, refresh, user, profile, email, name };
    }
    people(...names) {
        return Promise.all(names.map((name) => this.person(name)));
    }
    // Another session of the same person.
    async sign_in(person) {
        const body = { email: person.email, password };
        const data = await this.ask('POST', '/auth/login', { body });
        return { ...person, token: data.access_token, refresh: data.refresh_token };
    }
    // The same person with a profile of their own making.
    async with_profile(person, profile) {
        const made = await this.ask('POST', '/profiles', { token: person.token, body: profile });
        const path = `/profiles/${made.profile.id}/select`;
        const pin = profile.parental_pin ? { pin: profile.parental_pin } : {};
        const chosen = await this.ask('POST', path, { token: person.token, body: pin });
        return { ...person, token: chosen.access_token, profile: made.profile };
    }

    // A token with other claims, rightly signed.
    token_with(token, changes) {
        const [kid, key] = this.world.secret('token_keys').split('\n')[0].split(' ');
        const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
        const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
        const signed = `${encode({ alg: 'HS256', kid, typ: 'JWT' })}.${encode({ ...claims, ...changes })}`;
        const mac = createHmac('sha256', Buffer.from(key, 'base64url')).update(signed);
        return `${signed}.${mac.digest('base64url')}`;
    }
    // One that ends so many seconds from now.
    token_for(person, seconds) {
        return this.token_with(person.token, {
            exp: Math.floor(Date.now() / 1000) + seconds,
            jti: randomUUID(),
        });
    }

    // A socket of this person; `node`: of that party program, beside nginx. `features`: announced
    // by session:hello.
    async connect(person, { node, device, features, query = {}, ...options } = {}) {
        const base = node ? this.address(node) : this.through_nginx;
        const all = { token: person.token, ...(device && { dev: device }), ...query };
        const guest = await Guest.enter(`${base}?${new URLSearchParams(all)}`, options);
        guest.person = person;
        this.#guests.push(guest);
        if (features) {
            const client = { name: 'test', version: '1', platform: 'node' };
            await guest.ask('session:hello', { client, features });
        }
        return guest;
    }
    // What is answered to a handshake: { status, headers, body }, or a guest.
    async knock(query, { node, ...options } = {}) {
        const base = node ? this.address(node) : this.through_nginx;
        const guest = await Guest.knock(`${base}?${new URLSearchParams(query)}`, options);
        if (!guest.status) this.#guests.push(guest);
        return guest;
    }

    // A party of people who are just connected: the first makes it. `nodes`: of each, in turn.
    async party(people, { nodes = [1, 2], create = {}, features } = {}) {
        const guests = [];
        for (const [i, person] of people.entries()) {
            const node = nodes.length > 0 ? nodes[i % nodes.length] : undefined;
            guests.push(await this.connect(person, { node, features, device: `device-${i}` }));
        }
        const [host, ...others] = guests;
        const made = await host.ask('party:create', { userName: host.person.name, ...create });
        host.room = made.roomId;
        host.me = made.member.memberId;
        host.code = made.code;
        for (const guest of others) await this.join(guest, { roomId: made.roomId });
        return guests;
    }
    async join(guest, how) {
        const joined = await guest.ask('party:join', { userName: guest.person.name, ...how });
        guest.room = joined.roomId;
        guest.me = joined.member?.memberId;
        return joined;
    }

    sql(statement) {
        const where = ['--host', `${this.run}/postgres`, '--username', 'postgres'];
        const all = [...where, '--dbname', 'syncstream', '-XAtqc', statement];
        return execFileSync('psql', all, { encoding: 'utf8' }).trim();
    }
    redis(...words) {
        return execFileSync('redis-cli', ['-s', `${this.run}/durable.sock`, ...words], {
            encoding: 'utf8',
        }).trim();
    }
    // Gives somebody a plan and a role beside the service.
    make_admin(person) {
        this.sql(`update users set role = 'admin' where id = '${person.user.id}'`);
        return this.sign_in(person);
    }

    // The process ids of programs of this service whose command line contains all the words.
    pids(...words) {
        return readdirSync('/proc')
            .filter((name) => {
                if (!/^\d+$/.test(name)) return false;
                try {
                    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll(
                        '\0',
                        ' ',
                    );
                    if (command.includes('ops/keep')) return false;
                    const told = readFileSync(`/proc/${name}/environ`, 'utf8');
                    const ours = `${told} ${command}`.includes(this.world.folder);
                    return ours && words.every((word) => command.includes(word));
                } catch {
                    return false;
                }
            })
            .map(Number);
    }
    // The one that runs as party program `number`.
    async party_pid(number) {
        return this.until(`party ${number} runs`, () => {
            const found = this.pids('bin/party', `--node ${number}`);
            return found.length === 1 && found[0];
        });
    }

    // What the party programs show to operators: the sum of each series over the programs (of the
    // worst and of quantiles too, which is more than any), by its name and labels, as in
    // `ws_accept_total result=welcome`.
    async figures() {
        const text = await (await fetch(this.world.metrics)).text();
        const sums = new Map();
        for (const line of text.split('\n')) {
            const found = /^syncstream_(\w+)\{node="party-\d+",?(.*)\} (\S+)$/.exec(line);
            if (!found) continue;
            const labels = found[2].replaceAll('"', '').replaceAll(',', ' ');
            const series = `${found[1]} ${labels}`.trim();
            sums.set(series, (sums.get(series) ?? 0) + Number(found[3]));
        }
        return sums;
    }
    // The same, when all programs have written what they know by now.
    async figures_anew() {
        const since = Date.now();
        for (const number of [1, 2]) {
            const file = `${this.run}/metrics/party-${number}.prom`;
            const written = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs > since;
            await this.until('figures are written', written);
        }
        return this.figures();
    }

    // One more party program, beside nginx, with settings of its own.
    async start_program(number, settings) {
        const given = readFileSync(`/proc/${await this.party_pid(1)}/environ`, 'utf8');
        const known = given.split('\0').map((one) => one.split(/=(.*)/s).slice(0, 2));
        const log = openSync(join(this.world.folder, `log/party-${number}.log`), 'a');
        const child = spawn(program, ['--node', number], {
            env: { ...Object.fromEntries(known), ...settings },
            stdio: ['ignore', log, log],
        });
        closeSync(log);
        const ended = once(child, 'exit');
        this.#more_programs.push(() => child.kill() && ended);
        await this.party_is_up(number);
    }

    // Everything that any program of the service wrote into a log.
    logs() {
        const folder = join(this.world.folder, 'log');
        return readdirSync(folder)
            .filter((name) => name.endsWith('.log'))
            .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
    }
}
