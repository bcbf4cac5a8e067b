// Reads what Stripe's clients send as parameters: a[b]=1&a[c][0]=2&a[d][]=3, in bodies and queries.
import { invalid } from './errors.mjs';

// Nested objects without prototype, so that no name means anything; lists where all names below one
// are numbers or empty; texts at the ends.
export function parse_form(text) {
    const root = Object.create(null);
    for (const pair of text.split('&')) {
        if (pair === '') continue;
        const at = pair.indexOf('=');
        const name = decode(at < 0 ? pair : pair.slice(0, at));
        put(root, steps_of(name), at < 0 ? '' : decode(pair.slice(at + 1)), name);
    }
    return into_lists(root);
}

function decode(text) {
    try {
        return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
        throw invalid('Invalid percent encoding in the parameters.');
    }
}

function steps_of(name) {
    const found = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
    if (!found) throw invalid(`Invalid parameter name: ${name}`, { param: name });
    return [found[1], ...[...found[2].matchAll(/\[([^[\]]*)\]/g)].map((step) => step[1])];
}

function put(node, steps, value, name) {
    steps.forEach((step, depth) => {
        const key = step === '' ? String(Object.keys(node).length) : step;
        const last = depth === steps.length - 1;
        if (key in node && (last || typeof node[key] === 'string')) {
            throw invalid(`The parameter is given twice: ${name}`, { param: name });
        }
        if (last) node[key] = value;
        else node = node[key] ??= Object.create(null);
    });
}

function into_lists(node) {
    if (typeof node === 'string') return node;
    const names = Object.keys(node);
    for (const name of names) node[name] = into_lists(node[name]);
    if (names.length === 0 || !names.every((name) => /^\d{1,4}$/.test(name))) return node;
    return names.sort((one, other) => one - other).map((name) => node[name]);
}
