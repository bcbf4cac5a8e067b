-- Library: what people keep and where they stopped watching, on all their devices. Written by the
-- library worker; this is where nearly all the rows are.
--
--   sync_versions  user_id, version, oldest
--   tombstones     user_id, version, kind, profile_id, ref, deleted_at
--   playlists      id, user_id, name, type, url, url_sealed, username_sealed, password_sealed,
--                  epg_url, epg_url_sealed, status, version, created_at, updated_at
--   favorites      id, user_id, profile_id, item_id, item_type, item_name, item_logo, playlist_id,
--                  position, version, created_at, updated_at
--   progress       user_id, profile_id, item_id, item_type, series_id, progress_seconds,
--                  duration_seconds, completed, device_id, client_updated_at, updated_at, version
--
-- Delta sync. Each change of a profile, playlist, favourite or progress row takes the next number
-- of its account from sync_versions, in its own transaction and before anything else that it locks:
-- the row stays locked until the commit, so numbers become visible in order and a device that asks
-- for "all after 41" never misses 40. A change of n rows adds n, and each row gets a number of its
-- own, so that a page of changes can end anywhere.

-- The narrow, hot row of an account. Cursors below `oldest` start over, because tombstones up to
-- there have been deleted.
create table sync_versions (
    user_id uuid primary key,
    version bigint not null default 0,
    oldest  bigint not null default 0,

    constraint sync_versions_oldest_is_past check (oldest between 0 and version),
    constraint sync_versions_user_fkey foreign key (user_id) references users (id) on delete cascade
) with (fillfactor = 50);

-- What is gone, for devices that still show it. `ref` is the id of a profile, playlist or favourite,
-- or the item id of progress; the end of a profile says it for all that the profile had. An item
-- that is watched again keeps its tombstone beside the new row: the higher version tells.
create table tombstones (
    user_id    uuid not null,
    version    bigint not null,
    kind       text not null,
    profile_id uuid,                                -- no reference: it may be gone as well
    ref        text not null,
    deleted_at timestamptz not null default now(),

    constraint tombstones_pkey primary key (user_id, version),
    constraint tombstones_kind_known check (kind in ('profiles', 'playlists', 'favorites', 'progress')),
    constraint tombstones_profile_fits check ((kind in ('favorites', 'progress')) = (profile_id is not null)),
    constraint tombstones_user_fkey foreign key (user_id) references users (id) on delete cascade
);

create index tombstones_age on tombstones using brin (deleted_at);

-- Where an account's channels come from. Names and passwords of a provider are sealed, and so is a
-- URL that carries them; `url` and `epg_url` then hold what is left without them.
create table playlists (
    id              uuid primary key,
    user_id         uuid not null,
    name            text not null,
    type            text not null,
    url             text not null,
    url_sealed      bytea,
    username_sealed bytea,
    password_sealed bytea,
    epg_url         text,
    epg_url_sealed  bytea,
    status          text not null default 'active',
    version         bigint not null default 0,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),

    constraint playlists_name_length check (char_length(name) between 1 and 100),
    constraint playlists_type_known check (type in ('xtream', 'm3u')),
    constraint playlists_url_length check (char_length(url) between 1 and 2048),
    constraint playlists_epg_url_length check (char_length(epg_url) between 1 and 2048),
    constraint playlists_status_known check (status in ('active', 'disabled', 'failing')),
    constraint playlists_user_fkey foreign key (user_id) references users (id) on delete cascade
);

create index playlists_user on playlists (user_id, created_at);

-- The lengths of what the list index holds keep an entry under the 2704 bytes that PostgreSQL
-- allows, even when every character takes four.
create table favorites (
    id          uuid primary key,
    user_id     uuid not null,
    profile_id  uuid not null,
    item_id     text not null,
    item_type   text not null,
    item_name   text not null,
    item_logo   text,
    playlist_id uuid,
    position    int not null default 0,
    version     bigint not null default 0,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),

    constraint favorites_item_id_length check (char_length(item_id) between 1 and 200),
    constraint favorites_item_type_known check (item_type in ('channel', 'movie', 'series', 'episode')),
    constraint favorites_item_name_length check (char_length(item_name) between 1 and 150),
    constraint favorites_item_logo_length check (octet_length(item_logo) between 1 and 1000),
    constraint favorites_item_key unique (profile_id, item_type, item_id),
    constraint favorites_profile_fkey foreign key (user_id, profile_id)
        references profiles (user_id, id) on delete cascade,
    -- Only a safety net: whoever deletes a playlist first empties the column under a new version.
    constraint favorites_playlist_fkey foreign key (playlist_id)
        references playlists (id) on delete set null
);

-- Holds all that the list shows: it is read from a few neighbouring pages of this index.
create index favorites_list on favorites (profile_id, position, created_at)
    include (id, item_id, item_type, item_name, item_logo, playlist_id, version);
create index favorites_playlist on favorites (playlist_id) where playlist_id is not null;

-- Where everybody stopped, in everything: the table that grows and that every playing device writes
-- to every few seconds. `client_updated_at` is the instant of the report by the device's clock, as
-- corrected by the server; the newest wins. A duration of 0 is not known.
--
-- How it stays fast at 100 million rows:
--   * A report that updates a row is a HOT update: no index has a column that a report changes, and
--     pages keep a fifth of their room. It touches one page of the table, and none of an index;
--     versions that nobody sees any more are cleared on the way by who comes to the page next.
--   * Lists, "continue watching" and the delta read the rows of a profile through the primary key
--     and sort these few in memory. An index by time or by version would make each report write to
--     it. A delta that has nothing to tell ends at sync_versions and never comes here.
--   * By profile, a row is in one of eight tables: of 12.5 million rows then, about 2.1 GB with an
--     index of 0.9 GB, which autovacuum passes through one by one. More would cost: a prepared read
--     locks each table, and beyond 16 locks PostgreSQL leaves its fast path.
--   * So the profile must be in every condition, as `profile_id = ...`: with `= any (...)` or by user
--     all tables are searched. For all profiles of an account, join laterally.
--   * Reads want `plan_cache_mode = force_generic_plan` (grants.sql), or each is planned anew.
create table progress (
    user_id           uuid not null,
    profile_id        uuid not null,
    client_updated_at timestamptz not null,
    updated_at        timestamptz not null default now(),
    version           bigint not null default 0,
    progress_seconds  int not null,
    duration_seconds  int not null default 0,
    completed         boolean not null default false,
    item_type         text not null,
    item_id           text not null,
    series_id         text,
    device_id         text,

    constraint progress_pkey primary key (profile_id, item_id),
    constraint progress_item_id_length check (char_length(item_id) between 1 and 200),
    constraint progress_item_type_known check (item_type in ('channel', 'movie', 'series', 'episode')),
    constraint progress_series_id_length check (char_length(series_id) between 1 and 200),
    constraint progress_device_id_length check (char_length(device_id) <= 100),
    constraint progress_seconds_not_negative check (progress_seconds >= 0),
    constraint progress_duration_not_negative check (duration_seconds >= 0),
    constraint progress_profile_fkey foreign key (user_id, profile_id)
        references profiles (user_id, id) on delete cascade
) partition by hash (profile_id);

do $$
begin
    for part in 0..7 loop
        execute format(
            'create table progress_%s partition of progress
             for values with (modulus 8, remainder %s)
             with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)',
            part, part);
    end loop;
end
$$;
