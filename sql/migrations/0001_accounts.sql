-- Accounts: who somebody is and how they prove it. Written by the auth worker; the other workers
-- read here whether a session still stands and whether an account is suspended.
--
--   users            id, email, email_verified_at, password_hash, full_name, role, status, language,
--                    credits_balance, trial_ends_at, trial_used_at, parent_reseller_id,
--                    must_change_password, totp_secret, totp_confirmed_at, totp_last_step, demo,
--                    created_at, updated_at
--   sessions         id, user_id, profile_id, refresh_counter, device_name, device_type, user_agent,
--                    ip, created_at, last_seen_at, refreshed_at, expires_at, absolute_expires_at,
--                    revoked_at, revoke_reason
--   account_tokens   digest, user_id, purpose, new_email, created_at, expires_at, used_at
--   recovery_codes   user_id, digest, created_at, used_at
--   device_logins    device_code_digest, user_code, client, device_name, device_type, ip, status,
--                    user_id, interval_s, last_polled_at, issued, created_at, expires_at
--   throttles        key, failures, window_started_at, blocked_until
--   security_events  id, user_id, session_id, event, ip, details, at
--
-- True in every migration: ids are UUIDs version 7 made by the application; what is sealed is bytea
-- and opens only with keys that the database never sees; a table that is updated often keeps room
-- in its pages and has no index on the columns that change, so that an update touches one page.
-- What has expired is deleted by the jobs worker.

-- One row a person, of whatever role: a reseller's client can become a reseller, and a balance or a
-- second factor means the same for all.
create table users (
    id                   uuid primary key,
    email                text not null,
    email_verified_at    timestamptz,
    password_hash        text not null,
    full_name            text not null,
    role                 text not null default 'user',
    status               text not null default 'active',
    language             text,
    credits_balance      bigint not null default 0,
    trial_ends_at        timestamptz,
    trial_used_at        timestamptz,
    parent_reseller_id   uuid,
    must_change_password boolean not null default false,
    totp_secret          bytea,
    totp_confirmed_at    timestamptz,
    totp_last_step       bigint,
    demo                 boolean not null default false,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),

    constraint users_email_length check (char_length(email) between 3 and 254),
    constraint users_full_name_length check (char_length(full_name) between 1 and 200),
    constraint users_role_known check (role in ('user', 'reseller', 'admin')),
    constraint users_status_known check (status in ('active', 'suspended')),
    constraint users_language_form check (language ~ '^[a-z]{2}$'),
    constraint users_credits_not_negative check (credits_balance >= 0),
    constraint users_totp_has_secret check (totp_confirmed_at is null or totp_secret is not null),
    -- No action on delete: who still has clients is not deleted.
    constraint users_parent_reseller_fkey foreign key (parent_reseller_id) references users (id)
) with (fillfactor = 90);

-- An address belongs to one account however its letters are cased.
create unique index users_email_key on users (lower(email));
create index users_parent_reseller on users (parent_reseller_id) where parent_reseller_id is not null;

-- One row a signed-in device. Refresh tokens are not stored: the counter tells which of the tokens
-- derived for this session is the newest, so that an older one is known when it comes again.
create table sessions (
    id                  uuid primary key,
    user_id             uuid not null,
    profile_id          uuid,                       -- selected last on this device
    refresh_counter     bigint not null default 0,
    device_name         text,
    device_type         text,
    user_agent          text,
    ip                  text,
    created_at          timestamptz not null default now(),
    last_seen_at        timestamptz not null default now(),
    refreshed_at        timestamptz not null default now(),
    expires_at          timestamptz not null,       -- moves on with use
    absolute_expires_at timestamptz not null,
    revoked_at          timestamptz,
    revoke_reason       text,

    constraint sessions_device_name_length check (char_length(device_name) <= 100),
    constraint sessions_device_type_length check (char_length(device_type) <= 40),
    constraint sessions_user_agent_length check (char_length(user_agent) <= 300),
    constraint sessions_refresh_counter_not_negative check (refresh_counter >= 0),
    constraint sessions_revocation_has_reason check ((revoked_at is null) = (revoke_reason is null)),
    constraint sessions_user_fkey foreign key (user_id) references users (id) on delete cascade
) with (fillfactor = 80);

