-- Purchases by card.

-- name: complete_checkout
-- By Stripe's id, or by ours where the answer that told Stripe's was lost. A completed one stays.
update checkout_sessions
   set state = 'complete', stripe_session_id = $1, url = null, updated_at = now(),
       payment_intent = coalesce(nullif($3, ''), payment_intent)
 where stripe_session_id = $1 or (id = $2::uuid and stripe_session_id is null);

-- name: close_checkout
update checkout_sessions
   set state = 'expired', url = null, updated_at = now()
 where (stripe_session_id = $1 or (id = $2::uuid and stripe_session_id is null)) and state <> 'complete';

-- name: find_goods
-- What was sold in a checkout that we began.
select user_id, credits from checkout_sessions where stripe_session_id = $1 and kind = 'credits';

-- name: keep_foreign_checkout
-- One that we have no row of, so that a refund finds it.
insert into checkout_sessions (id, user_id, kind, credits, form, returns, state, stripe_session_id, payment_intent,
                               calling_until, expires_at)
select $1, id, 'credits', $3, '', '', 'complete', $4, nullif($5, ''), now(), now()
  from users where id = $2
on conflict (stripe_session_id) do nothing
returning user_id, credits;

-- name: put_charge
insert into card_charges (stripe_charge_id, stripe_customer_id, payment_intent, amount, amount_refunded, currency)
values ($1, nullif($2, ''), nullif($3, ''), $4, $5, $6)
on conflict (stripe_charge_id) do update
   set stripe_customer_id = coalesce(excluded.stripe_customer_id, card_charges.stripe_customer_id),
       payment_intent = coalesce(excluded.payment_intent, card_charges.payment_intent),
       amount = greatest(card_charges.amount, excluded.amount),
       amount_refunded = greatest(card_charges.amount_refunded, excluded.amount_refunded),
       updated_at = now();

-- name: put_dispute
-- Once won or lost, it stays so.
insert into card_charges (stripe_charge_id, payment_intent, amount, currency, dispute_id, dispute_status, disputed_at)
values ($1, nullif($2, ''), $3, $4, $5, $6, $7)
on conflict (stripe_charge_id) do update
   set payment_intent = coalesce(excluded.payment_intent, card_charges.payment_intent),
       amount = greatest(card_charges.amount, excluded.amount),
       dispute_id = excluded.dispute_id,
       dispute_status = case when card_charges.dispute_status in ('won', 'lost', 'warning_closed')
                             then card_charges.dispute_status else excluded.dispute_status end,
       disputed_at = least(card_charges.disputed_at, excluded.disputed_at), updated_at = now();

-- name: find_refund_due
-- How many of the credits of a payment are to go back in all, and how many did. A dispute takes all
-- of them until it is won.
select session.id, session.user_id, session.credits_returned as returned, users.credits_balance as balance,
       case when charge.dispute_status is not null and charge.dispute_status not in ('won', 'warning_closed')
                 and not starts_with(charge.dispute_status, 'warning_') then session.credits
            when charge.amount > 0
            then least(session.credits, div(session.credits::numeric * charge.amount_refunded, charge.amount)::bigint)
            else 0
       end as due
  from checkout_sessions session
  join card_charges charge on charge.payment_intent = session.payment_intent
  join users on users.id = session.user_id
 where session.payment_intent = $1 and session.kind = 'credits' and session.state = 'complete'
 order by charge.created_at desc
 limit 1
   for no key update of session;

-- name: note_returned
update checkout_sessions set credits_returned = credits_returned + $2::bigint, updated_at = now()
 where id = $1
returning credits_returned;
