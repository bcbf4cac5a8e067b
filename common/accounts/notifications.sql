-- What an account is told in the app.

-- name: find_language
select coalesce(language, 'en') from users where id = $1;

-- name: find_plan_name
-- The plan that counts now, by its code and in the words of its user; English where those lack.
select e.plan_code as code, coalesce(u.language, 'en') as language, coalesce(own.name, common.name, e.plan_code) as name
  from users u
  join entitlements e on e.user_id = u.id
  left join plan_translations own on own.plan_id = e.plan_id and own.language = u.language
  left join plan_translations common on common.plan_id = e.plan_id and common.language = 'en'
 where u.id = $1;

-- name: insert_notification
insert into notifications (id, user_id, kind, title, body, action)
values ($1, $2, $3, $4, $5, $6)
returning id, kind, title, body, action, created_at, read_at;

-- name: list_notifications
-- Unread ones first, then the newest.
select id, kind, title, body, action, created_at, read_at
  from notifications
 where user_id = $1 and ($2::boolean is null or (read_at is null) = $2)
 order by read_at is not null, created_at desc, id desc
 limit $3 offset $4;

-- name: count_notifications
select count(*)
  from notifications
 where user_id = $1 and ($2::boolean is null or (read_at is null) = $2);

-- name: mark_read
-- Those that were unread until now.
update notifications set read_at = now()
 where user_id = $1 and id = any($2::uuid[]) and read_at is null
returning id;

-- name: has_notification
select exists (select from notifications where user_id = $1 and id = $2);
