-- Profiles: the people of an account. Written by the profiles worker (auth makes the first one);
-- the library hangs favourites and progress on them.
--
--   profiles          id, user_id, name, avatar_url, is_kids, is_default, language, max_rating,
--                     blocked_categories, bedtime, wake_time, timezone, pin_hash, pin_failures,
--                     pin_failures_since, pin_locked_until, version, created_at, updated_at
--   profile_activity  id, user_id, profile_id, event, item_id, item_type, device_id, at
--
-- `version` is the account's number of the last change that devices should hear of (0004_library);
-- a failed PIN is none.

-- How many an account may have is its plan's matter: to count and insert safely, change the
-- account's row in sync_versions first, which makes others wait.
create table profiles (
    id                 uuid primary key,
    user_id            uuid not null,
    name               text not null,
    avatar_url         text,
    is_kids            boolean not null default false,
    is_default         boolean not null default false,
    language           text,
    max_rating         text,
    blocked_categories text[] not null default '{}',
    bedtime            text,                        -- HH:MM in `timezone`
    wake_time          text,
    timezone           text,                        -- IANA name
    pin_hash           text,
    pin_failures       int not null default 0,
    pin_failures_since timestamptz,                 -- when the counted failures began
    pin_locked_until   timestamptz,
    version            bigint not null default 0,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),

    constraint profiles_name_length check (char_length(name) between 1 and 40),
    constraint profiles_avatar_url_length check (char_length(avatar_url) <= 2048),
    constraint profiles_language_form check (language ~ '^[a-z]{2}$'),
    constraint profiles_max_rating_length check (char_length(max_rating) between 1 and 20),
    constraint profiles_blocked_categories_count check (cardinality(blocked_categories) <= 100),
    constraint profiles_bedtime_form check (bedtime ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    constraint profiles_wake_time_form check (wake_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    constraint profiles_timezone_length check (char_length(timezone) between 1 and 64),
    constraint profiles_pin_failures_not_negative check (pin_failures >= 0),
    constraint profiles_user_fkey foreign key (user_id) references users (id) on delete cascade,
    -- What belongs to a profile refers to both columns, so that it can't name another account's
    -- profile.
    constraint profiles_user_id_key unique (user_id, id)
) with (fillfactor = 90);

create unique index profiles_name_key on profiles (user_id, lower(name));
create unique index profiles_one_default on profiles (user_id) where is_default;

alter table sessions
    add constraint sessions_profile_fkey foreign key (profile_id) references profiles (id) on delete set null;
create index sessions_profile on sessions (profile_id) where profile_id is not null;

-- What parents look at: who chose the profile, who guessed at its PIN, what was played.
create table profile_activity (
    id         uuid primary key,
    user_id    uuid not null,
    profile_id uuid not null,
    event      text not null,
    item_id    text,
    item_type  text,
    device_id  text,
    at         timestamptz not null default now(),

    constraint profile_activity_event_known check (event in
        ('selected', 'pin_failed', 'pin_locked', 'pin_changed', 'pin_cleared', 'restrictions_changed', 'played')),
    constraint profile_activity_item_id_length check (char_length(item_id) between 1 and 200),
    constraint profile_activity_item_type_known check (item_type in ('channel', 'movie', 'series', 'episode')),
    constraint profile_activity_device_id_length check (char_length(device_id) <= 100),
    constraint profile_activity_profile_fkey foreign key (user_id, profile_id)
        references profiles (user_id, id) on delete cascade
);

create index profile_activity_profile on profile_activity (profile_id, at desc);
create index profile_activity_age on profile_activity using brin (at);
