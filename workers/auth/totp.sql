-- The second factor and the codes for who lost it.

-- name: store_totp_secret
-- No row once a secret is confirmed: that one is taken away by `clear_totp` first.
update users set totp_secret = $2, totp_last_step = null, updated_at = now()
 where id = $1 and totp_confirmed_at is null
returning email;

-- name: use_totp_step
-- Only later steps than the last one that was used.
update users set totp_last_step = $2::bigint
 where id = $1 and (totp_last_step is null or totp_last_step < $2::bigint);

-- name: confirm_totp
update users set totp_confirmed_at = now(), updated_at = now()
 where id = $1 and totp_secret is not null and totp_confirmed_at is null;

-- name: clear_totp
with codes as (
    delete from recovery_codes where user_id = $1
)
update users
   set totp_secret = null, totp_confirmed_at = null, totp_last_step = null, updated_at = now()
 where id = $1;

-- name: delete_recovery_codes
delete from recovery_codes where user_id = $1;

-- name: insert_recovery_code
insert into recovery_codes (user_id, digest) values ($1, $2);

-- name: use_recovery_code
update recovery_codes set used_at = now() where user_id = $1 and digest = $2 and used_at is null;
