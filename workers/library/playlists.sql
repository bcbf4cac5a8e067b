-- Playlists: where an account's channels come from. What is sealed comes and goes as it is.

-- name: list_playlists
-- With how many there are, which does not depend on the page.
select id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
       status, version, created_at, updated_at,
       (select count(*) from playlists where user_id = $1) as total
  from playlists
 where user_id = $1
 order by created_at, id
 limit $2 offset $3;

-- name: count_playlists
select count(*) from playlists where user_id = $1;

-- name: find_playlist
select id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
       status, version, created_at, updated_at
  from playlists
 where user_id = $1 and id = $2;

-- name: find_playlist_limit
select max_playlists as most, (select count(*) from playlists where user_id = $1) as current
  from entitlements
 where user_id = $1;

-- name: insert_playlist
-- Nothing when the plan allows no more. After `lock_account`, so that two can't take the last place.
with counter as (
    update sync_versions set version = version + 1
     where user_id = $1
       and exists (select from entitlements
                    where user_id = $1
                      and (max_playlists = -1 or
                           max_playlists > (select count(*) from playlists where user_id = $1)))
    returning version
)
insert into playlists (user_id, id, name, type, url, url_sealed, username_sealed, password_sealed,
                       epg_url, epg_url_sealed, version)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, counter.version
  from counter
returning id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
          status, version, created_at, updated_at;

-- name: update_playlist
with counter as (
    update sync_versions set version = version + 1 where user_id = $1 returning version
)
update playlists
   set name = $3, type = $4, url = $5, url_sealed = $6, username_sealed = $7, password_sealed = $8,
       epg_url = $9, epg_url_sealed = $10, version = counter.version, updated_at = now()
  from counter
 where user_id = $1 and id = $2
returning id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
          status, playlists.version, created_at, updated_at;

-- name: delete_playlist
-- Favourites that came from it stay and no longer name it, each a change of its own. After
-- `lock_account`. The version of the deletion when there was such a playlist.
with wanted as (
    select id from playlists where user_id = $1 and id = $2
), orphan as (
    select favorites.id, row_number() over () as place
      from wanted
      join favorites on favorites.playlist_id = wanted.id
), counter as (
    update sync_versions set version = version + 1 + (select count(*) from orphan)
     where user_id = $1 and exists (select from wanted)
    returning version
), kept as (
    update favorites set playlist_id = null, version = counter.version - orphan.place, updated_at = now()
      from orphan, counter
     where favorites.id = orphan.id
), gone as (
    delete from playlists using wanted where playlists.id = wanted.id
)
insert into tombstones (user_id, version, kind, ref)
select $1, counter.version, 'playlists', wanted.id::text
  from counter, wanted
returning version;