create index sessions_user on sessions (user_id);

-- Links in letters. The digest is enough to recognise a token and useless to whoever reads the table.
create table account_tokens (
    digest     bytea primary key,                   -- SHA-256 of the token
    user_id    uuid not null,
    purpose    text not null,
    new_email  text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz,

    constraint account_tokens_digest_length check (octet_length(digest) = 32),
    constraint account_tokens_purpose_known check (purpose in ('verify_email', 'reset_password', 'change_email')),
    constraint account_tokens_new_email_fits check ((purpose = 'change_email') = (new_email is not null)),
    constraint account_tokens_user_fkey foreign key (user_id) references users (id) on delete cascade
);

create index account_tokens_user on account_tokens (user_id, purpose);
create index account_tokens_expiry on account_tokens (expires_at);

-- The way back in for somebody who lost the second factor; each code works once.
create table recovery_codes (
    user_id    uuid not null,
    digest     bytea not null,
    created_at timestamptz not null default now(),
    used_at    timestamptz,

    constraint recovery_codes_pkey primary key (user_id, digest),
    constraint recovery_codes_digest_length check (octet_length(digest) = 32),
    constraint recovery_codes_user_fkey foreign key (user_id) references users (id) on delete cascade
);

-- A TV that waits for somebody to approve it on a phone (RFC 8628).
create table device_logins (
    device_code_digest bytea primary key,           -- SHA-256 of the device code
    user_code          text not null,
    client             text,
    device_name        text,
    device_type        text,
    ip                 text,                        -- shown to who approves
    status             text not null default 'pending',
    user_id            uuid,                        -- who decided
    interval_s         int not null default 5,      -- raised for a client that polls too fast
    last_polled_at     timestamptz,
    issued             bytea,                       -- sealed answer, for a TV that lost it on the way
    created_at         timestamptz not null default now(),
    expires_at         timestamptz not null,

    constraint device_logins_user_code_key unique (user_code),
    constraint device_logins_digest_length check (octet_length(device_code_digest) = 32),
    constraint device_logins_client_length check (char_length(client) <= 100),
    constraint device_logins_device_name_length check (char_length(device_name) <= 100),
    constraint device_logins_device_type_length check (char_length(device_type) <= 40),
    constraint device_logins_status_known check (status in ('pending', 'approved', 'denied', 'consumed')),
    constraint device_logins_decided_by_somebody check (status = 'pending' or user_id is not null),
    constraint device_logins_user_fkey foreign key (user_id) references users (id) on delete cascade
) with (fillfactor = 80);

create index device_logins_user on device_logins (user_id) where user_id is not null;
create index device_logins_expiry on device_logins (expires_at);

-- Failures that are counted by account, profile or address. They live here and not in the cache,
-- since a lock that a restart lifts is none. A key says what is counted (`login:<user id>`); what is
-- personal in it (an address that has no account) is hashed.
create table throttles (
    key               text primary key,
    failures          int not null default 0,
    window_started_at timestamptz not null default now(),
    blocked_until     timestamptz,

    constraint throttles_key_length check (char_length(key) between 1 and 200),
    constraint throttles_failures_not_negative check (failures >= 0)
) with (fillfactor = 70);

-- What happened to an account: for its owner, and for whoever investigates. Only ever added to; the
-- user is null when nobody could be named. No secrets in details.
create table security_events (
    id         uuid primary key,
    user_id    uuid,
    session_id uuid,                                -- no reference: sessions go, events stay
    event      text not null,
    ip         text,
    details    jsonb not null default '{}',
    at         timestamptz not null default now(),

    constraint security_events_event_form check (event ~ '^[a-z][a-z0-9_]{1,59}$'),
    constraint security_events_user_fkey foreign key (user_id) references users (id) on delete cascade
);

create index security_events_user on security_events (user_id, at desc);
create index security_events_age on security_events using brin (at);
