-- What Stripe is to be told sooner or later.

-- name: insert_errand
-- What is no id of Stripe's can't be told.
insert into stripe_errands (id, method, path, form)
select $1, $2, $3::text, $4
 where $3::text ~ '^/v1/[A-Za-z0-9_/-]+$';

-- name: take_leave
-- The customer last: its end ends all else it has, but a page for somebody who is none yet.
with left_behind as (
    select 1 as step, 'POST' as method, 'checkout/sessions/' || stripe_session_id || '/expire' as path
      from checkout_sessions
     where user_id = $1 and state = 'open'
    union
    select 2, 'DELETE', 'subscriptions/' || stripe_subscription_id
      from subscriptions
     where user_id = $1 and source = 'stripe' and ended_at is null
    union
    select 3, 'DELETE', 'customers/' || customer_id
      from stripe_customers
     where user_id = $1 and deleted_at is null
    union
    select 3, 'DELETE', 'customers/' || stripe_customer_id
      from subscriptions
     where user_id = $1 and source = 'stripe' and stripe_customer_id is not null and ended_at is null
)
insert into stripe_errands (id, method, path)
select gen_random_uuid(), method, '/v1/' || path
  from left_behind
 where path ~ '^[A-Za-z0-9_/-]+$'
 order by step;

-- name: mark_erased
update stripe_customers set erased_at = now() where user_id = $1;
