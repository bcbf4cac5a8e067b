// Messages that no client in its right mind sends: those of the catalogue with something in them
// changed, taken out, doubled or out of all proportion. The same seed makes the same ones.
import { catalogue } from './cases/catalogue.mjs';
import { random_numbers } from './virtual_time.mjs';

const media = { title: 'The Film', durationMs: 7_200_000 };
const more = {
    'session:hello': { client: { name: 'x' }, features: ['ready'], locale: 'de', tz: 'UTC' },
    'session:resume': {
        sessionId: 'x',
        resumeToken: 'x',
        streams: [{ name: 'room:x', epoch: 'x', ver: 1 }],
    },
    'auth:refresh': { token: 'x.y.z' },
    'sync:ping': { t0: 1.5 },
    'sync:stats': { offsetMs: 1, rttMs: 20, jitterMs: 2, samples: 5 },
    'playback:update': { itemKey: 'x', kind: 'movie', status: 'playing', positionMs: 1, seq: 1 },
    'device:list': {},
    'device:command': { deviceId: 'x', command: 'seek', args: { positionMs: 5 }, cmdId: 'x' },
    'device:ack': { cmdId: 'x', ok: true, error: 'x' },
    'notify:read': { ids: ['01a1fd5c-2197-74ca-a22d-5dedb60f63ad'] },
    'sub:add': { topics: ['epg:x'] },
    'sub:remove': { topics: ['epg:x'] },
    'party:create': { userName: 'John', title: 'x', media, settings: { capacity: 5 }, startAt: 1 },
    'party:join': { roomId: 'party_x', userName: 'x', password: 'x', ready: true },
    'party:list': { scope: 'friends', cursor: 0 },
    'party:emote': { emoji: '❤' },
    'party:typing': { on: true },
    'party:report': {
        ver: 1,
        positionMs: 1,
        atServerMs: 1,
        status: 'playing',
        rate: 1,
        bufferedMs: 1,
        driftMs: 1,
        seeks: 0,
    },
};
const right = {
    ...Object.fromEntries(
        Object.entries(catalogue).map(([type, one]) => [
            type,
            one.inside ? { [one.inside]: one.right } : one.right,
        ]),
    ),
    ...more,
};
export const types = Object.keys(right);

// As they stand in JSON, so that they may be what JavaScript cannot say.
const odd = [
    'null',
    'true',
    'false',
    '0',
    '-0',
    '-1',
    '1e-320',
    '0.1',
    '1e308',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
    '18446744073709551615',
    '18446744073709551616',
    '""',
    '" "',
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud83d\\ude00"',
    '"\u202e\u200d\ufeff"',
    '"\\u0301"',
    '"__proto__"',
    '"../../x"',
    '"{}"',
    '"*"',
    '"\'; drop table users; --"',
    '"%s%n"',
    '"party_0123456789012345678901"',
    '"0"',
    '"-1"',
    '"NaN"',
    '[]',
    '[[]]',
    '[null]',
    '{}',
    '{"":{}}',
    '{"__proto__":{"x":1}}',
];

const longest = 16_384;
// Rarely said, or nobody would be in a party for long.
const farewells = ['party:end', 'party:leave', 'party:kick', 'party:ban', 'party:create'];

export class Nonsense {
    #random;

    constructor(seed) {
        this.#random = random_numbers(seed).next;
    }

    integer(end) {
        return Math.floor(this.#random() * end);
    }
    pick(list) {
        return list[this.integer(list.length)];
    }
    chance(part) {
        return this.#random() < part;
    }

    // A value of any kind.
    value() {
        const size = this.pick([1, 10, 100, 1000, 5000]);
        return this.pick([
            () => this.pick(odd),
            () => this.pick(odd),
            () => `"${'x'.repeat(size)}"`,
            () => `"${'\\u00e9'.repeat(size / 5)}"`,
            () => `"${'\u{1F468}\u200D'.repeat(size / 10)}"`,
            () => `[${Array(Math.ceil(size / 5)).fill(this.pick(odd.slice(0, 20))).join()}]`,
            () => `${'['.repeat(3)}${']'.repeat(3)}`,
            () => `${this.integer(2 ** 31)}.${this.integer(1000)}`,
        ])();
    }

    // The JSON of a value that was well, with `part` of its places spoilt.
    #spoil(value, part) {
        if (this.chance(part)) return this.value();
        if (Array.isArray(value)) {
            const all = value.map((one) => this.#spoil(one, part));
            if (this.chance(part)) all.push(...all, this.value());
            return `[${all.join()}]`;
        }
        if (value === null || typeof value !== 'object') return JSON.stringify(value);
        const members = [];
        for (const [name, one] of Object.entries(value)) {
            if (!this.chance(part)) members.push([name, this.#spoil(one, part)]);
        }
        if (this.chance(part)) members.push([this.pick(['', 'x', '\u0000', 'type']), this.value()]);
        return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${one}`).join()}}`;
    }

    // { id, text }: a message that is JSON, and by its id answered once. `names`: values that stand
    // for real ones: { memberId: [...], roomId: [...] }.
    message(id, names = {}) {
        let type = this.pick(types);
        while (farewells.includes(type) && this.chance(0.95)) type = this.pick(types);
        const data = structuredClone(right[type]);
        for (const [name, values] of Object.entries(names)) {
            if (name in data && this.chance(0.7)) data[name] = this.pick(values);
        }
        const parts = [`"type":"${type}"`, `"id":"${id}"`];
        if (this.chance(0.95)) parts.push(`"data":${this.#spoil(data, this.pick([0, 0.1, 0.3]))}`);
        if (this.chance(0.2)) parts.push(`"cmdId":${this.chance(0.5) ? `"c${id}"` : this.value()}`);
        if (this.chance(0.1)) parts.push(`"v":${this.value()}`);
        const text = `{${parts.join()}}`;
        return Buffer.byteLength(text) > longest ? this.message(id, names) : { id, type, text };
    }

    // Text that was a message once.
    rubbish() {
        let { text } = this.message('x');
        for (let changes = 1 + this.integer(3); changes > 0; changes -= 1) {
            const at = this.integer(text.length);
            const put = this.pick([...'"{}[],:\\\u0000\u007fe-', '']);
            const cut = this.pick([0, 1, 1, 10, text.length]);
            text = text.slice(0, at) + put + text.slice(at + cut);
        }
        return text;
    }

    // The text in pieces of any length.
    pieces(text) {
        const bytes = Buffer.from(text);
        const all = [];
        for (let from = 0; from < bytes.length; ) {
            const length = this.chance(0.3) ? 1 : 1 + this.integer(bytes.length);
            all.push(bytes.subarray(from, from + length));
            from += length;
        }
        return all;
    }
}
