-- Letters on their way out of the outbox.

-- name: give_up_unwelcome
-- An address that letters came back from gets no more of them. A link to confirm another address
-- goes to that one.
update outbox
   set status = 'failed', secret_parameters = null, last_error = 'the address takes no mail'
 where status = 'pending' and next_attempt_at <= now()
   and exists (select from users
                where lower(users.email) = lower(outbox.recipient)
                  and email_status in ('bounced', 'complained'));

-- name: claim_letters
-- Letters that are due, the longest waiting first. Claimed is put off: were this process to die now,
-- another would try them again, after it has counted one attempt more.
update outbox
   set attempts = attempts + 1, next_attempt_at = now() + interval '10 minutes'
 where id in (select id from outbox
               where status = 'pending' and next_attempt_at <= now()
               order by next_attempt_at
               limit $1::bigint
                 for update skip locked)
returning id, recipient, template, language, parameters, secret_parameters, attempts, created_at;

-- name: mark_sent
-- The link has served.
update outbox
   set status = 'sent', sent_at = now(), secret_parameters = null, last_error = null
 where id = $1;

-- name: put_off
update outbox set next_attempt_at = now() + $2::bigint * interval '1 second', last_error = $3
 where id = $1;

-- name: give_up
update outbox set status = 'failed', secret_parameters = null, last_error = $2 where id = $1;
