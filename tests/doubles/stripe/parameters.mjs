// What an endpoint takes, said as data: a reader turns what was sent into a value, or refuses it as
// Stripe does. A `shape` knows every name, so that a misspelled parameter is refused and not
// overlooked.
import { invalid } from './errors.mjs';

export function text(value, name) {
    if (typeof value !== 'string') throw invalid(`Invalid string: ${name}`, { param: name });
    if (value.length > 5000) throw invalid(`Invalid string: ${name} is too long`, { param: name });
    return value;
}

// A text in which empty means unset.
export const text_or_none = (value, name) => text(value, name) || null;

export function integer(least = -Infinity, most = Infinity) {
    return (value, name) => {
        if (!/^-?\d{1,15}$/.test(value)) {
            throw invalid(`Invalid integer: ${value}`, {
                code: 'parameter_invalid_integer',
                param: name,
            });
        }
        const number = Number(value);
        if (number >= least && number <= most) return number;
        throw invalid(`Invalid value: ${name} must be between ${least} and ${most}`, {
            param: name,
        });
    };
}

export const time = integer(0);

export function flag(value, name) {
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalid(`Invalid boolean: ${value}`, { param: name });
}

export function one_of(...words) {
    return (value, name) => {
        if (words.includes(value)) return value;
        throw invalid(`Invalid ${name}: must be one of ${words.join(', ')}`, { param: name });
    };
}

// Empty takes the value away: null.
export const or_none = (reader) => (value, name) => (value === '' ? null : reader(value, name));

// The first reader that takes it; the complaint is the last one's.
export function either(...readers) {
    return (value, name) => {
        for (const reader of readers.slice(0, -1)) {
            try {
                return reader(value, name);
            } catch {
                continue;
            }
        }
        return readers.at(-1)(value, name);
    };
}

export function list_of(reader, most = 100) {
    return (value, name) => {
        if (!Array.isArray(value)) throw invalid(`Invalid array: ${name}`, { param: name });
        if (value.length > most)
            throw invalid(`${name} has more than ${most} elements`, { param: name });
        return value.map((one, index) => reader(one, `${name}[${index}]`));
    };
}

// Changes of metadata; empty takes a key away. Keys that are all numbers arrive as a list.
export function metadata(value, name) {
    if (value === '') return null;
    if (typeof value !== 'object') throw invalid(`Invalid object: ${name}`, { param: name });
    const entries = Object.entries(value);
    if (entries.length > 50) throw invalid('Metadata can have up to 50 keys.', { param: name });
    for (const [key, one] of entries) {
        if (key.length > 40 || typeof one !== 'string' || one.length > 500) {
            throw invalid(`Metadata keys have up to 40 characters and values up to 500: ${key}`, {
                param: `${name}[${key}]`,
            });
        }
    }
    return Object.fromEntries(entries);
}

// The metadata after such a change.
export function merge_metadata(old, change) {
    if (change === null) return {};
    const all = { ...old, ...change };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

export function required(reader) {
    const same = (value, name) => reader(value, name);
    same.required = true;
    return same;
}

export function shape(fields) {
    return (value, name = '') => {
        if (typeof value !== 'object' || Array.isArray(value)) {
            throw invalid(`Invalid object: ${name}`, { param: name });
        }
        const below = (field) => (name ? `${name}[${field}]` : field);
        refuse_unknown(Object.keys(value), fields, below);
        const read = {};
        for (const [field, reader] of Object.entries(fields)) {
            if (field in value) read[field] = reader(value[field], below(field));
            else if (reader.required) throw absent(below(field));
        }
        return read;
    };
}

export function absent(param) {
    return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

function refuse_unknown(names, fields, below) {
    const unknown = names.filter((name) => !Object.hasOwn(fields, name)).map(below);
    if (unknown.length === 0) return;
    const plural = unknown.length > 1 ? 's' : '';
    throw invalid(`Received unknown parameter${plural}: ${unknown.join(', ')}`, {
        code: 'parameter_unknown',
        doc_url: 'https://stripe.com/docs/error-codes/parameter-unknown',
        param: unknown[0],
    });
}
