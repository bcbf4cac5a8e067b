// Where the stand-in keeps everything: tables in memory, each change appended to a file before the
// answer leaves, so that a restart finds what there was. Without a file nothing is kept.
import {
    appendFileSync,
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

// As Stripe's: `cus_` and letters nobody can guess.
export function new_id(prefix, length = 24) {
    const letters = [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]);
    return `${prefix}_${letters.join('')}`;
}

export class Store {
    #file;
    #tables = new Map();

    constructor(file = '') {
        this.#file = file;
        if (file) this.#load();
    }

    table(name) {
        if (!this.#tables.has(name)) this.#tables.set(name, new Map());
        return this.#tables.get(name);
    }

    get(table, id) {
        return this.table(table).get(id);
    }

    // Tables keep the order in which rows came first.
    put(table, id, value) {
        this.table(table).set(id, value);
        this.#write([[table, id, value]]);
        return value;
    }

    remove(table, id) {
        if (this.table(table).delete(id)) this.#write([[table, id]]);
    }

    clear() {
        this.#tables.clear();
        if (this.#file) writeFileSync(this.#file, '');
    }

    #write(rows) {
        if (this.#file)
            appendFileSync(this.#file, rows.map((row) => JSON.stringify(row) + '\n').join(''));
    }

    // A last line that was cut short by a crash was never answered for, and is left out.
    #load() {
        mkdirSync(dirname(this.#file), { recursive: true });
        const lines = existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n') : [];
        for (const line of lines.slice(0, -1)) {
            const [table, id, value] = JSON.parse(line);
            if (value === undefined) this.table(table).delete(id);
            else this.table(table).set(id, value);
        }
        this.#compact();
    }

    #compact() {
        const lines = [];
        for (const [table, rows] of this.#tables) {
            for (const [id, value] of rows) lines.push(JSON.stringify([table, id, value]) + '\n');
        }
        writeFileSync(`${this.#file}.new`, lines.join(''), { mode: 0o600 });
        renameSync(`${this.#file}.new`, this.#file);
    }
}
