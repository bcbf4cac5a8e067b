-- Billing: what Stripe told us, word by word, and what follows from it. Events are written by the
-- billing worker and applied by it or by the jobs worker; nobody else writes here.
--
--   stripe_events       id, type, object_id, customer_id, livemode, api_version, created_at,
--                       received_at, arrival, raw, state, attempts, next_try_at, last_error, note,
--                       done_at
--   stripe_customers    customer_id, user_id, deleted_at, created_at
--   invoices            id, stripe_invoice_id, stripe_subscription_id, stripe_customer_id, number,
--                       status, billing_reason, amount_due, amount_paid, currency, hosted_url,
--                       pdf_url, period_start, period_end, attempts, next_attempt_at,
--                       first_failed_at, last_failed_at, paid_at, failure_told, receipt_told,
--                       issued_at, created_at, updated_at
--   card_charges        stripe_charge_id, stripe_customer_id, payment_intent, amount,
--                       amount_refunded, currency, dispute_id, dispute_status, disputed_at,
--                       created_at, updated_at
--   checkout_sessions   id, user_id, kind, plan_id, credits, form, returns, state,
--                       stripe_session_id, payment_intent, credits_returned, url,
--                       calling_until, expires_at, created_at, updated_at
--   trial_cards         digest, user_id, created_at

-- One row an event, kept as it came for replay and for audits. What an event means is worked out
-- from all events about its object (common/payments), so rows stay when they are done. `created_at`
-- is Stripe's clock, in whole seconds; `arrival` is the order in which they came to us.
--
-- To apply an event again: state = 'pending', attempts = 0, next_try_at = now().
create table stripe_events (
    id          text primary key,
    type        text not null,
    object_id   text,
    customer_id text,
    livemode    boolean not null,
    api_version text,
    created_at  timestamptz not null,
    received_at timestamptz not null default clock_timestamp(),
    arrival     bigint not null generated always as identity,
    raw         bytea not null,
    state       text not null default 'pending',
    attempts    int not null default 0,
    next_try_at timestamptz not null default clock_timestamp() + interval '2 seconds',
    last_error  text,
    note        text,                               -- why it changed nothing, or what else to know
    done_at     timestamptz,

    constraint stripe_events_id_length check (char_length(id) between 1 and 255),
    constraint stripe_events_state_known check (state in ('pending', 'done', 'ignored', 'deferred', 'failed')),
    constraint stripe_events_attempts_not_negative check (attempts >= 0)
) with (fillfactor = 80);

create index stripe_events_object on stripe_events (object_id, created_at desc) where object_id is not null;
create index stripe_events_customer on stripe_events (customer_id) where customer_id is not null;
create index stripe_events_due on stripe_events (next_try_at) where state in ('pending', 'deferred');
create index stripe_events_failed on stripe_events (received_at) where state = 'failed';
create index stripe_events_age on stripe_events using brin (received_at);

-- Whose a customer of Stripe's is. Bound once, by an id of ours that Stripe hands back, never by an
-- e-mail address; without user: known only as deleted. A user may have had several.
create table stripe_customers (
    customer_id text primary key,
    user_id     uuid,
    deleted_at  timestamptz,
    created_at  timestamptz not null default now(),

    constraint stripe_customers_user_fkey foreign key (user_id) references users (id) on delete set null
);

create index stripe_customers_user on stripe_customers (user_id) where user_id is not null;

-- `status` is what holds here: Stripe's, or what a newer invoice says of it. `stripe_event_id` is
-- the event that told the state.
alter table subscriptions
    add column stripe_status     text,
    add column stripe_price_id   text,
    add column stripe_item_id    text,
    add column stripe_event_id   text,
    add column cancel_at         timestamptz,
    add column ended_at          timestamptz,
    add column trial_end         timestamptz,
    add column trial_letter_for  timestamptz,       -- the trial end that a letter told
    add column check_with_stripe boolean not null default false,
    add column reconciled_at     timestamptz not null default now();

-- Not unique by user: two that live at Stripe are kept as two, however wrong that is.
create index subscriptions_price on subscriptions (stripe_price_id) where stripe_price_id is not null;
create index subscriptions_reconciled on subscriptions (reconciled_at) where source = 'stripe' and ended_at is null;

