-- The people of a load test: psql --set count=500 --set hash=... --set playlists=FILE --file people.sql
-- Each has the premium plan, 3 profiles, 10 playlists with sealed credentials (FILE, made by
-- people_program), and in the first profile 50 favourites and 100 places in films. Everything is
-- numbered so that requests.lua and the statements of ops/bench find it. With `--set accounts=1`
-- they have nothing but the plan and the profiles.
\set ON_ERROR_STOP on
begin;

-- 0 person, 1 session, 2 profile, 3 playlist, 4 favourite, 5 subscription.
create function pg_temp.load_id(kind int, person bigint, number int default 0) returns uuid language sql as
    $$ select format('00000000-0000-7000-800%s-%s%s', kind, lpad(person::text, 9, '0'), lpad(number::text, 3, '0'))::uuid $$;

create temporary table person as select person from generate_series(1, :count) as person;
create temporary table sealed (person bigint, number int, username bytea, password bytea);
\set load '\\copy sealed from ' :playlists
:load

insert into users (id, email, email_verified_at, password_hash, full_name)
select pg_temp.load_id(0, person), 'person' || person || '@load.example.com', now(), :'hash', 'Person ' || person
from person;

insert into sessions (id, user_id, expires_at, absolute_expires_at)
select pg_temp.load_id(1, person), pg_temp.load_id(0, person), now() + interval '30 days', now() + interval '180 days'
from person;

insert into subscriptions (id, user_id, plan_id, source, status)
select pg_temp.load_id(5, person), pg_temp.load_id(0, person), plans.id, 'manual', 'active'
from person, plans
where code = 'premium';

insert into sync_versions (user_id, version) select pg_temp.load_id(0, person), 163 from person;

insert into profiles (id, user_id, name, avatar_url, is_kids, is_default, version)
select pg_temp.load_id(2, person, number), pg_temp.load_id(0, person), 'Profile ' || number,
       'https://cdn.example.com/avatars/' || number || '.png', number = 3, number = 1, number
from person, generate_series(1, 3) as number;

update sessions set profile_id = profiles.id from profiles where profiles.user_id = sessions.user_id and is_default;

\if :{?accounts}
    commit;
    vacuum analyze;
    \quit
\endif

insert into playlists (id, user_id, name, type, url, username_sealed, password_sealed, version)
select pg_temp.load_id(3, person, number), pg_temp.load_id(0, person), 'Playlist ' || number, 'xtream',
       'http://provider-' || number || '.example.com:8080', username, password, 3 + number
from sealed;

insert into favorites (id, user_id, profile_id, item_id, item_type, item_name, item_logo, position, version)
select pg_temp.load_id(4, person, number), pg_temp.load_id(0, person), pg_temp.load_id(2, person, 1),
       type || '_' || lpad(number::text, 4, '0'), type, initcap(type) || ' Number ' || number,
       'https://cdn.example.com/logos/' || type || '_' || lpad(number::text, 4, '0') || '.png', number, 13 + number
from person, generate_series(1, 50) as number,
     lateral (select case when number <= 25 then 'channel' else 'movie' end as type) as kind;

-- Film by film, so that what belongs to one profile is scattered as in life.
insert into progress (user_id, profile_id, item_id, item_type, progress_seconds, duration_seconds,
                      client_updated_at, version)
select pg_temp.load_id(0, person), pg_temp.load_id(2, person, 1), 'movie_' || lpad(number::text, 4, '0'), 'movie',
       1000 + number, 7200, now() - number * interval '1 minute', 63 + number
from generate_series(1, 100) as number, person;

commit;
vacuum analyze;
checkpoint;
