-- All that the party worker asks of the database.

-- name: find_person
-- Of the profile, or of the default one when there is none or it is not the user's. No row when the
-- user may not come in.
select profiles.id as profile, profiles.name, profiles.avatar_url as avatar, profiles.is_kids as kids,
       profiles.max_rating, coalesce((entitlements.features ->> 'party_size')::bigint, 10) as party_size,
       users.role = 'admin' as admin
  from users
  join profiles on profiles.user_id = users.id
  join entitlements on entitlements.user_id = users.id
 where users.id = $1 and users.status = 'active'
 order by profiles.id = $2::uuid desc nulls last, profiles.is_default desc
 limit 1;

-- name: insert_party
insert into parties (id, host_user_id, title, settings, media, scheduled_for)
values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6)
on conflict (id) do nothing;

-- name: end_party
-- And all that are still said to be in it leave.
with gone as (
    update party_participants set left_at = now() where party_id = $1 and left_at is null
)
update parties
   set ended_at = coalesce(ended_at, now()), end_reason = coalesce(end_reason, $2),
       peak_members = greatest(peak_members, $3)
 where id = $1;

-- name: insert_participant
insert into party_participants (party_id, user_id, profile_id, role)
select $1, $2, $3, $4 where exists (select from parties where id = $1);

-- name: end_participation
update party_participants set left_at = now() where party_id = $1 and user_id = $2 and left_at is null;

-- name: insert_report
insert into party_reports (id, party_id, reporter_id, target_id, message, reason)
values ($1, $2, $3, $4, $5, $6);

-- name: find_standing
-- Of an account and one of its sessions.
select users.status = 'suspended' as suspended,
       exists (select from sessions
                where sessions.id = $2 and sessions.user_id = $1 and revoked_at is null
                  and absolute_expires_at > now()) as stands
  from users
 where users.id = $1;