-- Kept when the account is erased, as books must be.
create table invoices (
    id                     uuid primary key,
    stripe_invoice_id      text not null,
    stripe_subscription_id text,
    stripe_customer_id     text,
    number                 text,
    status                 text not null,
    billing_reason         text,
    amount_due             bigint not null,
    amount_paid            bigint not null,
    currency               text not null,
    hosted_url             text,
    pdf_url                text,
    period_start           timestamptz,
    period_end             timestamptz,
    attempts               int not null default 0,
    next_attempt_at        timestamptz,
    first_failed_at        timestamptz,             -- grace counts from here
    last_failed_at         timestamptz,
    paid_at                timestamptz,
    failure_told           boolean not null default false,
    receipt_told           boolean not null default false,
    issued_at              timestamptz not null,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),

    constraint invoices_stripe_invoice_id_key unique (stripe_invoice_id),
    constraint invoices_status_known check (status in ('draft', 'open', 'paid', 'uncollectible', 'void'))
);

create index invoices_customer on invoices (stripe_customer_id, issued_at desc);
create index invoices_subscription on invoices (stripe_subscription_id) where stripe_subscription_id is not null;

-- Payments that were refunded or disputed. A refund takes no access away by itself: what a
-- subscription is worth, Stripe says; bought credits are taken back (common/payments).
create table card_charges (
    stripe_charge_id   text primary key,
    stripe_customer_id text,
    payment_intent     text,
    amount             bigint not null default 0,
    amount_refunded    bigint not null default 0,   -- Stripe's sum, never lowered
    currency           text not null default 'usd',
    dispute_id         text,
    dispute_status     text,
    disputed_at        timestamptz,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),

    constraint card_charges_amounts_not_negative check (amount >= 0 and amount_refunded >= 0)
);

create index card_charges_customer on card_charges (stripe_customer_id) where stripe_customer_id is not null;
create index card_charges_intent on card_charges (payment_intent) where payment_intent is not null;

-- A purchase on its way: written before Stripe is asked, so that whatever happens to the call, it is
-- repeated with the same key (the row's id) and the same words, and one session comes of it.
create table checkout_sessions (
    id                uuid primary key,
    user_id           uuid not null,
    kind              text not null,
    plan_id           uuid,
    credits           bigint,
    form              text not null,                -- what Stripe is sent
    returns           text not null,                -- success and cancel address
    state             text not null default 'creating',
    stripe_session_id text,
    payment_intent    text,
    credits_returned  bigint not null default 0,    -- taken back after a refund or a dispute
    url               text,
    calling_until     timestamptz not null,         -- somebody is asking Stripe until then
    expires_at        timestamptz not null,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),

    constraint checkout_sessions_stripe_key unique (stripe_session_id),
    constraint checkout_sessions_kind_known check (kind in ('subscription', 'credits')),
    constraint checkout_sessions_state_known check (state in ('creating', 'open', 'complete', 'expired', 'refused')),
    constraint checkout_sessions_has_goods check ((kind = 'subscription') = (plan_id is not null) and
                                                  (kind = 'credits') = (credits is not null)),
    constraint checkout_sessions_credits_positive check (credits > 0),
    constraint checkout_sessions_open_has_url check (state <> 'open' or (stripe_session_id is not null and url is not null)),
    constraint checkout_sessions_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint checkout_sessions_plan_fkey foreign key (plan_id) references plans (id)
);

-- One way to a subscription at a time, or two tabs make two of them.
create unique index checkout_sessions_one_open on checkout_sessions (user_id)
    where kind = 'subscription' and state in ('creating', 'open');
create index checkout_sessions_user on checkout_sessions (user_id, created_at desc);
create index checkout_sessions_intent on checkout_sessions (payment_intent) where payment_intent is not null;

-- Who pays with which card, as an HMAC of the fingerprint that Stripe gives it: a trial is once per
-- card, and a card that two accounts have is no reason for two.
create table trial_cards (
    digest     bytea not null,
    user_id    uuid not null,
    created_at timestamptz not null default now(),

    constraint trial_cards_pkey primary key (digest, user_id),
    constraint trial_cards_digest_length check (octet_length(digest) = 32),
    constraint trial_cards_user_fkey foreign key (user_id) references users (id) on delete cascade
);

create index trial_cards_user on trial_cards (user_id);
