// How much one may do: rates, sizes, sockets. One service with the limits as they are in production,
// but for people, who may sign up faster.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pause } from './guest.mjs';
import { skip, start_service } from './service.mjs';

const sockets = 50;
const connects = 20;

let service;
before(
    async () => {
        if (skip) return;
        service = await start_service({
            RATE_LIMIT_MULTIPLIER: 1,
            THROTTLE_MULTIPLIER: 10,
            PARTY_SOCKETS_PER_USER: sockets / 10,
            PARTY_CONNECTS_PER_S: connects / 10,
        });
    },
    { timeout: 120_000 },
);
after(() => service?.stop());
if (skip) console.log(`SKIPPED tests/party/limits_test.mjs: ${skip}`);

const party = async (...names) => service.party(await service.people(...names));
// What came of many messages sent at once, by id.
async function burst(guest, type, datas) {
    const mark = guest.mark;
    for (const [i, data] of datas.entries()) guest.say(type, data, { id: `b${i}` });
    const ids = new Set(datas.map((_, i) => `b${i}`));
    const answered = () => guest.got.slice(mark).filter((one) => ids.has(one.id));
    await service.until('all are answered', () => answered().length === datas.length);
    return answered();
}
const refusals = (answers) => answers.filter((one) => one.type === 'error').map((one) => one.data);

test('ten commands of playback at once, then two a second', { skip }, async () => {
    const [host] = await party('John');
    const datas = Array.from({ length: 16 }, (_, i) => ({ currentTime: i }));
    const refused = refusals(await burst(host, 'party:seek', datas));
    assert.ok(refused.length >= 4 && refused.length <= 6, `${refused.length}`);
    for (const data of refused) {
        assert.equal(data.code, 'rate_limited');
        assert.equal(data.retryable, true);
        assert.ok(data.retryAfterMs > 0 && data.retryAfterMs <= 1000, `${data.retryAfterMs}`);
    }
    await pause(Math.max(...refused.map((one) => one.retryAfterMs)) + 50);
    await host.ask('party:seek', { currentTime: 99 });
});

test('five messages at once, then one in two seconds', { skip }, async () => {
    const [host] = await party('John');
    const datas = Array.from({ length: 8 }, (_, i) => ({ message: `number ${i}` }));
    const refused = refusals(await burst(host, 'party:chat', datas));
    assert.equal(refused.length, 3);
    for (const data of refused) {
        assert.equal(data.code, 'slow_mode');
        assert.ok(data.retryAfterMs > 0 && data.retryAfterMs <= 2100);
    }
    await pause(2100);
    await host.ask('party:chat', { message: 'later' });
});

test('emotes and typing that come too fast are lost silently', { skip }, async () => {
    const [host, other] = await party('John', 'Sarah');
    for (let n = 0; n < 35; n += 1) host.say('party:emote', { emoji: '❤' });
    for (let n = 0; n < 8; n += 1) host.say('party:typing', { on: true });
    await host.fence();
    await pause(600);
    await other.fence();
    assert.equal(host.heard('error').length, 0);
    const counted = other.heard('party:emotes').reduce((sum, one) => sum + one.data.counts['❤'], 0);
    assert.ok(counted >= 20 && counted <= 25, `${counted}`);
    assert.ok(other.heard('party:typing').length <= 3);
});

test('three parties at once, the next is refused', { skip }, async () => {
    const guest = await service.connect(await service.person('John'));
    for (let n = 0; n < 3; n += 1) {
        await guest.ask('party:create', {});
        await guest.ask('party:leave', {});
    }
    const refused = await guest.refused('party:create', {});
    assert.equal(refused.code, 'rate_limited');
    assert.ok(refused.retryAfterMs > 0);
    const second = await service.connect(guest.person, { node: 2 });
    assert.equal((await second.refused('party:create', {})).code, 'rate_limited', 'per user');
});

