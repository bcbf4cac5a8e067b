// What people do on the pages: each button is a POST that ends on a page again.
import { Refusal } from './errors.mjs';
import { parse_form } from './form.mjs';
import {
    checkout_page,
    closed_page,
    frame,
    home_page,
    invoice_page,
    portal_page,
} from './pages.mjs';
import { cancel, find_session, keep, pay_invoice, replace_card } from './portal.mjs';
import { complete } from './purchases.mjs';

const page = (body, status = 200) => ({
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
    body,
});
const go = (to) => ({ status: 303, headers: { Location: to }, body: '' });
const declined = '4000000000000002';

// Does something; the sentence that tells what went wrong, or nothing.
function attempt(act) {
    try {
        return act() === false ? 'The card was declined.' : '';
    } catch (error) {
        if (error instanceof Refusal) return error.message;
        throw error;
    }
}

function checkout(double, method, [id, action], given) {
    const { account } = double;
    const session = account.find('checkout.session', id);
    if (session.status !== 'open') return page(closed_page(session));
    if (method === 'GET') return page(checkout_page(session));
    if (action === 'cancel') return go(session.cancel_url ?? `/c/pay/${id}`);
    const number = given.declined ? declined : given.number;
    const order = { number, email: given.email, later: Boolean(given.later) };
    const problem = attempt(() => complete(account, session, order));
    if (problem) return page(checkout_page(session, problem), 402);
    return go(session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id));
}

function portal(double, method, [, id, what, which, action], given) {
    const { account } = double;
    const session = find_session(account, id);
    if (method === 'GET') return page(portal_page(account, session));
    const acts = {
        card: () => replace_card(account, session.customer, given.number),
        cancel: () => cancel(account, session.customer, which),
        keep: () => keep(account, session.customer, which),
        pay: () =>
            account.find('invoice', which).customer === session.customer &&
            pay_invoice(account, which),
    };
    const act = acts[action ?? what];
    if (!act) return null;
    const problem = attempt(act);
    return problem ? page(portal_page(account, session, problem), 402) : go(`/p/session/${id}`);
}

function invoice(double, method, [id, action]) {
    const found = double.account.find('invoice', id);
    if (method === 'GET') return page(invoice_page(found));
    if (action !== 'pay') return null;
    const problem = attempt(() => pay_invoice(double.account, id));
    return problem ? page(invoice_page(found, problem), 402) : go(`/i/${id}`);
}

function home(double, method, _rest, given) {
    return method === 'GET'
        ? page(home_page(double.account, double.webhooks.deliveries(), given.session_id))
        : null;
}

const areas = {
    '': home,
    c: (double, method, rest, given) => checkout(double, method, rest.slice(1), given),
    i: invoice,
    p: portal,
};

export function browse(double, { method, path, query, body }) {
    const [, area, ...rest] = path.split('/');
    try {
        const answer = areas[area]?.(
            double,
            method,
            rest,
            parse_form(method === 'POST' ? body : query),
        );
        return answer ?? page(frame('There is no such page', ''), 404);
    } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return page(
            frame('That did not work', `<p>${error.message.replace(/[<&]/g, '')}</p>`),
            error.status,
        );
    }
}
