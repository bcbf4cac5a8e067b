-- What becomes of an address that letters came back from.

-- name: set_email_status
-- Of the accounts with one of these addresses, unless they stand worse already.
update users set email_status = $2
 where lower(email) = any($1::text[])
   and array_position(array['ok', 'failed', 'bounced', 'complained'], email_status)
     < array_position(array['ok', 'failed', 'bounced', 'complained'], $2::text);
