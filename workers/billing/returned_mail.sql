-- What becomes of an address that letters came back from.

-- name: set_email_status
-- Of the accounts with one of these addresses, unless they stand worse already.
update users set email_status = $2
 where lower(email) = any($1::text[])
   and array_position(array['ok', 'failed', 'bounced', 'complained'], email_status)
     < array_position(array['ok', 'failed', 'bounced', 'complained'], $2::text);

-- name: note_soft_bounce
-- Each once, by its instant; the third within a week counts as a bounce. Older ones are forgotten.
update users
   set (soft_bounces, email_status) = (
       select kept, case when cardinality(kept) >= 3 and email_status in ('ok', 'failed') then 'bounced'
                         else email_status end
         from (select array(select distinct at from unnest(soft_bounces || $2::timestamptz) at
                             where at > now() - interval '7 days' order by at) as kept) recent)
 where lower(email) = any($1::text[]);

-- name: forget_soft_bounces
-- A letter arrived.
update users set soft_bounces = '{}' where lower(email) = any($1::text[]) and soft_bounces <> '{}';
