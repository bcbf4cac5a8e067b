-- What an account may do, for who changed it.

-- name: find_entitlement
select plan_code, status, source, current_period_end, grace_until, rate_limit::bigint as rate_limit
  from entitlements
 where user_id = $1;
