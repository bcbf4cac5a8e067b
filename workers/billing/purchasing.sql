-- What buying and changing by card asks of the database.

-- name: find_card_subscription
-- The dearest, should there be several. A price that its plan had before is what is paid still.
select stripe_subscription_id as id, stripe_item_id as item, subscriptions.stripe_price_id as price,
       coalesce(former.price_monthly_cents, plans.price_monthly_cents) as price_cents
  from subscriptions
  join plans on plans.id = subscriptions.plan_id
  left join former_prices former on former.stripe_price_id = subscriptions.stripe_price_id
   and former.stripe_price_id is distinct from plans.stripe_price_id
 where user_id = $1 and source = 'stripe' and ended_at is null
   and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
 order by plans.price_monthly_cents desc, subscriptions.created_at
 limit 1;

-- name: find_price_on_sale
select price_monthly_cents from plans where stripe_price_id = $1 and active;

-- name: find_customer
select customer_id from stripe_customers
 where user_id = $1 and deleted_at is null
 order by created_at desc
 limit 1;

-- name: find_email
select email from users where id = $1;

-- name: keep_customer
insert into stripe_customers (customer_id, user_id) values ($1, $2) on conflict do nothing;
