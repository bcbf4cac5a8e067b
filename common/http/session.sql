-- What every worker asks about who is signed in when Redis cannot say.

-- name: find_live_session
-- A row while the session is neither revoked nor past its end, and its user may sign in and has the
-- role that the token says.
select true
  from sessions s
  join users u on u.id = s.user_id
 where s.id = $1 and s.user_id = $2 and s.revoked_at is null
   and s.absolute_expires_at > now() and u.status = 'active' and u.role = $3;
