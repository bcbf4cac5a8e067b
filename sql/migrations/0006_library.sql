-- What the library worker needs to know without reading more than it should.

-- Whether a profile asks for a PIN, for who may not read the hash itself.
alter table profiles add column has_pin boolean not null generated always as (pin_hash is not null) stored;

-- When the item was last noted in profile_activity as played: a report, which comes every few
-- seconds, then learns from the row that it writes anyway whether another line is due.
alter table progress add column played_at timestamptz not null default now();
