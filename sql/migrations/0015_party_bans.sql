-- Whom people keep out of their watch parties, whichever they make. Who bans somebody in a party of
-- somebody else does so for that party alone, which is remembered nowhere.
--
--   party_bans  owner_user_id, banned_user_id, until, created_at

create table party_bans (
    owner_user_id  uuid not null,
    banned_user_id uuid not null,
    until          timestamptz,  -- null: until the owner lifts it
    created_at     timestamptz not null default now(),

    constraint party_bans_pkey primary key (owner_user_id, banned_user_id),
    constraint party_bans_owner_fkey foreign key (owner_user_id) references users (id) on delete cascade,
    constraint party_bans_banned_fkey foreign key (banned_user_id) references users (id) on delete cascade
);
create index party_bans_banned on party_bans (banned_user_id);
