-- Favourites of a profile. The profile comes from the access token, or is the account's default one:
-- it is always the account's own, so lists need not look at the user and stay within one index.

-- name: list_favorites
-- With how many there are, which does not depend on the page.
select id, item_id, item_type, item_name, item_logo, playlist_id, position, version, created_at,
       (select count(*) from favorites
         where profile_id = $1 and ($2::text is null or item_type = $2)) as total
  from favorites
 where profile_id = $1 and ($2::text is null or item_type = $2)
 order by position, created_at
 limit $3 offset $4;

-- name: count_favorites
select count(*) from favorites where profile_id = $1 and ($2::text is null or item_type = $2);

-- name: find_favorite
select id, item_id, item_type, item_name, item_logo, playlist_id, position, version, created_at
  from favorites
 where profile_id = $1 and item_type = $2 and item_id = $3;

-- name: owns_playlist
select exists (select from playlists where user_id = $1 and id = $2);

-- name: find_favorite_limit
-- All profiles of the account share it.
select max_favorites as most,
       (select count(*) from profiles join favorites on favorites.profile_id = profiles.id
         where profiles.user_id = $1) as current
  from entitlements
 where user_id = $1;

-- name: insert_favorite
-- Nothing when the item is there already, or the plan allows no more. After `lock_account`, so that
-- two can't take the last place. Without a position ($9) it goes to the end.
with counter as (
    update sync_versions set version = version + 1
     where user_id = $1
       and not exists (select from favorites where profile_id = $3 and item_type = $5 and item_id = $4)
       and exists (select from entitlements
                    where user_id = $1
                      and (max_favorites = -1 or max_favorites >
                           (select count(*) from profiles join favorites on favorites.profile_id = profiles.id
                             where profiles.user_id = $1)))
    returning version
)
insert into favorites (user_id, id, profile_id, item_id, item_type, item_name, item_logo, playlist_id,
                       position, version)
select $1, $2, $3, $4, $5, $6, $7, $8,
       coalesce($9::int, (select max(position) + 1 from favorites where profile_id = $3), 0),
       counter.version
  from counter
returning id, item_id, item_type, item_name, item_logo, playlist_id, position, version, created_at;

-- name: update_favorite
-- After `lock_account`. The logo is taken as sent ($7) when it was sent ($6), null or not.
with counter as (
    update sync_versions set version = version + 1
     where user_id = $1
       and exists (select from favorites where user_id = $1 and profile_id = $2 and id = $3)
    returning version
)
update favorites
   set position = coalesce($4::int, position), item_name = coalesce($5, item_name),
       item_logo = case when $6::boolean then $7 else item_logo end,
       version = counter.version, updated_at = now()
  from counter
 where user_id = $1 and profile_id = $2 and id = $3
returning id, item_id, item_type, item_name, item_logo, playlist_id, position, favorites.version, created_at;

-- name: delete_favorite
-- By its id ($3), or by its item ($4, $5). After `lock_account`. A row when it was there.
with gone as (
    delete from favorites
     where user_id = $1 and profile_id = $2 and (id = $3 or (item_type = $4 and item_id = $5))
    returning id
), counter as (
    update sync_versions set version = version + 1
     where user_id = $1 and exists (select from gone)
    returning version
)
insert into tombstones (user_id, version, kind, profile_id, ref)
select $1, counter.version, 'favorites', $2, gone.id::text
  from gone, counter
returning version, ref::uuid as id;
