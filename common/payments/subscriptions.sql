-- Subscriptions, invoices and customers as Stripe has them.

-- name: lock_object
-- Held until the end of the transaction: one at a time works out the state of an object, and sees
-- what the one before it left.
select pg_advisory_xact_lock(hashtextextended('stripe ' || $1::text, 0));

-- name: bind_customer
insert into stripe_customers (customer_id, user_id)
select $1, id from users where id = $2
on conflict (customer_id) do update
   set user_id = excluded.user_id
 where stripe_customers.user_id is null;

-- name: wake_events
update stripe_events set next_try_at = now() where customer_id = $1 and state = 'deferred';

-- name: find_terms
-- Whose the subscription $1 of the customer $2 is: as its metadata say ($3), else as the customer is
-- bound, else as before. For what: the dearest plan of its prices ($4), which a plan may have had
-- before; a price that no plan knows stays what it was for those who pay it.
select coalesce(named.id, customer.user_id, known.user_id) as user,
       coalesce(sold.id, former.plan_id) as plan,
       coalesce(sold.stripe_price_id, former.stripe_price_id) as price,
       customer.deleted_at as gone,
       coalesce(customer.erased_at is not null, false) as erased,
       coalesce(known.ended_at is not null, false) as ended
  from (values (1)) one
  left join users named on named.id = $3::uuid
  left join stripe_customers customer on customer.customer_id = $2
  left join subscriptions known on known.stripe_subscription_id = $1
  left join lateral (select id, stripe_price_id
                       from (select id, stripe_price_id, price_monthly_cents from plans
                              union all
                             select plan_id, stripe_price_id, price_monthly_cents from former_prices) prices
                      where stripe_price_id = any ($4::text[])
                      order by price_monthly_cents desc limit 1) sold on true
  left join lateral (select plan_id, stripe_price_id from subscriptions
                      where stripe_price_id = any ($4::text[])
                      order by created_at desc limit 1) former on sold.id is null;

-- name: list_invoice_states
select status, first_failed_at, last_failed_at as failed_at, paid_at, period_start, period_end
  from invoices
 where stripe_subscription_id = $1 and status <> 'draft';

-- name: put_subscription
insert into subscriptions (id, user_id, plan_id, source, status, stripe_subscription_id, stripe_customer_id,
                           current_period_start, current_period_end, cancel_at_period_end, grace_until, version,
                           last_event_at, stripe_status, stripe_price_id, stripe_item_id, stripe_event_id,
                           cancel_at, ended_at, trial_end, check_with_stripe)
values ($1, $2, $3, 'stripe', $4, $5, nullif($6, ''), $7, $8, $9, $10, 1, $11, $12, $13, nullif($14, ''), $15,
        $16, $17, $18, $19)
on conflict (stripe_subscription_id) do update
   set user_id = excluded.user_id, plan_id = excluded.plan_id, status = excluded.status,
       stripe_customer_id = excluded.stripe_customer_id,
       current_period_start = excluded.current_period_start,
       current_period_end = excluded.current_period_end,
       cancel_at_period_end = excluded.cancel_at_period_end, grace_until = excluded.grace_until,
       version = subscriptions.version + 1, last_event_at = excluded.last_event_at,
       stripe_status = excluded.stripe_status, stripe_price_id = excluded.stripe_price_id,
       stripe_item_id = excluded.stripe_item_id, stripe_event_id = excluded.stripe_event_id,
       cancel_at = excluded.cancel_at, ended_at = excluded.ended_at, trial_end = excluded.trial_end,
       check_with_stripe = excluded.check_with_stripe, updated_at = now();

-- name: use_trial
-- Who subscribed has had the trial: it is over, and there is no other.
update users
   set trial_used_at = coalesce(trial_used_at, now()), trial_ends_at = least(trial_ends_at, now()),
       updated_at = now()
 where id = $1 and (trial_used_at is null or trial_ends_at > now());

-- name: list_live
-- What a user pays for by card, or is about to.
select stripe_subscription_id from subscriptions
 where user_id = $1 and source = 'stripe' and ended_at is null
   and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
 order by created_at;

-- name: put_invoice
insert into invoices (id, stripe_invoice_id, stripe_subscription_id, stripe_customer_id, number, status,
                      billing_reason, amount_due, amount_paid, currency, hosted_url, pdf_url, period_start,
                      period_end, attempts, next_attempt_at, first_failed_at, last_failed_at, paid_at, issued_at)
values ($1, $2, nullif($3, ''), nullif($4, ''), nullif($5, ''), $6, nullif($7, ''), $8, $9, $10, nullif($11, ''),
        nullif($12, ''), $13, $14, $15, $16, $17, $18, $19, $20)
on conflict (stripe_invoice_id) do update
   set stripe_subscription_id = excluded.stripe_subscription_id,
       stripe_customer_id = excluded.stripe_customer_id, number = excluded.number,
       status = excluded.status, billing_reason = excluded.billing_reason,
       amount_due = excluded.amount_due, amount_paid = excluded.amount_paid,
       currency = excluded.currency, hosted_url = excluded.hosted_url, pdf_url = excluded.pdf_url,
       period_start = excluded.period_start, period_end = excluded.period_end,
       attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
       first_failed_at = least(invoices.first_failed_at, excluded.first_failed_at),
       last_failed_at = greatest(invoices.last_failed_at, excluded.last_failed_at),
       paid_at = coalesce(invoices.paid_at, excluded.paid_at), issued_at = excluded.issued_at,
       updated_at = now();

-- name: delete_customer
insert into stripe_customers (customer_id, deleted_at) values ($1, $2)
on conflict (customer_id) do update
   set deleted_at = coalesce(stripe_customers.deleted_at, excluded.deleted_at);

-- name: list_customer_subscriptions
select object_id as id from stripe_events
 where customer_id = $1 and starts_with(type, 'customer.subscription.')
union
select stripe_subscription_id from subscriptions where stripe_customer_id = $1
order by id;

-- name: mark_failures_told
-- Invoices whose failure nobody was told about yet. That of the first invoice is seen at the
-- checkout, and what is paid in the meantime, or old, needs no letter.
with untold as (
    update invoices set failure_told = true
     where stripe_subscription_id = $1 and first_failed_at is not null and not failure_told
    returning status, billing_reason, first_failed_at
)
select count(*) from untold
 where status not in ('paid', 'void') and billing_reason is distinct from 'subscription_create'
   and first_failed_at > now() - interval '3 days';

-- name: mark_receipts_told
with untold as (
    update invoices set receipt_told = true
     where stripe_subscription_id = $1 and status = 'paid' and not receipt_told
    returning number, stripe_invoice_id, amount_paid, currency, hosted_url, paid_at
)
select coalesce(number, stripe_invoice_id) as number, amount_paid, upper(currency) as currency
  from untold
 where amount_paid > 0 and paid_at > now() - interval '3 days';

-- name: mark_trial_told
-- A row the first time that this end of a trial is told.
update subscriptions set trial_letter_for = trial_end
 where stripe_subscription_id = $1 and status = 'trialing' and trial_end is not null
   and trial_letter_for is distinct from trial_end
returning user_id, trial_end;

-- name: find_reader
select email, full_name, coalesce(language, 'en') as language from users where id = $1;
