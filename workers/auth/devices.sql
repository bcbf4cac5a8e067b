-- TVs that wait for somebody to approve them.

-- name: insert_device_login
-- No row when the code is in use: try another.
insert into device_logins (device_code_digest, user_code, client, device_name, device_type, ip, expires_at)
values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7::int))
on conflict do nothing
returning true;

-- name: lock_device_login
select status, user_id, device_name, device_type, issued, expires_at <= now() as expired,
       coalesce(last_polled_at > now() - make_interval(secs => interval_s), false) as too_fast,
       coalesce(last_polled_at > now() - interval '60 seconds', false) as just_now
  from device_logins
 where device_code_digest = $1
   for update;

-- name: note_poll
-- Who polls too fast is to wait five seconds longer from now on (RFC 8628, section 3.5).
update device_logins
   set last_polled_at = now(), interval_s = least(interval_s + case when $2 then 5 else 0 end, 60)
 where device_code_digest = $1;

-- name: consume_device_login
update device_logins set status = 'consumed', issued = $2, last_polled_at = now()
 where device_code_digest = $1;

-- name: find_waiting_device
select user_code, client, device_name, device_type, ip, status, created_at, expires_at
  from device_logins
 where user_code = $1 and expires_at > now() and (status = 'pending' or user_id = $2);

-- name: decide_device
-- Once; said again by the same person it is no other answer.
update device_logins set status = $3, user_id = $2
 where user_code = $1 and expires_at > now()
   and (status = 'pending' or (user_id = $2 and status = $3))
returning user_code, client, device_name, device_type, ip, status, created_at, expires_at;
