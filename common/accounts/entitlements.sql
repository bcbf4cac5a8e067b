-- What an account may do, for who changed it.

-- name: find_entitlement
select plan_code, status, source, current_period_end, grace_until, rate_limit::bigint as rate_limit,
       max_profiles::bigint as max_profiles, max_playlists::bigint as max_playlists,
       max_favorites::bigint as max_favorites,
       array(select id::text from profiles where profiles.user_id = $1) as profiles
  from entitlements
 where user_id = $1;
