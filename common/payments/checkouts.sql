-- Purchases that begin at Stripe's checkout pages.

-- name: find_buyer
-- Who buys the plan on sale that has the price $2, held until the end of the transaction so that two
-- tabs come one after the other. A card that another account had a trial with brings none.
select users.email, users.trial_used_at is not null or exists (
           select from trial_cards mine
             join trial_cards theirs on theirs.digest = mine.digest and theirs.user_id <> mine.user_id
            where mine.user_id = users.id) as trial_used,
       (select id from plans where stripe_price_id = $2 and active) as plan_id,
       (select customer_id from stripe_customers
         where user_id = users.id and deleted_at is null
         order by created_at desc limit 1) as customer_id,
       exists (select from subscriptions
                where user_id = users.id and source = 'stripe'
                  and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
                  and ended_at is null) as subscribed
  from users
 where id = $1
   for no key update of users;

-- name: expire_checkouts
update checkout_sessions set state = 'expired', url = null, updated_at = now()
 where user_id = $1 and kind = 'subscription' and state in ('creating', 'open')
   and expires_at < now() + interval '2 minutes';

-- name: find_open_checkout
select id, kind, state, form, returns, plan_id, stripe_session_id, url, calling_until > now() as busy
  from checkout_sessions
 where user_id = $1 and kind = 'subscription' and state in ('creating', 'open')
   for update;

-- name: insert_checkout
-- None when that purchase has begun before.
insert into checkout_sessions (id, user_id, kind, plan_id, credits, form, returns, calling_until, expires_at)
values ($1, $2, $3, $4, $5::bigint, $6, $7, now() + interval '25 seconds', $8)
on conflict (id) do nothing
returning id, kind, state, form, returns, plan_id, stripe_session_id, url, false as busy;

-- name: find_checkout
select id, kind, state, form, returns, plan_id, stripe_session_id, url, calling_until > now() as busy
  from checkout_sessions
 where id = $1 and user_id = $2;

-- name: take_over_checkout
update checkout_sessions set calling_until = now() + interval '25 seconds' where id = $1;

-- name: let_go_checkout
update checkout_sessions set calling_until = now() where id = $1;

-- name: open_checkout
update checkout_sessions set state = 'open', stripe_session_id = $2, url = $3, updated_at = now()
 where id = $1 and state in ('creating', 'open');

-- name: forget_customer
-- The one for whom the checkout was begun: it is not at Stripe any more.
update stripe_customers set deleted_at = now()
  from checkout_sessions checkout
 where checkout.id = $1 and stripe_customers.user_id = checkout.user_id and deleted_at is null
   and position('&customer=' || customer_id || '&' in checkout.form) > 0;

-- name: end_checkout
update checkout_sessions set state = $2, url = null, updated_at = now()
 where id = $1 and state in ('creating', 'open');
