// Thousands of messages that make no sense, on several sockets at once: each with an id is answered
// once, none by a fault of ours, nobody is thrown out for what is JSON, and the programs stay.
// PARTY_SEED repeats a run, PARTY_NONSENSE says how many messages each socket sends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Nonsense } from './nonsense.mjs';
import { skip, start_service } from './service.mjs';

const seed = Number(process.env.PARTY_SEED ?? Date.now() % 1_000_000);
const count = Number(process.env.PARTY_NONSENSE ?? 800);
const together = 20;

let service;
before(async () => !skip && (service = await start_service()), { timeout: 120_000 });
after(() => service?.stop());
if (skip) console.log(`SKIPPED tests/party/nonsense_test.mjs: ${skip}`);

const pids = () => Promise.all([1, 2].map((number) => service.party_pid(number)));
const faults = () =>
    service
        .logs()
        .filter(({ name }) => name.startsWith('party'))
        .flatMap(({ text }) => text.split('\n'))
        .filter((line) => /message_failed|record_failed|terminate|Assertion/.test(line));

function send(guest, nonsense, text) {
    if (nonsense.chance(0.9)) return guest.send(text);
    const pieces = nonsense.pieces(text);
    for (const [i, piece] of pieces.entries()) {
        guest.socket.send(piece, { binary: false, fin: i === pieces.length - 1 });
    }
}

// Into the room, or a new one for all when it is over.
async function enter(guest, room) {
    const { member } = await guest.ask('party:join', { roomId: room.id }).catch(async () => {
        const made = await guest.ask('party:create', { settings: { control: 'everyone' } });
        Object.assign(room, { id: made.roomId, code: made.code, members: [] });
        return made;
    });
    if (member && !room.members.includes(member.memberId)) room.members.push(member.memberId);
}

// One person who talks nonsense; comes again when sent away, which only moderators do.
async function babble(person, number, room) {
    const nonsense = new Nonsense(seed * 10 + number);
    const how = { node: 1 + (number % 2), device: `d${number}` };
    let guest = await service.connect(person, how);
    for (let sent = 0; sent < count; sent += together) {
        if (guest.gone) guest = await service.connect(person, how);
        await enter(guest, room).catch((error) => assert.ok(guest.gone, `${error}`));
        if (guest.gone) continue;
        const names = { memberId: room.members, roomId: [room.id], code: [room.code] };
        const batch = Array.from({ length: together }, (_, n) =>
            nonsense.message(`${number}-${sent + n}`, names),
        );
        const mark = guest.mark;
        for (const { text } of batch) send(guest, nonsense, text);
        for (const { id, type, text } of batch) {
            const what = `an answer with seed ${seed} to ${text.slice(0, 500)}`;
            const answered = guest.until((one) => one.id === id, { mark, what });
            const answer = await answered.catch((error) => {
                assert.ok([4409, 4410, 4411].includes(guest.gone?.code), `${error}`);
            });
            if (!answer) break;
            const { code } = answer.data ?? {};
            assert.ok(!['internal', 'bad_json'].includes(code), `${code}: ${what}`);
            assert.ok(answer.type === 'error' || answer.ok === true, `${type}: ${what}`);
        }
        const ids = guest.got.slice(mark).flatMap((one) => one.id ?? []);
        assert.equal(new Set(ids).size, ids.length, `answered twice with seed ${seed}`);
    }
}

const patience = { skip, timeout: 600_000 };

test(`messages that make no sense are refused, seed ${seed}`, patience, async () => {
    const before = await pids();
    const people = await service.people('Ann', 'Ben', 'Cleo', 'Dan');
    const room = { id: 'none', code: 'none', members: [] };
    await Promise.all(people.map((person, i) => babble(person, i, room)));
    assert.deepEqual(await pids(), before, `a program ended with seed ${seed}`);
    assert.deepEqual(faults(), []);
    const [one, other] = await service.party(await service.people('Eve', 'Finn'));
    await one.ask('party:chat', { message: 'All is well' });
    await other.event('party:chat');
});

test(`what is no message at all harms nobody, seed ${seed}`, patience, async () => {
    const before = await pids();
    const nonsense = new Nonsense(seed);
    const [host, other] = await service.party(await service.people('Ann', 'Ben'));
    for (let n = 0; n < count / 10; n += 1) {
        const guest = await service.connect(host.person, { node: 1 + (n % 2), device: `r${n}` });
        for (let m = 0; m < 4; m += 1) guest.send(nonsense.rubbish());
        if (nonsense.chance(0.3)) guest.socket.send(Buffer.from(nonsense.rubbish()));
        if (nonsense.chance(0.5)) guest.drop();
        const end = await Promise.race([guest.closed, guest.fence().catch(() => {})]);
        const codes = [undefined, 1003, 1006, 1007, 4400];
        assert.ok(codes.includes(end?.code), `${end?.code} with seed ${seed}`);
        guest.drop();
    }
    assert.deepEqual(await pids(), before, `a program ended with seed ${seed}`);
    assert.deepEqual(faults(), []);
    await host.ask('party:chat', { message: 'All is well' });
    await other.event('party:chat');
});
