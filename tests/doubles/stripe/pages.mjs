// The pages that people see: checkout, portal, invoices, and what there is. Plain HTML, which needs
// nothing from elsewhere.
import { cards } from './cards.mjs';
import { open_invoices } from './invoices.mjs';
import { subscriptions_of } from './portal.mjs';

const style = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1f36; background: #f6f8fa; margin: 0; }
main { max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: 8px;
       box-shadow: 0 2px 12px #0002; }
main.wide { max-width: 60rem; }
h1 { font-size: 1.3rem; margin: 0 0 1rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
table { width: 100%; border-collapse: collapse; }
td, th { text-align: left; padding: .3rem .5rem .3rem 0; border-bottom: 1px solid #e3e8ee; overflow-wrap: anywhere; }
td.amount { text-align: right; white-space: nowrap; }
form { display: inline; }
button { font: inherit; padding: .5rem 1rem; margin: .25rem .25rem .25rem 0; border: 1px solid #ccd2da;
         border-radius: 6px; background: #fff; cursor: pointer; }
button.main { background: #4f46e5; border-color: #4f46e5; color: #fff; }
select, input { font: inherit; padding: .4rem; margin: .25rem 0 1rem; width: 100%; box-sizing: border-box; }
.note { color: #697386; font-size: .875rem; }
.problem { color: #b3093c; font-weight: 600; }`;

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const safe = (text) => String(text ?? '').replace(/[&<>"']/g, (letter) => escapes[letter]);

const money = (cents, currency) => `${(cents / 100).toFixed(2)} ${currency.toUpperCase()}`;
const date = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().slice(0, 10) : '–');

export function frame(title, content, wide = false) {
    return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)}</title><style>${style}</style>
<main${wide ? ' class="wide"' : ''}>
<p class="note">This is a stand-in for Stripe on your own machine. Nothing is charged.</p>
<h1>${safe(title)}</h1>
${content}
</main></html>
`;
}

const problem_line = (problem) =>
    problem ? `<p class="problem" role="alert">${safe(problem)}</p>` : '';

const button = (action, words, kind = '') =>
    `<form method="post" action="${safe(action)}"><button${kind && ` class="${kind}"`}>${safe(words)}</button></form>`;

const card_choice = Object.entries(cards)
    .filter(([, card]) => !card.declines || card.attaches)
    .sort(([, one], [, other]) => Number(Boolean(one.declines)) - Number(Boolean(other.declines)))
    .map(
        ([number, card]) =>
            `<option value="${number}">${safe(card.name)} …${number.slice(-4)}</option>`,
    )
    .join('');

export function checkout_page(session, problem = '') {
    const trial = session._subscription.trial_period_days;
    const rows = session._lines.map((line) => {
        const per = line.price.recurring ? ` / ${line.price.recurring.interval}` : '';
        return `<tr><td>${safe(line.description)} × ${line.quantity}</td>
<td class="amount">${money(line.amount_total, line.currency)}${per}</td></tr>`;
    });
    const here = `/c/pay/${session.id}`;
    return frame(
        'Checkout',
        `<table>${rows.join('')}
${trial ? `<tr><td>First ${trial} days free</td><td></td></tr>` : ''}
<tr><th>Due today</th><td class="amount"><b>${money(session.amount_total, session.currency)}</b></td></tr></table>
${problem_line(problem)}
<form method="post" action="${here}/pay">
<p><label>E-mail<input name="email" type="email" value="${safe(session.customer_email ?? 'newcomer@example.com')}"></label>
<label>Card<select name="number">${card_choice}</select></label>
<button class="main">Pay</button>
<button name="declined" value="1">Pay with a declined card</button>
${session.mode === 'payment' ? '<button name="later" value="1">Pay by bank, which takes a while</button>' : ''}</p>
</form>
${session.cancel_url ? button(`${here}/cancel`, 'Cancel') : ''}`,
    );
}

export function closed_page(session) {
    const words = { complete: 'This has been paid.', expired: 'This page has expired.' };
    return frame('Checkout', `<p>${words[session.status]}</p>`);
}

export function portal_page(account, session, problem = '') {
    const here = `/p/session/${session.id}`;
    const own = subscriptions_of(account, session.customer);
    const rows = own.map((one) => subscription_block(account, one, here));
    return frame(
        'Your subscriptions',
        `${problem_line(problem)}
${rows.join('') || '<p>There is none.</p>'}
<h2>Card</h2>
<form method="post" action="${here}/card"><select name="number" aria-label="Card">${card_choice}</select>
<button>Use this card</button></form>
${session.return_url ? `<p><a href="${safe(session.return_url)}">Back</a></p>` : ''}`,
    );
}

function subscription_block(account, one, here) {
    const [item] = one.items.data;
    const price = account.store.get('price', item.price);
    const name = account.store.get('product', price.product).name;
    const ends = one.cancel_at
        ? `ends on ${date(one.cancel_at)}`
        : `renews on ${date(item.current_period_end)}`;
    const invoices = open_invoices(account, one).map(
        (
            invoice,
        ) => `<p>Invoice ${safe(invoice.number)}: ${money(invoice.amount_due, invoice.currency)} is open.
${button(`${here}/invoices/${invoice.id}/pay`, 'Pay it now', 'main')}</p>`,
    );
    return `<h2>${safe(name)}</h2>
<p>${money(price.unit_amount, price.currency)} / ${price.recurring.interval}, ${safe(one.status)}, ${ends}</p>
${invoices.join('')}
${one.cancel_at ? button(`${here}/subscriptions/${one.id}/keep`, 'Keep it', 'main') : button(`${here}/subscriptions/${one.id}/cancel`, 'Cancel at the end of the period')}`;
}

export function invoice_page(invoice, problem = '') {
    const rows = invoice.lines.data.map(
        (line) => `<tr><td>${safe(line.description)}</td>
<td>${date(line.period.start)} to ${date(line.period.end)}</td>
<td class="amount">${money(line.amount, line.currency)}</td></tr>`,
    );
    const pay =
        invoice.status === 'open' ? button(`/i/${invoice.id}/pay`, 'Pay it now', 'main') : '';
    return frame(
        `Invoice ${invoice.number ?? ''}`,
        `<p>${safe(invoice.customer_email)}, ${date(invoice.created)}: ${safe(invoice.status)}</p>
<table>${rows.join('')}
<tr><th>Total</th><td></td><td class="amount"><b>${money(invoice.total, invoice.currency)}</b></td></tr></table>
${problem_line(problem)}${pay}`,
    );
}

function table(names, rows) {
    const line = (cells, tag) =>
        `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
    const shown = rows.slice(0, 15).map((row) => line(row, 'td'));
    return `<table>${line(names, 'th')}\n${shown.join('\n')}</table>`;
}

function session_row(session) {
    const name = `${session.id.slice(0, 20)}…`;
    return [
        session.status === 'open' ? `<a href="/c/pay/${session.id}">${name}</a>` : name,
        session.mode,
        money(session.amount_total, session.currency),
        session.status,
        session.payment_status,
    ];
}

const subscription_row = (one) => [
    one.id,
    one.customer,
    one.status,
    date(one.items.data[0].current_period_end),
    date(one.cancel_at),
];

const invoice_row = (one) => [
    `<a href="/i/${one.id}">${safe(one.number)}</a>`,
    one.customer,
    money(one.total, one.currency),
    one.status,
];

// What there is, the newest first, for whoever looks; `paid` when a purchase led here.
export function home_page(account, deliveries, paid) {
    const rows = (kind, row) => account.all(kind).reverse().map(row);
    const sent = deliveries
        .reverse()
        .map((one) => [
            account.store.get('event', one.event)?.type,
            one.state,
            one.attempts,
            safe(one.last?.status ?? one.last?.error),
        ]);
    const sold = '<p><b>Done.</b> The service is being told; ask it what it makes of it.</p>';
    return frame(
        'What Stripe would have',
        `${paid ? sold : ''}
<h2>Checkouts</h2>
${table(['Session', 'Mode', 'Amount', 'Status', 'Payment'], rows('checkout.session', session_row))}
<h2>Subscriptions</h2>
${table(['Id', 'Customer', 'Status', 'Period ends', 'Cancels'], rows('subscription', subscription_row))}
<h2>Invoices</h2>
${table(['Number', 'Customer', 'Total', 'Status'], rows('invoice', invoice_row))}
<h2>Events sent</h2>
${table(['Type', 'State', 'Attempts', 'Answer'], sent)}`,
        true,
    );
}
