-- What the auth worker asks about an account as its owner's: letters and their links, changes, the
-- end. What the export reads is in exported.sql.

-- name: find_reader
select id, email, full_name, coalesce(language, 'en') as language,
       email_verified_at is not null as email_verified
  from users
 where id = $1;

-- name: find_reader_by_email
-- Nobody to write to while suspended: a new password would not let them in.
select id, email, full_name, coalesce(language, 'en') as language,
       email_verified_at is not null as email_verified
  from users
 where lower(email) = lower($1) and status = 'active';

-- name: insert_link
insert into account_tokens (digest, user_id, purpose, new_email, expires_at)
values ($1, $2, $3, $4, now() + make_interval(secs => $5::int));

-- name: use_link
-- Once: of two that come at the same time one finds no row.
update account_tokens set used_at = now()
 where digest = $1 and purpose = any($2::text[]) and used_at is null and expires_at > now()
returning user_id, new_email;

-- name: verify_email
-- False when it was verified before.
update users set email_verified_at = now(), updated_at = now()
 where id = $1 and email_verified_at is null;

-- name: change_email
-- No row when the address has come to belong to somebody else.
update users set email = $2, email_verified_at = now(), updated_at = now()
 where id = $1 and not exists (select from users other where lower(other.email) = lower($2) and other.id <> $1)
returning true;

-- name: delete_email_links
delete from account_tokens where user_id = $1 and purpose <> 'reset_password';

-- name: update_account
-- Gives back the account as this change leaves it, in the form of `find_account`.
with changed as (
    update users
       set full_name = coalesce($2, full_name), language = coalesce($3, language), updated_at = now()
     where id = $1
    returning *
)
select u.id, u.email, u.email_verified_at is not null as email_verified, u.email_status,
       u.full_name, u.role, coalesce(u.language, 'en') as language, e.plan_code as plan,
       e.status as subscription_status, u.trial_ends_at, u.credits_balance, u.must_change_password,
       u.totp_confirmed_at is not null as totp_enabled, u.created_at, u.status, e.rate_limit
  from changed u
  join entitlements e on e.user_id = u.id;

-- name: lock_admins
-- All of them, so that two who leave at the same time wait for each other.
select id from users where role = 'admin' order by id for update;

-- name: find_obstacles
-- What stands in the way of the end of an account.
select exists (select from users client where client.parent_reseller_id = $1) as clients;

-- name: lock_library
-- Writers of the library begin with this row, so that waiting here ends before theirs.
select true from sync_versions where user_id = $1 for update;

-- name: delete_account
-- With all that refers to it.
delete from users where id = $1;

-- name: delete_answers
-- What idempotency kept of the account's requests.
delete from idempotency_keys where scope = $1;
