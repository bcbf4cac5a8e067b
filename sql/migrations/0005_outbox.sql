-- Outbox: what is promised in a transaction and done after it. Every worker writes here; the jobs
-- worker sends and cleans.
--
--   outbox            id, user_id, recipient, template, language, parameters, secret_parameters,
--                     status, attempts, next_attempt_at, last_error, created_at, sent_at
--   idempotency_keys  scope, key, route, fingerprint, status, location, body, created_at, expires_at

-- Letters. A row is written in the transaction that it tells about, so that no letter speaks of what
-- was undone and none is lost. Links that let somebody in are in `secret_parameters`, sealed.
create table outbox (
    id                uuid primary key,
    user_id           uuid,                         -- null: goes out even when the account is erased
    recipient         text not null,
    template          text not null,
    language          text not null,
    parameters        jsonb not null default '{}',
    secret_parameters bytea,
    status            text not null default 'pending',
    attempts          int not null default 0,
    next_attempt_at   timestamptz not null default now(),
    last_error        text,
    created_at        timestamptz not null default now(),
    sent_at           timestamptz,

    constraint outbox_status_known check (status in ('pending', 'sent', 'failed')),
    constraint outbox_sent_has_instant check ((status = 'sent') = (sent_at is not null)),
    constraint outbox_language_form check (language ~ '^[a-z]{2}$'),
    constraint outbox_attempts_not_negative check (attempts >= 0),
    constraint outbox_user_fkey foreign key (user_id) references users (id) on delete cascade
) with (fillfactor = 80);

create index outbox_due on outbox (next_attempt_at) where status = 'pending';
create index outbox_done on outbox (created_at) where status <> 'pending';
create index outbox_user on outbox (user_id) where user_id is not null;

-- First answers, for clients that ask twice. `scope` is who asked (a user, or an address hashed),
-- `fingerprint` the SHA-256 of what was asked. The body is sealed: answers hold tokens. A row
-- without status belongs to a call to an outside service that has not come back.
create table idempotency_keys (
    scope       text not null,
    key         text not null,
    route       text not null,
    fingerprint bytea not null,
    status      int,
    location    text,
    body        bytea,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,

    constraint idempotency_keys_pkey primary key (scope, key, route),
    constraint idempotency_keys_scope_length check (char_length(scope) between 1 and 100),
    constraint idempotency_keys_key_length check (octet_length(key) between 1 and 255),
    constraint idempotency_keys_route_length check (char_length(route) between 1 and 200),
    constraint idempotency_keys_fingerprint_length check (octet_length(fingerprint) = 32),
    constraint idempotency_keys_status_range check (status between 100 and 599),
    constraint idempotency_keys_answer_whole check ((status is null) = (body is null))
);

create index idempotency_keys_expiry on idempotency_keys (expires_at);
