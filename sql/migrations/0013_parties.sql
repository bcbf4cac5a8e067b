-- Watch parties as they are remembered. A party that is going on lives in Redis alone and does not
-- need these tables; workers/party writes here afterwards what is worth keeping.
--
--   parties             id, host_user_id, title, settings, media, created_at, ended_at, end_reason,
--                       peak_members, scheduled_for
--   party_participants  party_id, user_id, profile_id, role, joined_at, left_at
--   party_reports       id, party_id, reporter_id, target_id, message, reason, created_at, status

-- Ids are those that clients know: `party_` and 22 characters.
create table parties (
    id            text primary key,
    host_user_id  uuid not null,
    title         text not null default '',
    settings      jsonb not null default '{}',
    media         jsonb,
    created_at    timestamptz not null default now(),
    ended_at      timestamptz,
    end_reason    text,
    peak_members  int not null default 1,
    scheduled_for timestamptz,

    constraint parties_id_form check (id ~ '^party_[0-9A-Za-z]{22}$'),
    constraint parties_title_length check (char_length(title) <= 80),
    constraint parties_host_fkey foreign key (host_user_id) references users (id) on delete cascade
);
create index parties_host on parties (host_user_id, created_at desc);

create table party_participants (
    party_id   text not null,
    user_id    uuid not null,
    profile_id uuid,
    role       text not null,
    joined_at  timestamptz not null default now(),
    left_at    timestamptz,

    constraint party_participants_pkey primary key (party_id, user_id, joined_at),
    constraint party_participants_party_fkey foreign key (party_id) references parties (id) on delete cascade,
    constraint party_participants_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint party_participants_profile_fkey
        foreign key (profile_id) references profiles (id) on delete set null
);
create index party_participants_user on party_participants (user_id, joined_at desc);

-- Chat messages that somebody reported; the only chat that outlives its party, for 30 days.
create table party_reports (
    id          uuid primary key,
    party_id    text not null,
    reporter_id uuid not null,
    target_id   uuid not null,
    message     text not null,
    reason      text not null,
    created_at  timestamptz not null default now(),
    status      text not null default 'open',

    constraint party_reports_status check (status in ('open', 'upheld', 'dismissed')),
    constraint party_reports_message_length check (char_length(message) <= 4000),
    constraint party_reports_reason_length check (char_length(reason) <= 500),
    constraint party_reports_reporter_fkey foreign key (reporter_id) references users (id) on delete cascade,
    constraint party_reports_target_fkey foreign key (target_id) references users (id) on delete cascade
);
create index party_reports_open on party_reports (created_at) where status = 'open';

-- How many may watch together in a party that a user of the plan has made.
update plans
   set features = features || jsonb_build_object('watch_party', true, 'party_size',
           case code when 'free' then 10 when 'basic' then 50 else 250 end)
 where code in ('free', 'basic', 'family', 'premium');
