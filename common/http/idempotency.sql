-- The answers that were given under an Idempotency-Key, kept beside their effects.

-- name: try_lock
-- Held until the end of the transaction: one request a key is at work at a time.
select pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text || ' ' || $3::text, 0));

-- name: find_answer
select fingerprint, body as sealed
  from idempotency_keys
 where scope = $1 and key = $2 and route = $3 and expires_at > now();

-- name: insert_answer
-- Takes the place of an expired one.
insert into idempotency_keys (scope, key, route, fingerprint, status, body, expires_at)
values ($1, $2, $3, $4, $5, $6, now() + interval '24 hours')
on conflict (scope, key, route) do update
   set fingerprint = excluded.fingerprint, status = excluded.status, body = excluded.body,
       created_at = now(), expires_at = excluded.expires_at
 where idempotency_keys.expires_at <= now();

-- name: begin_call
-- A row when it is the caller's to do: nobody has, or who began is not coming back. A request lives
-- for less than a minute.
insert into idempotency_keys (scope, key, route, fingerprint, expires_at)
values ($1, $2, $3, $4, now() + interval '24 hours')
on conflict (scope, key, route) do update
   set fingerprint = excluded.fingerprint, status = null, body = null, created_at = now(),
       expires_at = excluded.expires_at
 where idempotency_keys.expires_at <= now()
    or idempotency_keys.status is null and idempotency_keys.fingerprint = excluded.fingerprint
       and idempotency_keys.created_at < now() - interval '1 minute'
returning true;

-- name: find_call
select fingerprint, body as sealed from idempotency_keys where scope = $1 and key = $2 and route = $3;

-- name: finish_call
update idempotency_keys set status = $4, body = $5 where scope = $1 and key = $2 and route = $3;

-- name: release_call
-- The same key may try again at once.
update idempotency_keys set created_at = '-infinity' where scope = $1 and key = $2 and route = $3;
