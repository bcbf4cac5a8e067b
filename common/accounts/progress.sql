-- Where a profile stopped, as one report after another says: written by the library worker for what
-- comes over HTTP, and by the party worker for what comes over a socket. `updated_at` of an answer is
-- the instant of the report that stands, by the device's clock as corrected by the server: it is what
-- reports are compared by. The column of that name is when the server took it down.

-- name: put_progress
-- One report: user $1, profile $2 (null: the default one), item $3, its type $4 and series $5, seconds $6, duration $7,
-- device $8, the instant it is of $9 (null: now, and it wins), now $10, id of a line of activity
-- $11. What is null stays as it was. Nothing when an equal or newer report stands; of equal instants
-- the same one wins in whatever order they come. `played` is when the item was last noted as played,
-- which is due again after six hours.
with counter as (
    update sync_versions set version = version + 1 where user_id = $1 returning version
), saved as (
    insert into progress as p
        (user_id, profile_id, item_id, item_type, series_id, progress_seconds, duration_seconds,
         completed, device_id, client_updated_at, updated_at, played_at, version)
    select $1, own.id, $3, coalesce($4, 'movie'), $5, least($6::int, $7::int), coalesce($7, 0),
           coalesce($6 * 100 >= $7 * 95, false), $8, coalesce($9::timestamptz, $10), $10, $10,
           counter.version
      from counter,
           coalesce($2::uuid, (select id from profiles where user_id = $1 and is_default)) as own (id)
     where own.id is not null
    on conflict (profile_id, item_id) do update
       set item_type = coalesce($4, p.item_type),
           series_id = coalesce($5, p.series_id),
           progress_seconds = least($6, nullif(coalesce($7, p.duration_seconds), 0)),
           duration_seconds = coalesce($7, p.duration_seconds),
           completed = coalesce($6 * 100 >= nullif(coalesce($7, p.duration_seconds), 0) * 95, false),
           device_id = coalesce($8, p.device_id),
           client_updated_at = coalesce($9, greatest($10, p.client_updated_at)),
           updated_at = $10,
           played_at = case when p.played_at < $10 - interval '6 hours' then $10 else p.played_at end,
           version = excluded.version
     where $9 is null
        or ($9, least($6, nullif(coalesce($7, p.duration_seconds), 0)), coalesce($7, p.duration_seconds),
            coalesce($8, p.device_id, ''), coalesce($4, p.item_type), coalesce($5, p.series_id, ''))
         > (p.client_updated_at, p.progress_seconds, p.duration_seconds,
            coalesce(p.device_id, ''), p.item_type, coalesce(p.series_id, ''))
    returning *
), noted as (
    insert into profile_activity (id, user_id, profile_id, event, item_id, item_type, device_id, at)
    select $11, user_id, profile_id, 'played', item_id, item_type, device_id, client_updated_at
      from saved
     where played_at = $10
)
select item_id, item_type, series_id, progress_seconds, duration_seconds, completed,
       coalesce(progress_seconds * 100 / nullif(duration_seconds, 0), 0) as percent,
       device_id, client_updated_at as updated_at, version, profile_id
  from saved;
