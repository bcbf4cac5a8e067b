-- Something to look at: user@demo.local, reseller@demo.local and admin@demo.local, all with the
-- password `demo-pass-1`. Run by `make run` while SYNCSTREAM_DEMO is on, never in production. It can
-- be repeated: an account that is there already keeps what its user made of it, and only the demo
-- user's trial starts anew. PINs and credentials of a provider are left out, since they are made with
-- keys that only the server has.

begin;

-- One statement, because everything below hangs on whether the account is new. Each row has the
-- version of its own that devices ask for, and sync_versions the last of them.
with account as (
    insert into users (id, email, email_verified_at, password_hash, full_name, role, language,
                       credits_balance, trial_ends_at, trial_used_at, demo)
    values
        ('01938000-0000-7000-8000-000000000101', 'user@demo.local', now(),
         '$argon2id$v=19$m=19456,t=2,p=1$+fblqSQFCwzC0ZHbfUt+2g$B0o+j7Q5iyd8MK02i+d7NaRsLi35XwhNhqHnpJMFrrs',
         'Uma User', 'user', 'en', 0, now() + interval '14 days', now(), true),
        ('01938000-0000-7000-8000-000000000102', 'reseller@demo.local', now(),
         '$argon2id$v=19$m=19456,t=2,p=1$IWNXt3CNKUK9Br1wFg+MGA$b3iK9CIqPJ5Xs9xuNZ2EGhpky+Lhnno/conhmxMDEh8',
         'Remy Reseller', 'reseller', 'en', 10000, null, null, true),
        ('01938000-0000-7000-8000-000000000103', 'admin@demo.local', now(),
         '$argon2id$v=19$m=19456,t=2,p=1$nyODTh7ZEeQY+aHxI68uRQ$RSEwq8ZAGWLwUvrWamLTPYKcuLPEW2fX6atq6qOmYEo',
         'Ada Admin', 'admin', 'en', 0, null, null, true)
    on conflict do nothing
    returning id
), counter as (
    insert into sync_versions (user_id, version)
    select id, case id when '01938000-0000-7000-8000-000000000101' then 12 else 1 end from account
), granted as (
    insert into ledger_transfers (id, type, debit_account, credit_account, amount, balance_after, description)
    select gen_random_uuid(), 'admin_grant', ledger_accounts.id, account.id, 10000, 10000, 'To try things out'
    from account
    join ledger_accounts on ledger_accounts.kind = 'issued'
    where account.id = '01938000-0000-7000-8000-000000000102'
), profile as (
    insert into profiles (id, user_id, name, is_kids, is_default, max_rating, blocked_categories,
                          bedtime, wake_time, timezone, version)
    select row.id::uuid, account.id, row.name, row.is_kids, row.is_default, row.max_rating,
           row.blocked_categories::text[], row.bedtime, row.wake_time, row.timezone, row.version
    from account
    join (values
        ('01938000-0000-7000-8000-000000000201', '01938000-0000-7000-8000-000000000101',
         'Uma', false, true, null, '{}', null, null, null, 1),
        ('01938000-0000-7000-8000-000000000202', '01938000-0000-7000-8000-000000000101',
         'Kids', true, false, 'PG', '{horror,adult}', '20:00', '06:30', 'Europe/Paris', 2),
        ('01938000-0000-7000-8000-000000000203', '01938000-0000-7000-8000-000000000101',
         'Grandpa', false, false, null, '{}', null, null, null, 3),
        ('01938000-0000-7000-8000-000000000204', '01938000-0000-7000-8000-000000000102',
         'Remy', false, true, null, '{}', null, null, null, 1),
        ('01938000-0000-7000-8000-000000000205', '01938000-0000-7000-8000-000000000103',
         'Ada', false, true, null, '{}', null, null, null, 1)
    ) as row (id, user_id, name, is_kids, is_default, max_rating, blocked_categories,
              bedtime, wake_time, timezone, version) on row.user_id::uuid = account.id
), playlist as (
    insert into playlists (id, user_id, name, type, url, epg_url, version)
    select '01938000-0000-7000-8000-000000000301', id, 'Open channels', 'm3u',
           'https://channels.example.com/open.m3u', 'https://channels.example.com/open.xml', 4
    from account
    where id = '01938000-0000-7000-8000-000000000101'
), favorite as (
    insert into favorites (id, user_id, profile_id, item_id, item_type, item_name, item_logo,
                           playlist_id, position, version)
    select row.id::uuid, account.id, row.profile_id::uuid, row.item_id, row.item_type, row.item_name,
           row.item_logo, row.playlist_id::uuid, row.position, row.version
    from account
    join (values
        ('01938000-0000-7000-8000-000000000401', '01938000-0000-7000-8000-000000000201', 'channel-news-24', 'channel',
         'News 24', 'https://channels.example.com/news24.png', '01938000-0000-7000-8000-000000000301', 0, 5),
        ('01938000-0000-7000-8000-000000000402', '01938000-0000-7000-8000-000000000201', 'movie-1902-moon', 'movie',
         'A Trip to the Moon', null, null, 1, 6),
        ('01938000-0000-7000-8000-000000000403', '01938000-0000-7000-8000-000000000201', 'series-harbour', 'series',
         'The Harbour', null, null, 2, 7),
        ('01938000-0000-7000-8000-000000000404', '01938000-0000-7000-8000-000000000202', 'movie-1937-seven', 'movie',
         'Seven in the Forest', null, null, 0, 8)
    ) as row (id, profile_id, item_id, item_type, item_name, item_logo, playlist_id, position, version)
        on account.id = '01938000-0000-7000-8000-000000000101'
)
insert into progress (user_id, profile_id, item_id, item_type, series_id, progress_seconds, duration_seconds,
                      completed, device_id, client_updated_at, version)
select account.id, row.profile_id::uuid, row.item_id, row.item_type, row.series_id, row.progress_seconds,
       row.duration_seconds, row.completed, row.device_id, now() - row.ago::interval, row.version
from account
join (values
    ('01938000-0000-7000-8000-000000000201', 'movie-1902-moon', 'movie', null, 420, 840, false, 'living-room-tv', '2 hours', 9),
    ('01938000-0000-7000-8000-000000000201', 'series-harbour-s01e01', 'episode', 'series-harbour',
         2690, 2700, true, 'phone', '2 days', 10),
    ('01938000-0000-7000-8000-000000000201', 'series-harbour-s01e02', 'episode', 'series-harbour',
         1250, 2640, false, 'phone', '1 day', 11),
    ('01938000-0000-7000-8000-000000000202', 'movie-1937-seven', 'movie', null, 1800, 4980, false, 'living-room-tv', '3 hours', 12)
) as row (profile_id, item_id, item_type, series_id, progress_seconds, duration_seconds, completed, device_id,
          ago, version)
    on account.id = '01938000-0000-7000-8000-000000000101';

update users set trial_ends_at = now() + interval '14 days', updated_at = now()
where id = '01938000-0000-7000-8000-000000000101' and demo;

commit;
