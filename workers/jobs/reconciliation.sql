-- Comparing with Stripe.

-- name: claim_subscription
-- One that is to be looked up; those that only Stripe can tell about first.
update subscriptions set reconciled_at = now(), check_with_stripe = false
 where id = (select id from subscriptions
              where source = 'stripe' and ended_at is null
                and (reconciled_at < now() - interval '1 day' or check_with_stripe)
              order by check_with_stripe desc, reconciled_at
              limit 1
                for update skip locked)
returning stripe_subscription_id;

-- name: find_known
select stripe_status as status, coalesce(stripe_price_id, '') as price, current_period_end,
       cancel_at_period_end as cancels
  from subscriptions
 where stripe_subscription_id = $1;

-- name: claim_shared_trial
-- A trial that began with a card with which another account had one before.
update subscriptions set trial_end = now()
 where id = (select subscriptions.id
               from subscriptions
               join trial_cards mine on mine.user_id = subscriptions.user_id
               join trial_cards theirs on theirs.digest = mine.digest and theirs.user_id <> mine.user_id
                and theirs.created_at < mine.created_at
              where subscriptions.status = 'trialing' and subscriptions.source = 'stripe'
                and subscriptions.trial_end > now()
              limit 1
                for update of subscriptions skip locked)
returning stripe_subscription_id;
