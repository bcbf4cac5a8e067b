-- What a new account consists of.

-- name: insert_account
-- No row when the address has one already. Whoever is paid for has had their trial.
with account as (
    insert into users (id, email, password_hash, full_name, language, trial_ends_at, trial_used_at,
                       parent_reseller_id, must_change_password)
    values ($1, $2, $3, $4, $5,
            case when $6::int > 0 then now() + make_interval(days => $6::int) end,
            case when $6::int > 0 or $7::uuid is not null then now() end,
            $7::uuid, $7::uuid is not null)
    on conflict do nothing
    returning id
), counter as (
    insert into sync_versions (user_id, version) select id, 1 from account
), profile as (
    insert into profiles (id, user_id, name, is_default, version)
    select $8, id, $9, true, 1 from account
)
select id from account;
