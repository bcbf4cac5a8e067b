-- What the billing worker asks of the database.

-- name: list_plans
-- In the words of a language ($1), else in English.
select plans.id, plans.code, coalesce(own.name, english.name, plans.code) as name,
       coalesce(own.description, english.description, '') as description,
       plans.stripe_price_id, plans.price_monthly_cents as price_monthly, plans.currency,
       plans.credit_cost, plans.max_profiles, plans.max_playlists, plans.max_favorites,
       plans.rate_limit, plans.features
  from plans
  left join plan_translations own on own.plan_id = plans.id and own.language = $1
  left join plan_translations english on english.plan_id = plans.id and english.language = 'en'
 where plans.active
 order by plans.price_monthly_cents, plans.position, plans.code;

-- name: find_plan
-- The plan that holds for a user ($1), which may be retired, in the words of a language ($2).
select plans.id, plans.code, coalesce(own.name, english.name, plans.code) as name,
       coalesce(own.description, english.description, '') as description,
       plans.stripe_price_id, plans.price_monthly_cents as price_monthly, plans.currency,
       plans.credit_cost, plans.max_profiles, plans.max_playlists, plans.max_favorites,
       plans.rate_limit, plans.features
  from entitlements
  join plans on plans.id = entitlements.plan_id
  left join plan_translations own on own.plan_id = plans.id and own.language = $2
  left join plan_translations english on english.plan_id = plans.id and english.language = 'en'
 where entitlements.user_id = $1;

-- name: find_subscription
select subscription_id as id, status, source, trial_ends_at, current_period_end,
       cancel_at_period_end, grace_until
  from entitlements
 where user_id = $1;

-- name: find_limits
select max_profiles, max_playlists, max_favorites, rate_limit from entitlements where user_id = $1;

-- name: count_usage
-- Favourites by profile, as their indexes have them.
select (select count(*) from profiles where user_id = $1) as profiles,
       (select count(*) from playlists where user_id = $1) as playlists,
       (select count(*) from profiles
          join favorites on favorites.profile_id = profiles.id
         where profiles.user_id = $1) as favorites;

-- name: list_invoices
-- Of all customers that the user ever was; drafts are nobody's business yet.
select invoices.id, number, status, amount_due, amount_paid, currency,
       hosted_url as hosted_invoice_url, pdf_url as invoice_pdf, period_start, period_end, paid_at,
       issued_at as created_at
  from stripe_customers
  join invoices on invoices.stripe_customer_id = stripe_customers.customer_id
 where stripe_customers.user_id = $1 and status <> 'draft'
 order by issued_at desc, invoices.id
 limit $2::bigint offset $3::bigint;

-- name: count_invoices
select count(*)
  from stripe_customers
  join invoices on invoices.stripe_customer_id = stripe_customers.customer_id
 where stripe_customers.user_id = $1 and status <> 'draft';
