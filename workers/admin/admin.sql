-- What the admin worker asks of the database, except how credits move, what a new account consists
-- of, and the audit log's lines (common/accounts).

-- name: find_figures
-- Revenue is what cards pay: what admins and resellers gave is no part of it.
with live as (
    select s.user_id, s.source, s.status,
           coalesce(former.price_monthly_cents, p.price_monthly_cents) as price_monthly_cents
      from subscriptions s
      join plans p on p.id = s.plan_id
      left join former_prices former on former.stripe_price_id = s.stripe_price_id
       and former.stripe_price_id is distinct from p.stripe_price_id
     where case s.status
               when 'past_due' then grace_until > now()
               when 'canceled' then current_period_end > now()
               else s.status in ('active', 'trialing') and (current_period_end is null or
                    current_period_end > now() - case source when 'stripe' then interval '3 days' else '0' end)
           end
), ended as (
    select s.user_id
      from subscriptions s
     where s.status in ('canceled', 'active', 'past_due', 'unpaid')
       and coalesce(s.ended_at, s.current_period_end) between now() - interval '30 days' and now()
)
select accounts.*, paying.*,
       paying.trials + (select count(*) from users
                         where trial_ends_at > now()
                           and not exists (select from live where live.user_id = users.id)) as trialing,
       (select count(distinct user_id) from ended
         where not exists (select from live where live.user_id = ended.user_id)) as churn_30d,
       (select count(*) from stripe_events where state = 'failed' and received_at > now() - interval '24 hours')
           as webhook_failures_24h,
       (select count(*) from stripe_events where state in ('pending', 'deferred')) as webhooks_waiting,
       (select count(*) from (select user_id from subscriptions
                               where source = 'stripe' and ended_at is null
                                 and status in ('trialing', 'active', 'past_due', 'unpaid', 'paused')
                               group by user_id having count(*) > 1) several) as double_subscriptions
  from (select count(*) as total_users,
               count(*) filter (where status = 'suspended') as suspended_users,
               count(*) filter (where role = 'reseller') as resellers,
               count(*) filter (where role = 'admin') as admins,
               count(*) filter (where created_at > now() - interval '30 days') as new_users_30d,
               coalesce(sum(credits_balance), 0)::bigint as credits_outstanding
          from users) accounts,
       (select count(distinct user_id) filter (where status <> 'trialing') as active_subscriptions,
               count(distinct user_id) filter (where status = 'trialing') as trials,
               count(distinct user_id) filter (where status = 'past_due') as past_due,
               coalesce(sum(price_monthly_cents) filter (where source = 'stripe' and status in ('active', 'past_due')),
                        0)::bigint as mrr
          from live) paying;

-- name: list_users
select u.*, e.plan_code as plan, e.status as subscription_status
  from (select id, email, email_verified_at is not null as email_verified, email_status, full_name, role, status,
               coalesce(language, 'en') as language, credits_balance, trial_ends_at, parent_reseller_id,
               totp_confirmed_at is not null as totp_enabled, created_at, updated_at
          from users
         where ($1::text is null or role = $1) and ($2::text is null or status = $2)
           and ($3::text is null or email ilike $3 or full_name ilike $3)
         order by id desc
         limit $4::bigint offset $5::bigint) u
  join entitlements e on e.user_id = u.id
 order by u.id desc;

-- name: count_users
select count(*)
  from users
 where ($1::text is null or role = $1) and ($2::text is null or status = $2)
   and ($3::text is null or email ilike $3 or full_name ilike $3);

-- name: find_user
select u.id, email, email_verified_at is not null as email_verified, email_status, full_name, role, u.status,
       coalesce(language, 'en') as language, credits_balance, u.trial_ends_at, parent_reseller_id,
       totp_confirmed_at is not null as totp_enabled, created_at, updated_at, e.plan_code as plan,
       e.status as subscription_status
  from users u
  join entitlements e on e.user_id = u.id
 where u.id = $1;

-- name: find_standing
select subscription_id as id, plan_code as plan, status, source, trial_ends_at, current_period_end,
       cancel_at_period_end, grace_until, max_profiles, max_playlists, max_favorites, rate_limit
  from entitlements
 where user_id = $1;

-- name: count_belongings
select (select count(*) from profiles where user_id = $1) as profiles,
       (select count(*) from playlists where user_id = $1) as playlists,
       (select count(*) from profiles join favorites on favorites.profile_id = profiles.id
         where profiles.user_id = $1) as favorites,
       (select count(*) from profiles join progress on progress.profile_id = profiles.id
         where profiles.user_id = $1) as progress,
       (select count(*) from users where parent_reseller_id = $1) as clients;

