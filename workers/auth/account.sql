-- What the auth worker asks about an account as its owner's: letters and their links, changes, the
-- export, the end.

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
update users
   set full_name = coalesce($2, full_name), language = coalesce($3, language), updated_at = now()
 where id = $1;

-- name: lock_admins
-- All of them, so that two who leave at the same time wait for each other.
select id from users where role = 'admin' order by id for update;

-- name: find_obstacles
-- What stands in the way of the end of an account.
select exists (select from users client where client.parent_reseller_id = $1) as clients,
       exists (select from subscriptions
                where user_id = $1 and source = 'stripe' and not cancel_at_period_end
                  and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')) as subscription;

-- name: lock_library
-- Writers of the library begin with this row, so that waiting here ends before theirs.
select true from sync_versions where user_id = $1 for update;

-- name: delete_account
-- With all that refers to it.
delete from users where id = $1;

-- name: delete_answers
-- What idempotency kept of the account's requests.
delete from idempotency_keys where scope = $1;

-- name: export_subscriptions
select p.code as plan, s.source, s.status, s.current_period_start, s.current_period_end,
       s.cancel_at_period_end, s.created_at
  from subscriptions s
  join plans p on p.id = s.plan_id
 where s.user_id = $1
 order by s.created_at, s.id;

-- name: export_profiles
select id, name, avatar_url, is_kids as is_kids_profile, is_default, pin_hash is not null as has_pin,
       language, max_rating, blocked_categories, bedtime, wake_time, timezone, created_at, updated_at
  from profiles
 where user_id = $1
 order by created_at, id;

-- name: export_playlists
select id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
       status, created_at, updated_at
  from playlists
 where user_id = $1
 order by created_at, id;

-- name: export_favorites
select id, profile_id, item_id, item_type, item_name, item_logo, playlist_id, position, created_at
  from favorites
 where user_id = $1
 order by profile_id, position, created_at;

-- name: export_progress
-- Profile by profile: that is how the table is cut up.
select own.profile_id, own.item_id, own.item_type, own.series_id, own.progress_seconds,
       own.duration_seconds, own.completed, own.device_id, own.updated_at
  from profiles p
 cross join lateral (select * from progress where progress.profile_id = p.id) own
 where p.user_id = $1
 order by own.profile_id, own.updated_at, own.item_id;

-- name: export_activity
select a.profile_id, a.event, a.item_id, a.item_type, a.device_id, a.at
  from profiles p
  join profile_activity a on a.profile_id = p.id
 where p.user_id = $1
 order by a.at, a.id;

-- name: export_sessions
select id, device_name, device_type, user_agent, ip, created_at, last_seen_at, revoked_at
  from sessions
 where user_id = $1
 order by created_at, id;

-- name: export_events
select event, session_id, ip, at from security_events where user_id = $1 order by at, id;
