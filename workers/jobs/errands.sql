-- What Stripe is still to be told.

-- name: claim_errand
-- Tried and tried again: after 10 s, doubling, up to six hours, without end. Put off before it is
-- tried: were this process to die now, another would try it.
update stripe_errands
   set attempts = attempts + 1,
       next_try_at = now() + least(interval '10 seconds' * (2 ^ least(attempts, 12)), interval '6 hours')
 where id = (select id from stripe_errands
              where done_at is null and next_try_at <= now()
              order by number
              limit 1
                for update skip locked)
returning id, method, path, form, attempts;

-- name: finish_errand
update stripe_errands set done_at = now(), last_error = null where id = $1;

-- name: put_off_errand
update stripe_errands set last_error = $2 where id = $1;
