-- name: list_profiles
-- The default one first, the others as they came.
select id, name, avatar_url, is_kids as is_kids_profile, is_default, pin_hash is not null as has_pin,
       language, max_rating, blocked_categories, bedtime, wake_time, timezone, created_at, updated_at
  from profiles
 where user_id = $1
 order by is_default desc, created_at, id
 limit $2 offset $3;

-- name: find_profile
select id, name, avatar_url, is_kids as is_kids_profile, is_default, pin_hash is not null as has_pin,
       language, max_rating, blocked_categories, bedtime, wake_time, timezone, created_at, updated_at
  from profiles
 where user_id = $1 and id = $2;

-- name: count_profiles
select count(*) from profiles where user_id = $1;

-- name: find_pin_hash
select pin_hash as hash from profiles where user_id = $1 and id = $2;

-- name: take_version
-- Counts one more change of the account and makes its other changes wait until this one commits.
insert into sync_versions (user_id, version)
select id, 1 from users where id = $1
on conflict (user_id) do update set version = sync_versions.version + 1
returning version;

-- name: find_allowance
select max_profiles as most, (select count(*) from profiles where user_id = $1) as current
  from entitlements
 where user_id = $1;

-- name: insert_profile
-- Nothing when the account already has that name.
insert into profiles (user_id, id, name, avatar_url, is_kids, language, max_rating, blocked_categories,
                      bedtime, wake_time, timezone, pin_hash, version)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, version
  from sync_versions
 where user_id = $1
on conflict (user_id, lower(name)) do nothing;

-- name: update_profile
-- Nothing when another profile of the account has that name. A new PIN starts with no failures.
update profiles
   set name = $3, avatar_url = $4, is_kids = $5, language = $6, max_rating = $7, blocked_categories = $8,
       bedtime = $9, wake_time = $10, timezone = $11, pin_hash = $12, version = sync_versions.version,
       pin_failures = case when pin_hash is distinct from $12 then 0 else pin_failures end,
       pin_failures_since = case when pin_hash is distinct from $12 then null else pin_failures_since end,
       pin_locked_until = case when pin_hash is distinct from $12 then null else pin_locked_until end,
       updated_at = now()
  from sync_versions
 where profiles.user_id = $1 and id = $2 and sync_versions.user_id = $1
   and not exists (select from profiles other
                    where other.user_id = $1 and other.id <> $2 and lower(other.name) = lower($3));

-- name: delete_profile
-- With all that hangs on it; the tombstone tells the devices.
with gone as (
    delete from profiles where user_id = $1 and id = $2 returning user_id, id
)
insert into tombstones (user_id, version, kind, ref)
select user_id, version, 'profiles', id::text
  from gone join sync_versions using (user_id);

-- name: find_account
select users.role, users.status = 'suspended' as suspended, entitlements.plan_code as plan,
       entitlements.rate_limit
  from users
  join entitlements on entitlements.user_id = users.id
 where users.id = $1;

-- name: select_profile
-- Nothing when the session has ended.
update sessions set profile_id = $3 where user_id = $1 and id = $2 and revoked_at is null;

-- name: list_activity
select id, event, item_id, item_type, device_id, at
  from profile_activity
 where user_id = $1 and profile_id = $2
 order by at desc, id desc
 limit $3 offset $4;

-- name: count_activity
-- No row when the account has no such profile.
select count(profile_activity.id)
  from profiles
  left join profile_activity on profile_activity.profile_id = profiles.id
 where profiles.user_id = $1 and profiles.id = $2
 group by profiles.id;
