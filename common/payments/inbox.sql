-- Events of Stripe, in and out.

-- name: insert_event
insert into stripe_events (id, type, object_id, customer_id, livemode, api_version, created_at, raw, state, last_error)
values ($1, $2, nullif($3, ''), nullif($4, ''), $5, nullif($6, ''), $7, $8, $9, $10)
on conflict (id) do nothing;

-- name: claim_events
-- Tried and tried again: after 5 s, doubling, up to two hours, for about half a day.
update stripe_events
   set attempts = attempts + 1,
       next_try_at = now() + least(interval '5 seconds' * (2 ^ attempts), interval '2 hours')
 where id in (select id from stripe_events
               where state in ('pending', 'deferred') and next_try_at <= now() and attempts < 15
               order by next_try_at
               limit $1::bigint
                 for update skip locked)
returning id;

-- name: give_up_events
update stripe_events
   set state = 'failed', last_error = coalesce(last_error, 'it never came to an end')
 where state in ('pending', 'deferred') and next_try_at <= now() and attempts >= 15;

-- name: list_events_about
select id, arrival, received_at, raw
  from stripe_events
 where object_id = $1 and state <> 'ignored'
 order by created_at desc, arrival desc
 limit 60;

-- name: find_newest
select coalesce(max(created_at), 'epoch') as newest, coalesce(max(arrival), 0) as arrival
  from stripe_events
 where object_id = $1 and state <> 'ignored';