test('who joins again and again has to wait', { skip }, async () => {
    const guest = await service.connect(await service.person('John'));
    const datas = Array.from({ length: 8 }, () => ({ roomId: `party_${'x'.repeat(22)}` }));
    const codes = refusals(await burst(guest, 'party:join', datas)).map((one) => one.code);
    assert.equal(codes.filter((code) => code === 'room_not_found').length, 5);
    assert.equal(codes.filter((code) => code === 'rate_limited').length, 3);
});

test('codes cannot be tried out', { skip }, async () => {
    const [host] = await party('John');
    const guest = await service.connect(await service.person('Eve'), { node: 2 });
    const wrong = ['0000-0001', '0000-0002', '0000-0003', '0000-0004', '0000-0005'];
    for (const code of wrong)
        assert.equal((await guest.refused('party:join', { code })).code, 'bad_code');
    const again = await service.connect(guest.person, { node: 1 });
    const refused = await again.refused('party:join', { code: host.code });
    assert.ok(['bad_code', 'rate_limited'].includes(refused.code));
    assert.ok(refused.retryAfterMs > 0);
});

test(
    'a thousand messages a second end one socket and hurt nobody else',
    { skip, timeout: 60_000 },
    async () => {
        const [host, other, abuser] = await party('John', 'Sarah', 'Eve');
        let over = false;
        abuser.closed.then(() => (over = true));
        const flood = (async () => {
            while (!over) {
                for (let n = 0; n < 50 && !over; n += 1) abuser.say('party:typing', { on: true });
                await pause(50);
            }
        })();
        for (let n = 0; n < 4; n += 1) {
            await host.ask('party:chat', { message: `still here ${n}` });
            await other.event('party:chat', 0, (data) => data.message === `still here ${n}`);
            await pause(500);
        }
        const end = await abuser.gone_within(20_000);
        await flood;
        assert.equal(end.code, 4005);
        assert.equal(host.gone, undefined);
        await other.ask('party:chat', { message: 'quiet now' });
    },
);

test('more bytes than one may send end the connection', { skip, timeout: 60_000 }, async () => {
    const [host, abuser] = await party('John', 'Eve');
    let over = false;
    abuser.closed.then(() => (over = true));
    const big = 'x'.repeat(15_000);
    for (const end = Date.now() + 15_000; !over && Date.now() < end; await pause(100)) {
        for (let n = 0; n < 5; n += 1) abuser.say('sync:ping', { t0: 1, big });
    }
    const { code } = await abuser.gone_within();
    assert.ok([1009, 4005].includes(code), `${code}`);
    await host.ask('party:chat', { message: 'hello' });
});

test('one user has so many sockets and no more', { skip, timeout: 60_000 }, async () => {
    const john = await service.person('John');
    const open = [];
    for (let n = 0; n < sockets; n += 1) {
        open.push(await service.connect(john, { node: 1 + (n % 2) }));
        await pause(1000 / connects + 10);
    }
    const over = async (node) => {
        const guest = await service.knock({ token: john.token }, { node });
        return guest.status ?? (await guest.gone_within()).code;
    };
    for (const node of [1, 2]) {
        assert.ok([429, 4429].includes(await over(node)));
        await pause(200);
    }
    await open[0].close();
    await service.until('a place is free', async () => {
        const guest = await service.knock({ token: john.token }, { node: 1 });
        if (guest.status) return false;
        return guest.first('hello').catch(() => false);
    });
    const mary = await service.person('Mary');
    await service.connect(mary);
});

test('one address opens so many sockets a second', { skip }, async () => {
    const people = await service.people('Ann', 'Ben');
    await pause(1100);
    const all = await Promise.all(
        Array.from({ length: 3 * connects }, (_, n) =>
            service.knock({ token: people[n % 2].token, dev: `d${n}` }),
        ),
    );
    const refused = all.filter((one) => one.status === 429);
    assert.ok(refused.length > 0);
    for (const { headers } of refused) assert.ok(Number(headers['retry-after']) > 0);
    await pause(1500);
    const guest = await service.knock({ token: people[0].token });
    assert.equal(guest.status, undefined);
});
