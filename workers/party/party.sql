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
-- Somebody who came in may have been quicker to be noted (insert_participant).
insert into parties (id, host_user_id, title, settings, media, scheduled_for)
values ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6)
on conflict (id) do update
   set title = excluded.title, settings = excluded.settings, media = excluded.media,
       scheduled_for = excluded.scheduled_for;

-- name: open_party
-- Who comes in from now on may be anybody.
update parties set settings = jsonb_set(settings, '{visibility}', '"public"') where id = $1;

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
-- With as much of the party ($5: whose it is, $6: its visibility) as it takes, when its creation has
-- not been noted yet.
with party as (
    insert into parties (id, host_user_id, settings)
    values ($1, $5, jsonb_build_object('visibility', $6::text))
    on conflict (id) do nothing
)
insert into party_participants (party_id, user_id, profile_id, role) values ($1, $2, $3, $4);

-- name: list_parties_of_friends
-- That go on, the newest first: made by people with whom the user was in a party during the last
-- half year that was not open to everybody, unless they ban the user. $2: how many to leave out, $3:
-- how many there are at most.
with companies as (
    select parties.id, parties.host_user_id
      from party_participants
      join parties on parties.id = party_participants.party_id
     where party_participants.user_id = $1 and joined_at > now() - interval '180 days'
       and settings ->> 'visibility' <> 'public'
), friends as (
    select host_user_id as id from companies
    union
    select user_id from party_participants join companies on companies.id = party_id
)
select parties.id
  from parties
  join friends on friends.id = parties.host_user_id
 where ended_at is null and parties.created_at > now() - interval '8 days' and host_user_id <> $1
   and not exists (select from party_bans
                    where owner_user_id = host_user_id and banned_user_id = $1
                      and (until is null or until > now()))
 order by parties.created_at desc, parties.id
offset $2 limit $3;

-- name: put_ban
-- And forgets those of the owner that are over.
with over as (
    delete from party_bans where owner_user_id = $1 and banned_user_id <> $2 and until <= now()
)
insert into party_bans (owner_user_id, banned_user_id, until)
select $1, id, $3 from users where id = $2
on conflict (owner_user_id, banned_user_id) do update set until = excluded.until, created_at = now();

-- name: lift_ban
delete from party_bans where owner_user_id = $1 and banned_user_id = $2;

-- name: list_bans
-- The newest first.
select banned_user_id as user_id, until
  from party_bans
 where owner_user_id = $1 and (until is null or until > now())
 order by created_at desc
 limit 200;

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
