-- One event at work.

-- name: claim_event
-- A row when it waits and nobody else is at it. Its customer's events are worked on one by one.
select id, arrival, received_at, raw
  from stripe_events
 where id = $1 and state in ('pending', 'deferred')
   for update skip locked;

-- name: lock_customer
select pg_advisory_xact_lock(hashtextextended('stripe ' || coalesce(customer_id, object_id, id), 0))
  from stripe_events
 where id = $1;

-- name: finish_event
update stripe_events
   set state = $2, note = nullif($3, ''), done_at = case when $2 in ('done', 'ignored') then now() end,
       last_error = case when $2 = 'failed' then $3 end
 where id = $1;

-- name: put_off_event
update stripe_events set last_error = $2 where id = $1 and state in ('pending', 'deferred');

-- name: remember_card
insert into trial_cards (digest, user_id)
select $1, user_id from stripe_customers where customer_id = $2 and user_id is not null
on conflict do nothing;
