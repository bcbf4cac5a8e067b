-- Deleting what has expired, at most so many rows at once ($1), so that nobody waits for it long.
-- Where a row may come to life again, the condition stands outside as well: there it is asked anew
-- of a row that changed in the meantime.

-- name: take_turn
-- True for one process at a time, until the end of the transaction.
select pg_try_advisory_xact_lock(hashtextextended('jobs cleaning', 0));

-- name: delete_sessions
delete from sessions
 where id in (select id from sessions
               where least(revoked_at, expires_at, absolute_expires_at) < now() - interval '30 days'
               limit $1::bigint)
   and least(revoked_at, expires_at, absolute_expires_at) < now() - interval '30 days';

-- name: delete_account_tokens
delete from account_tokens
 where digest in (select digest from account_tokens
                   where expires_at < now() - interval '1 day'
                   limit $1::bigint);

-- name: delete_device_logins
delete from device_logins
 where device_code_digest in (select device_code_digest from device_logins
                               where expires_at < now() - interval '1 day'
                               limit $1::bigint);

-- name: delete_throttles
delete from throttles
 where key in (select key from throttles
                where greatest(window_started_at, blocked_until) < now() - interval '1 day'
                limit $1::bigint)
   and greatest(window_started_at, blocked_until) < now() - interval '1 day';

-- name: delete_idempotency_keys
delete from idempotency_keys
 where (scope, key, route) in (select scope, key, route from idempotency_keys
                                where expires_at < now()
                                limit $1::bigint)
   and expires_at < now();

-- name: delete_letters
delete from outbox
 where id in (select id from outbox
               where status <> 'pending' and created_at < now() - interval '30 days'
               limit $1::bigint)
   and status <> 'pending';

-- name: delete_security_events
delete from security_events
 where id in (select id from security_events
               where at < now() - interval '180 days'
               limit $1::bigint);

-- name: delete_profile_activity
delete from profile_activity
 where id in (select id from profile_activity
               where at < now() - interval '180 days'
               limit $1::bigint);

-- name: delete_tombstones
-- Devices with a cursor below the newest that goes start over, so `oldest` rises with it.
with old as (
    select user_id, version from tombstones
     where deleted_at < now() - interval '90 days'
     limit $1::bigint
), newest as (
    select user_id, max(version) as version from old group by user_id
), raised as (
    update sync_versions
       set oldest = greatest(oldest, newest.version)
      from newest
     where sync_versions.user_id = newest.user_id
)
delete from tombstones
 using old
 where tombstones.user_id = old.user_id and tombstones.version = old.version;

-- name: delete_stripe_events
-- What is known of a subscription that lives is worked out from them, so its newest ones stay.
delete from stripe_events
 where id in (select old.id from stripe_events old
               where old.received_at < now() - interval '90 days' and old.state <> 'pending'
                 and not exists (select from subscriptions
                                  where subscriptions.stripe_subscription_id = old.object_id
                                    and subscriptions.last_event_at <= old.created_at)
               limit $1::bigint);

-- name: delete_stripe_errands
delete from stripe_errands
 where id in (select id from stripe_errands
               where done_at < now() - interval '30 days'
               limit $1::bigint);

-- name: delete_notifications
delete from notifications
 where id in (select id from notifications
               where created_at < now() - interval '90 days'
               limit $1::bigint);
