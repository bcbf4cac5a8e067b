-- What changed in an account since a device last asked. All but `find_versions` end at once when
-- nothing did.

-- name: find_versions
select version, oldest from sync_versions where user_id = $1;

-- name: list_changed_profiles
select id, name, avatar_url, is_kids as is_kids_profile, is_default, has_pin, language, max_rating,
       blocked_categories, bedtime, wake_time, timezone, version, created_at, updated_at
  from profiles
 where user_id = $1 and version > $2
   and (select version from sync_versions where user_id = $1) > $2
 order by version
 limit $3;

-- name: list_changed_playlists
select id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
       status, version, created_at, updated_at
  from playlists
 where user_id = $1 and version > $2
   and (select version from sync_versions where user_id = $1) > $2
 order by version
 limit $3;

-- name: list_changed_favorites
select favorites.id, item_id, item_type, item_name, item_logo, playlist_id, position,
       favorites.version, favorites.created_at, profile_id
  from profiles
  join favorites on favorites.profile_id = profiles.id
 where profiles.user_id = $1 and favorites.version > $2
   and (select version from sync_versions where user_id = $1) > $2
 order by favorites.version
 limit $3;

-- name: list_changed_progress
-- Profile by profile, as the table is parted.
select item_id, item_type, series_id, progress_seconds, duration_seconds, completed,
       coalesce(progress_seconds * 100 / nullif(duration_seconds, 0), 0) as percent,
       device_id, client_updated_at as updated_at, changed.version, profile_id
  from profiles
 cross join lateral (select * from progress
                      where progress.profile_id = profiles.id and progress.version > $2) as changed
 where profiles.user_id = $1
   and (select version from sync_versions where user_id = $1) > $2
 order by changed.version
 limit $3;

-- name: list_gone
-- Without items that were watched again: those are changes.
select version, kind, profile_id, ref
  from tombstones
 where user_id = $1 and version > $2
   and (select version from sync_versions where user_id = $1) > $2
   and not (kind = 'progress' and
            exists (select from progress
                     where progress.profile_id = tombstones.profile_id and item_id = ref))
 order by version
 limit $3;
