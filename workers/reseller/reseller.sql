-- What the reseller worker asks of the database, except how credits move and what a new account
-- consists of (common/accounts).

-- name: find_offer
-- A plan that is on sale: what its months cost, what the reseller has, and whether the address of the
-- new client has an account already. No row for a plan that is not there.
select p.id as plan_id, p.code, p.credit_cost * $3::bigint as price,
       p.active and p.credit_cost is not null as on_sale,
       coalesce((select credits_balance from users where id = $1), 0) as balance,
       exists (select from users where lower(email) = lower($4::text)) as taken
  from plans p
 where p.stripe_price_id = $2;

-- name: list_offers
-- All plans that are on sale, for many clients at once.
select id as plan_id, code, stripe_price_id, credit_cost from plans where active and credit_cost is not null
   and stripe_price_id is not null;

-- name: list_taken
-- Which of these addresses, in lower case, have an account already.
select lower(email) from users where lower(email) = any($1::text[]);

-- name: lock_addresses
-- In one order for all, so that two who bring the same addresses wait for each other instead of
-- crossing. Held until the end of the transaction.
select count(pg_advisory_xact_lock(hashtextextended('new client ' || address, 0)))
  from (select unnest($1::text[]) as address order by 1) addresses;

-- name: insert_subscription
insert into subscriptions (id, user_id, plan_id, source, status, current_period_start, current_period_end)
values ($1, $2, $3, 'reseller', 'active', now(),
        (now() at time zone 'utc' + make_interval(months => $4::int)) at time zone 'utc');

-- name: find_name
select full_name from users where id = $1;

-- name: find_plan_name
-- In a language, or else in English.
select coalesce(own.name, english.name, p.code)
  from plans p
  left join plan_translations own on own.plan_id = p.id and own.language = $2
  left join plan_translations english on english.plan_id = p.id and english.language = 'en'
 where p.id = $1;

-- name: find_client
select id, email, full_name, status, plan, plan_stripe_price_id, current_period_start,
       current_period_end, email_verified, must_change_password, language, created_at, updated_at
  from reseller_clients
 where reseller_id = $1 and id = $2;

-- name: list_clients
select id, email, full_name, status, plan, plan_stripe_price_id, current_period_start,
       current_period_end, email_verified, must_change_password, language, created_at, updated_at
  from reseller_clients
 where reseller_id = $1 and ($2::text is null or status = $2)
   and ($3::text is null or email ilike $3 or full_name ilike $3)
 order by id desc
 limit $4::bigint offset $5::bigint;

-- name: count_clients
select count(*)
  from reseller_clients
 where reseller_id = $1 and ($2::text is null or status = $2)
   and ($3::text is null or email ilike $3 or full_name ilike $3);

-- name: update_client
-- What is null stays as it is. True in `closed` when the client is signed out everywhere.
update users
   set full_name = coalesce($3, full_name), status = coalesce($4, status),
       password_hash = coalesce($5, password_hash),
       must_change_password = must_change_password or $5::text is not null,
       updated_at = now()
 where id = (select id from reseller_clients where reseller_id = $1 and id = $2);

-- name: end_sessions
update sessions set revoked_at = now(), revoke_reason = $2 where user_id = $1 and revoked_at is null;

-- name: insert_event
insert into security_events (id, user_id, event, ip) values ($1, $2, $3, $4);

-- name: find_terms
-- What a client has, and for how many months still, a month that has begun counted whole.
select c.subscription_id, c.plan_id, p.code, p.credit_cost as cost,
       case when c.current_period_end > now() then
           (select extract(year from rest) * 12 + extract(month from rest)
                   + (rest > make_interval(months => (extract(year from rest) * 12 + extract(month from rest))::int))::int
              from age(c.current_period_end at time zone 'utc', now() at time zone 'utc') rest)::bigint
           else 0
       end as months_left
  from reseller_clients c
  join plans p on p.id = c.plan_id
 where c.reseller_id = $1 and c.id = $2;

-- name: extend_subscription
update subscriptions
   set status = 'active', cancel_at_period_end = false, version = version + 1, updated_at = now(),
       current_period_start = case when current_period_end > now() then current_period_start else now() end,
       current_period_end = (greatest(current_period_end, now()) at time zone 'utc'
                             + make_interval(months => $2::int)) at time zone 'utc'
 where id = $1;

-- name: change_plan
update subscriptions set plan_id = $2, version = version + 1, updated_at = now() where id = $1;

-- name: find_dashboard
select u.credits_balance, clients.*, spent.credits_spent_30d
  from users u,
       (select count(*) as total_clients,
               count(*) filter (where status = 'active') as active_clients,
               count(*) filter (where status = 'suspended') as suspended_clients,
               count(*) filter (where status = 'expired') as expired_clients,
               count(*) filter (where created_at > now() - interval '30 days') as clients_created_30d,
               count(*) filter (where status = 'active' and current_period_end <= now() + interval '7 days')
                   as expiring_7d
          from reseller_clients
         where reseller_id = $1) clients,
       (select coalesce(sum(amount), 0)::bigint as credits_spent_30d
          from ledger_transfers
         where debit_account = $1 and created_at > now() - interval '30 days'
           and type in ('client_created', 'client_renewed', 'plan_changed')) spent
 where u.id = $1;

-- name: list_transactions
-- The client is named while it exists and is still this reseller's.
select t.id, t.type, t.amount, t.balance_after, t.description, t.client_id, c.email as client_email,
       t.created_at
  from (select * from ledger_entries
         where account_id = $1 and ($2::text is null or type = $2)
           and ($3::timestamptz is null or created_at >= $3) and ($4::timestamptz is null or created_at < $4)
         order by number desc
         limit $5::bigint offset $6::bigint) t
  left join reseller_clients c on c.id = t.client_id and c.reseller_id = $1
 order by t.number desc;

-- name: count_transactions
select count(*)
  from ledger_entries
 where account_id = $1 and ($2::text is null or type = $2)
   and ($3::timestamptz is null or created_at >= $3) and ($4::timestamptz is null or created_at < $4);

-- name: list_packages
select id, code, credits, price_cents as price, currency from credit_packages where active
 order by position, credits;

-- name: find_package
select credits, price_cents, currency from credit_packages where active and $1::text in (id::text, code);
