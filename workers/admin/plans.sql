-- Plans as admins see them: also those that are no longer sold.

-- name: list_plans
-- In the words of a language ($1), else in English; those on sale first.
select plans.id, plans.code, coalesce(own.name, english.name, plans.code) as name,
       coalesce(own.description, english.description, '') as description, plans.stripe_price_id,
       plans.price_monthly_cents as price_monthly, plans.currency, plans.credit_cost, plans.max_profiles,
       plans.max_playlists, plans.max_favorites, plans.rate_limit, plans.features, plans.active, plans.position,
       plans.retired_at, plans.created_at, plans.updated_at
  from plans
  left join plan_translations own on own.plan_id = plans.id and own.language = $1
  left join plan_translations english on english.plan_id = plans.id and english.language = 'en'
 order by plans.active desc, plans.price_monthly_cents, plans.position, plans.code;

-- name: find_plan
select plans.id, plans.code, coalesce(own.name, english.name, plans.code) as name,
       coalesce(own.description, english.description, '') as description, plans.stripe_price_id,
       plans.price_monthly_cents as price_monthly, plans.currency, plans.credit_cost, plans.max_profiles,
       plans.max_playlists, plans.max_favorites, plans.rate_limit, plans.features, plans.active, plans.position,
       plans.retired_at, plans.created_at, plans.updated_at
  from plans
  left join plan_translations own on own.plan_id = plans.id and own.language = $2
  left join plan_translations english on english.plan_id = plans.id and english.language = 'en'
 where plans.id = $1;

-- name: lock_plan
-- So that what the audit log says of it before is what it was.
select code from plans where id = $1 for no key update;

-- name: insert_plan
-- Under the first code made of the name ($2) that is free: codes are never given again.
insert into plans (id, code, stripe_price_id, price_monthly_cents, max_profiles, max_playlists, max_favorites,
                   features, credit_cost, rate_limit, position)
select $1, code, $3, $4, $5, $6, $7, coalesce($8::jsonb, '{}'), $9, coalesce($10, 100),
       (select max(position) + 1 from plans)
  from (select case n when 1 then $2::text else $2 || '_' || n end as code, n from generate_series(1, 999) n) codes
 where not exists (select from plans where plans.code = codes.code)
 order by n
 limit 1;

-- name: put_words
-- What is null stays as it is.
insert into plan_translations (plan_id, language, name, description)
values ($1, 'en', coalesce($2, (select code from plans where id = $1)), coalesce($3, ''))
on conflict (plan_id, language) do update
   set name = coalesce($2, plan_translations.name), description = coalesce($3, plan_translations.description);

-- name: update_plan
-- What is null stays as it is, but for the two that can be taken away. Who pays the price so far goes
-- on paying it.
with former as (
    insert into former_prices (stripe_price_id, plan_id, price_monthly_cents)
    select stripe_price_id, id, price_monthly_cents
      from plans
     where id = $1 and $2 and stripe_price_id is not null and stripe_price_id is distinct from $3
    on conflict do nothing
)
update plans
   set stripe_price_id = case when $2 then $3 else stripe_price_id end,
       credit_cost = case when $4 then $5 else credit_cost end,
       price_monthly_cents = coalesce($6, price_monthly_cents),
       max_profiles = coalesce($7, max_profiles),
       max_playlists = coalesce($8, max_playlists),
       max_favorites = coalesce($9, max_favorites),
       rate_limit = coalesce($10, rate_limit),
       features = coalesce($11::jsonb, features),
       updated_at = now()
 where id = $1;

-- name: retire_plan
-- Who has it keeps it.
update plans set active = false, retired_at = coalesce(retired_at, now()), updated_at = now() where id = $1;
