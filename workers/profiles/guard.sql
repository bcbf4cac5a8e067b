-- name: count_pin_attempt
-- Takes one of five attempts in 15 minutes; the fifth locks the PIN, until it is known to be right.
-- No row while it is locked, and where there is no PIN.
update profiles
   set pin_failures = case when pin_failures_since > now() - interval '15 minutes'
                           then pin_failures + 1 else 1 end,
       pin_failures_since = case when pin_failures_since > now() - interval '15 minutes'
                                 then pin_failures_since else now() end,
       pin_locked_until = case when pin_failures_since > now() - interval '15 minutes'
                                and pin_failures >= 4 then now() + interval '15 minutes' end
 where user_id = $1 and id = $2 and pin_hash is not null and coalesce(pin_locked_until <= now(), true)
returning pin_hash as hash, 5 - pin_failures as attempts_left;

-- name: find_pin_lock
-- Milliseconds until the PIN may be tried again. No row means that there is no PIN, and nothing else:
-- who is not checked for any other reason must not get in.
select (extract(epoch from greatest(pin_locked_until - now(), '0')) * 1000)::bigint
  from profiles
 where user_id = $1 and id = $2 and pin_hash is not null;

-- name: forget_pin_attempts
update profiles
   set pin_failures = 0, pin_failures_since = null, pin_locked_until = null
 where user_id = $1 and id = $2;

-- name: count_password_attempt
-- The same for the account's password, as far as it is asked for here.
with attempt as (
    insert into throttles as t (key, failures) values ('profiles:password:' || $1::uuid, 1)
    on conflict (key) do update
       set failures = case when t.window_started_at > now() - interval '15 minutes'
                           then t.failures + 1 else 1 end,
           window_started_at = case when t.window_started_at > now() - interval '15 minutes'
                                    then t.window_started_at else now() end,
           blocked_until = case when t.window_started_at > now() - interval '15 minutes'
                                 and t.failures >= 4 then now() + interval '15 minutes' end
     where coalesce(t.blocked_until <= now(), true)
    returning failures
)
select users.password_hash as hash, 5 - attempt.failures as attempts_left
  from users, attempt
 where users.id = $1;

-- name: find_password_lock
select (extract(epoch from blocked_until - now()) * 1000)::bigint
  from throttles
 where key = 'profiles:password:' || $1::uuid and blocked_until > now();

-- name: forget_password_attempts
delete from throttles where key = 'profiles:password:' || $1::uuid;

-- name: insert_activity
-- One transaction may note several things; the clock keeps them in order.
insert into profile_activity (id, user_id, profile_id, event, device_id, at)
values ($1, $2, $3, $4, $5, clock_timestamp());
