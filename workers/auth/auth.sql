-- What the auth worker asks about accounts, sessions and how often somebody may try. The other
-- topics have files of their own: account.sql, devices.sql, totp.sql.

-- name: find_account
select u.id, u.email, u.email_verified_at is not null as email_verified, u.email_status,
       u.full_name, u.role, coalesce(u.language, 'en') as language, e.plan_code as plan,
       e.status as subscription_status, u.trial_ends_at, u.credits_balance, u.must_change_password,
       u.totp_confirmed_at is not null as totp_enabled, u.created_at, u.status, e.rate_limit
  from users u
  join entitlements e on e.user_id = u.id
 where u.id = $1;

-- name: find_profile
-- The one that was selected, else the default one.
select id, name, avatar_url, is_kids as is_kids_profile, is_default, pin_hash is not null as has_pin,
       language, max_rating, blocked_categories, bedtime, wake_time, timezone, created_at, updated_at
  from profiles
 where user_id = $1 and (is_default or id = $2::uuid)
 order by id = $2::uuid desc nulls last
 limit 1;

-- name: find_credentials
select id, email, password_hash, role, status, demo, totp_secret,
       totp_confirmed_at is not null as totp_enabled
  from users
 where lower(email) = lower($1);

-- name: find_credentials_of
select id, email, password_hash, role, status, demo, totp_secret,
       totp_confirmed_at is not null as totp_enabled
  from users
 where id = $1;

-- name: update_password
-- Also ends what was sent out to get in without it.
with links as (
    delete from account_tokens where user_id = $1 and purpose = 'reset_password'
)
update users
   set password_hash = $2, must_change_password = false, updated_at = now()
 where id = $1;

-- name: update_password_hash
-- The same password at another cost. Not when it was changed meanwhile.
update users set password_hash = $3 where id = $1 and password_hash = $2;

-- name: insert_session
insert into sessions (id, user_id, device_name, device_type, user_agent, ip, expires_at,
                      absolute_expires_at)
values ($1, $2, $3, $4, $5, $6, now() + interval '30 days', now() + interval '180 days');

-- name: rotate_session
-- Moves the counter on when the newest token came, and only then; the row lock puts those who come
-- at the same time into a line. No row for a session that is over or a token never given.
update sessions
   set refresh_counter = refresh_counter + (refresh_counter = $2::bigint)::int,
       refreshed_at = now(), last_seen_at = now(),
       expires_at = least(now() + interval '30 days', absolute_expires_at),
       ip = $3, user_agent = coalesce($4, user_agent)
 where id = $1 and revoked_at is null and expires_at > now() and refresh_counter >= $2::bigint
returning user_id, profile_id, refresh_counter;

-- name: find_session
select user_id, profile_id, refresh_counter
  from sessions
 where id = $1 and revoked_at is null and expires_at > now();

-- name: list_sessions
select id, device_name, device_type, ip, created_at, last_seen_at, id = $2 as current
  from sessions
 where user_id = $1 and revoked_at is null and expires_at > now()
 order by last_seen_at desc, id desc;

-- name: revoke_session
update sessions set revoked_at = now(), revoke_reason = $3
 where id = $1 and user_id = $2 and revoked_at is null;

-- name: revoke_sessions
-- All of a user but one, if it is named.
update sessions set revoked_at = now(), revoke_reason = $3
 where user_id = $1 and id is distinct from $2::uuid and revoked_at is null
returning id;

-- name: insert_event
insert into security_events (id, user_id, session_id, event, ip) values ($1, $2, $3, $4, $5);

-- name: count_attempt
-- Counts before anything is checked, so that guesses made at the same time are each counted. A row
-- when the attempt is admitted; none while blocked. The attempt that reaches the limit starts a
-- block, and each one admitted after it a block twice as long, until a window passes in quiet.
-- $2 limit, $3 seconds of the window, $4 of the first block, $5 of the longest.
insert into throttles as kept (key, failures) values ($1, 1)
on conflict (key) do update
   set (failures, window_started_at, blocked_until) = (
       select n, case when n = 1 or n >= $2::int then now() else kept.window_started_at end,
              case when n >= $2::int
                   then now() + make_interval(secs => least($5::int, $4::int * 2 ^ least(n - $2::int, 20)))
              end
         from (select case when kept.window_started_at <= now() - make_interval(secs => $3::int)
                           then 1 else kept.failures + 1 end as n) as counted)
 where kept.blocked_until is null or kept.blocked_until <= now()
returning true;

-- name: find_block
-- Milliseconds that are left.
select (extract(epoch from blocked_until - now()) * 1000)::bigint
  from throttles
 where key = $1 and blocked_until > now();

-- name: forgive_attempt
update throttles
   set failures = failures - 1,
       blocked_until = case when failures - 1 >= $2::int then blocked_until end
 where key = $1 and failures > 0;

-- name: forget_attempts
delete from throttles where key = $1;
