// The events that happened, for those who missed them.
import { page, paging } from './lists.mjs';
import { flag, list_of, text } from './parameters.mjs';

const fits = (type, wanted) =>
    wanted === '*' ||
    wanted === type ||
    (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1)));

function list_events(account, params, _id, version) {
    const types = params.type ? [params.type] : params.types;
    const delivered = (event) =>
        ![...account.store.table('delivery').values()].some(
            (one) => one.event === event.id && one.state !== 'done',
        );
    const accepts = (event) =>
        (!types || types.some((wanted) => fits(event.type, wanted))) &&
        (params.delivery_success === undefined || delivered(event) === params.delivery_success);
    return page(account, 'event', params, '/v1/events', accepts, version);
}

export const routes = [
    [
        'GET',
        '/v1/events',
        { ...paging, delivery_success: flag, type: text, types: list_of(text, 20) },
        list_events,
    ],
    ['GET', '/v1/events/:id', {}, (account, _params, id) => account.find('event', id)],
];