-- name: list_subscriptions
select s.id, p.code as plan, s.source, s.status, s.stripe_subscription_id, s.stripe_customer_id,
       s.current_period_start, s.current_period_end, s.cancel_at_period_end, s.created_at
  from subscriptions s
  join plans p on p.id = s.plan_id
 where s.user_id = $1
 order by s.created_at desc, s.id desc
 limit 20;

-- name: list_sessions
select id, device_name, device_type, user_agent, ip, created_at, last_seen_at
  from sessions
 where user_id = $1 and revoked_at is null and expires_at > now() and absolute_expires_at > now()
 order by last_seen_at desc
 limit 50;

-- name: list_ledger
select id, type, amount, balance_after, description, actor_id, client_id, created_at
  from ledger_entries
 where account_id = $1
 order by number desc
 limit $2::bigint;

-- name: list_events_of
select id, type, object_id, customer_id, livemode, state as status, attempts, next_try_at, last_error, note,
       stripe_events.created_at, received_at, done_at
  from stripe_events
 where customer_id in (select customer_id from stripe_customers where user_id = $1)
 order by arrival desc
 limit 20;

-- name: lock_admins
-- Those who can act, so that two who take each other's role at the same time wait for each other.
select id from users where role = 'admin' and status = 'active' order by id for no key update;

-- name: lock_user
select email, full_name, role, status from users where id = $1 for no key update;

-- name: update_user
-- No row when the address has come to belong to somebody else.
update users
   set email = $2, full_name = $3, role = $4, status = $5, updated_at = now(),
       email_verified_at = case when lower(email) = lower($2) then email_verified_at end
 where id = $1 and not exists (select from users other where lower(other.email) = lower($2) and other.id <> $1);

-- name: delete_links
-- They were sent to the address as it was.
delete from account_tokens where user_id = $1;

-- name: end_sessions
update sessions set revoked_at = now(), revoke_reason = $2 where user_id = $1 and revoked_at is null;

-- name: insert_event
insert into security_events (id, user_id, event, ip) values ($1, $2, $3, $4);

-- name: end_manual
-- The gift that counts now, as it was; gifts replace each other.
with former as (
    select s.id, p.code as plan, s.current_period_end as until
      from subscriptions s
      join plans p on p.id = s.plan_id
     where s.user_id = $1 and s.source = 'manual' and s.status <> 'canceled'
), ended as (
    update subscriptions
       set status = 'canceled', version = version + 1, updated_at = now(), ended_at = now(),
           current_period_end = least(current_period_end, greatest(now(), current_period_start))
     where id in (select id from former)
)
select plan, until from former order by id desc;

-- name: insert_manual
insert into subscriptions (id, user_id, plan_id, source, status, current_period_start, current_period_end)
select $1, $2, id, 'manual', 'active', now(), $4
  from plans
 where id = $3;

-- name: find_subscription
select s.id, p.code as plan, s.source, s.status, s.stripe_subscription_id, s.stripe_customer_id,
       s.current_period_start, s.current_period_end, s.cancel_at_period_end, s.created_at
  from subscriptions s
  join plans p on p.id = s.plan_id
 where s.id = $1;

-- name: list_events
select id, type, object_id, customer_id, livemode, state as status, attempts, next_try_at, last_error, note,
       created_at, received_at, done_at
  from stripe_events
 where $1::text is null or state = $1
 order by arrival desc
 limit $2::bigint offset $3::bigint;

-- name: count_events
select count(*) from stripe_events where $1::text is null or state = $1;

-- name: lock_event
select id, type, object_id, customer_id, livemode, state as status, attempts, next_try_at, last_error, note,
       created_at, received_at, done_at
  from stripe_events
 where id = $1
   for no key update;

-- name: replay_event
-- The jobs worker takes it from here.
update stripe_events
   set state = 'pending', attempts = 0, next_try_at = now(), last_error = null, done_at = null
 where id = $1
returning id, type, object_id, customer_id, livemode, state as status, attempts, next_try_at, last_error, note,
          created_at, received_at, done_at;

-- name: list_deeds
select d.id, d.actor_id, actor.email as actor_email, d.action, d.target_type, d.target_id, d.before, d.after, d.ip,
       d.request_id, d.created_at
  from (select * from audit_log
         where ($1::text is null or action = $1) and ($2::text is null or target_id = $2)
         order by number desc
         limit $3::bigint offset $4::bigint) d
  left join users actor on actor.id = d.actor_id
 order by d.number desc;

-- name: count_deeds
select count(*) from audit_log where ($1::text is null or action = $1) and ($2::text is null or target_id = $2);

-- name: find_by_email
select id from users where lower(email) = lower($1);

-- name: make_admin
update users
   set role = 'admin', status = 'active', email_verified_at = coalesce(email_verified_at, now()), updated_at = now()
 where id = $1;
