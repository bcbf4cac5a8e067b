-- What buying and changing by card asks of the database.

-- name: find_card_subscription
-- The dearest, should there be several.
select stripe_subscription_id as id, stripe_item_id as item, subscriptions.stripe_price_id as price,
       plans.price_monthly_cents as price_cents, cancel_at_period_end as cancels,
       cancel_at is not null as cancels_at_a_time
  from subscriptions
  join plans on plans.id = subscriptions.plan_id
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
