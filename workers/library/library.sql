-- What all parts of the library ask.

-- name: lock_account
-- Makes other changes of the account wait until this one commits. Statements that come after it in
-- the round trip see all that was committed before; each takes its number from the row.
insert into sync_versions (user_id)
select id from users where id = $1
on conflict (user_id) do update set version = sync_versions.version;

-- name: find_default_profile
select id from profiles where user_id = $1 and is_default;
