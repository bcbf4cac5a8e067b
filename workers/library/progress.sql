-- Progress: where each profile stopped, in everything. `updated_at` of an answer is the instant of
-- the report that stands, by the device's clock as corrected by the server: it is what reports are
-- compared by. The column of that name is when the server took it down.

-- name: put_reports
-- Many reports at once, each of another item, by the rules of `put_progress`. After `lock_account`:
-- what is read here can't change until it is written. Gives back the row of each item, and whether
-- the report was too old for it.
with report as (
    select *
      from unnest($3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[],
                  $9::timestamptz[], $11::uuid[])
        as r (item_id, item_type, series_id, seconds, duration, device_id, at, activity_id)
), merged as (
    select r.item_id, r.activity_id,
           coalesce(r.item_type, p.item_type, 'movie') as item_type,
           coalesce(r.series_id, p.series_id) as series_id,
           least(r.seconds, nullif(coalesce(r.duration, p.duration_seconds), 0)) as seconds,
           coalesce(r.duration, p.duration_seconds, 0) as duration,
           coalesce(r.device_id, p.device_id) as device_id,
           coalesce(r.at, greatest($10::timestamptz, p.client_updated_at)) as at,
           case when p.played_at >= $10 - interval '6 hours' then p.played_at else $10 end as played_at,
           r.at is null or p.item_id is null or
           (r.at, least(r.seconds, nullif(coalesce(r.duration, p.duration_seconds), 0)),
            coalesce(r.duration, p.duration_seconds), coalesce(r.device_id, p.device_id, ''),
            coalesce(r.item_type, p.item_type), coalesce(r.series_id, p.series_id, ''))
            > (p.client_updated_at, p.progress_seconds, p.duration_seconds, coalesce(p.device_id, ''),
               p.item_type, coalesce(p.series_id, '')) as newer
      from report r
      left join progress p on p.profile_id = $2 and p.item_id = r.item_id
), fresh as (
    select *, row_number() over () as place from merged where newer
), counter as (
    update sync_versions set version = version + (select count(*) from fresh)
     where user_id = $1 and exists (select from fresh)
    returning version
), saved as (
    insert into progress
        (user_id, profile_id, item_id, item_type, series_id, progress_seconds, duration_seconds,
         completed, device_id, client_updated_at, updated_at, played_at, version)
    select $1, $2, item_id, item_type, series_id, seconds, duration,
           coalesce(seconds * 100 >= nullif(duration, 0) * 95, false), device_id, at, $10, played_at,
           counter.version + 1 - place
      from fresh, counter
    on conflict (profile_id, item_id) do update
       set item_type = excluded.item_type, series_id = excluded.series_id,
           progress_seconds = excluded.progress_seconds, duration_seconds = excluded.duration_seconds,
           completed = excluded.completed, device_id = excluded.device_id,
           client_updated_at = excluded.client_updated_at, updated_at = excluded.updated_at,
           played_at = excluded.played_at, version = excluded.version
    returning *
), noted as (
    insert into profile_activity (id, user_id, profile_id, event, item_id, item_type, device_id, at)
    select activity_id, $1, $2, 'played', item_id, item_type, device_id, at
      from fresh
     where played_at = $10
)
select item_id, item_type, series_id, progress_seconds, duration_seconds, completed,
       coalesce(progress_seconds * 100 / nullif(duration_seconds, 0), 0) as percent,
       device_id, client_updated_at as updated_at, version, false as stale
  from saved
 union all
select p.item_id, p.item_type, p.series_id, p.progress_seconds, p.duration_seconds, p.completed,
       coalesce(p.progress_seconds * 100 / nullif(p.duration_seconds, 0), 0),
       p.device_id, p.client_updated_at, p.version, true
  from merged
  join progress p on p.profile_id = $2 and p.item_id = merged.item_id
 where not merged.newer;

-- name: list_progress
-- Newest first, with how many there are.
select item_id, item_type, series_id, progress_seconds, duration_seconds, completed,
       coalesce(progress_seconds * 100 / nullif(duration_seconds, 0), 0) as percent,
       device_id, client_updated_at as updated_at, version, count(*) over () as total
  from progress
 where profile_id = $1 and user_id = $2
   and ($3::text is null or item_type = $3) and ($4::boolean is null or completed = $4)
 order by client_updated_at desc, version desc
 limit $5 offset $6;

-- name: count_progress
select count(*)
  from progress
 where profile_id = $1 and user_id = $2
   and ($3::text is null or item_type = $3) and ($4::boolean is null or completed = $4);

-- name: list_unfinished
-- The newest of each series first. Where nobody said which series an item is of, an id such as
-- `series_got_s01e05` does.
select item_id, item_type, series_id, progress_seconds, duration_seconds, completed,
       coalesce(progress_seconds * 100 / nullif(duration_seconds, 0), 0) as percent,
       device_id, client_updated_at as updated_at, version
  from (select distinct on (series) *
          from progress,
               coalesce(series_id,
                        nullif(regexp_replace(item_id, '[ ._-]*[sS][0-9]{1,3}[ ._-]*[eE][0-9]{1,4}.*$', ''), ''),
                        item_id) as series
         where profile_id = $1 and user_id = $2
           and not completed and progress_seconds > 0 and item_type <> 'channel'
         order by series, client_updated_at desc, version desc) as newest
 order by client_updated_at desc, version desc
 limit $3;

-- name: find_progress
select item_id, item_type, series_id, progress_seconds, duration_seconds, completed,
       coalesce(progress_seconds * 100 / nullif(duration_seconds, 0), 0) as percent,
       device_id, client_updated_at as updated_at, version
  from progress
 where profile_id = $1 and user_id = $2 and item_id = $3;

-- name: delete_progress
-- After `lock_account`. The version of the deletion when it was there.
with gone as (
    delete from progress where profile_id = $1 and user_id = $2 and item_id = $3 returning item_id
), counter as (
    update sync_versions set version = version + 1
     where user_id = $2 and exists (select from gone)
    returning version
)
insert into tombstones (user_id, version, kind, profile_id, ref)
select $2, counter.version, 'progress', $1, gone.item_id
  from gone, counter
returning version;
