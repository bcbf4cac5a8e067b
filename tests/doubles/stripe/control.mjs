// The controls, under /_control/, for tests and for those who want to see what happens when: JSON
// in, JSON out, with the same key as the API. The table below is all of them.
import { advance } from './cycle.mjs';
import { Refusal, invalid } from './errors.mjs';
import { dispute } from './payments.mjs';
import { pay_invoice } from './portal.mjs';
import { complete, settle } from './purchases.mjs';
import { render } from './shapes.mjs';

const done = { done: true };

// (double, given, id): what is answered.
const controls = {
    'GET requests': ({ api }) => api.requests,
    'DELETE requests': ({ api }) => {
        api.requests = [];
        return done;
    },
    // See faults.mjs.
    'POST fail_next': ({ faults }, fault) => {
        faults.plan(fault);
        return done;
    },
    'DELETE fail_next': ({ faults }) => {
        faults.clear();
        return done;
    },

    // { seconds } or { to }: does all that happens until then.
    'POST advance': ({ account }, { seconds, to = account.now() + seconds }) => {
        advance(account, to);
        return { now: account.now() };
    },
    // { times }: the next charges of a subscription fail, -1: all, 0: none any more.
    'POST fail_payment': ({ account }, { times = 1 }, id) => {
        account.change(account.find('subscription', id), { _fails: times });
        return done;
    },
    'POST pay_invoice': ({ account }, _given, id) => ({ paid: pay_invoice(account, id) }),
    // { number, email, later }: as the page does it.
    'POST complete_checkout': ({ account }, given, id) =>
        render(
            account,
            complete(account, account.find('checkout.session', id), given),
            account.version,
        ),
    // { succeeds }: how a payment ended that was to come later.
    'POST settle_checkout': ({ account }, { succeeds = true }, id) =>
        render(
            account,
            settle(account, account.find('checkout.session', id), succeeds),
            account.version,
        ),
    // { status }: of a charge; the first time opens the dispute.
    'POST dispute': ({ account }, { status }, id) => dispute(account, id, status),

    'GET webhooks': ({ webhooks }) => webhooks.deliveries(),
    // { hold, copies, delay_ms, url, version }: how events are sent from now on. A version before
    // 2025-03-31 writes them as older accounts get them.
    'POST webhooks': ({ account, webhooks }, { url, version, ...manner }) => {
        if (url !== undefined) webhooks.url = url;
        if (version) account.webhook_version = version;
        Object.assign(webhooks.manner, manner);
        return { ...webhooks.manner, url: webhooks.url, version: account.webhook_version };
    },
    // { order, copies, seed }: see webhooks.mjs.
    'POST release': ({ webhooks }, given) => ({ sent: webhooks.release(given) }),
    'POST resend': ({ account, webhooks }, _given, id) => {
        webhooks.resend(account.find('event', id));
        return done;
    },
    // Answers when each event was sent once.
    'POST settled': async ({ webhooks }) => {
        await webhooks.settled();
        return done;
    },

    // Forgets all but what is for sale.
    'POST reset': (double) => {
        double.reset();
        return done;
    },
};

export async function control(double, method, path, body) {
    const [name, id = ''] = path.split('/');
    const found = controls[`${method} ${name}`];
    if (!found)
        throw new Refusal(404, {
            message: `No such control: ${method} ${name}`,
            type: 'invalid_request_error',
        });
    return found(double, read(body), id);
}

function read(body) {
    if (!body) return {};
    try {
        return JSON.parse(body);
    } catch {
        throw invalid('The body is no JSON.');
    }
}
