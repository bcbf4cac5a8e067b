// Lists as Stripe answers them: newest first, a page at a time, each page asked for by the last or
// first id of its neighbour.
import { invalid, missing } from './errors.mjs';
import { either, integer, shape, text, time } from './parameters.mjs';
import { list, render } from './shapes.mjs';

const range = either(time, shape({ gt: time, gte: time, lt: time, lte: time }));

export const paging = {
    created: range,
    ending_before: text,
    limit: integer(1, 100),
    starting_after: text,
};

function within(value, wanted) {
    if (typeof wanted === 'number') return value === wanted;
    const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
    return value > gt && value >= gte && value < lt && value <= lte;
}

// The page of a kind's objects that `accepts` lets through. The cursor may be of one that it does not.
export function page(account, kind, params, url, accepts = () => true, version = account.version) {
    if (params.starting_after && params.ending_before) {
        throw invalid(
            'You can only specify one of these parameters: ending_before, starting_after.',
        );
    }
    const all = account.all(kind).reverse();
    const fits = (one) =>
        !one._deleted && accepts(one) && (!params.created || within(one.created, params.created));
    const limit = params.limit ?? 10;
    const fitting = around(all, params, kind).filter(fits);
    const part = params.ending_before ? fitting.slice(-limit) : fitting.slice(0, limit);
    const shown = part.map((one) => render(account, one, version));
    return list(shown, url, fitting.length > limit);
}

function around(all, { starting_after, ending_before }, kind) {
    if (ending_before) return all.slice(0, position(all, ending_before, 'ending_before', kind));
    return starting_after
        ? all.slice(position(all, starting_after, 'starting_after', kind) + 1)
        : all;
}

function position(all, id, param, kind) {
    const index = all.findIndex((one) => one.id === id);
    if (index < 0) throw missing(kind, id, param);
    return index;
}

// For a list that is asked for by fields of its objects: each that is given has to be the same.
export const by =
    (params, ...names) =>
    (one) =>
        names.every((name) => params[name] === undefined || one[name] === params[name]);
