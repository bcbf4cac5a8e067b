-- Mail: whether an account's address takes any. Written by the billing worker, which hears of
-- letters that came back; read by the jobs worker before it sends.
--
--   users  + email_status

-- bounced and complained get no letters; failed says that one could not be sent, and no more.
alter table users
    add column email_status text not null default 'ok',
    add constraint users_email_status_known check (email_status in ('ok', 'failed', 'bounced', 'complained'));

-- Whoever changes the address, nothing is known of the new one.
create function forget_email_status() returns trigger language plpgsql as $$
begin
    new.email_status := 'ok';
    return new;
end
$$;

create trigger users_new_address before update of email on users
    for each row when (lower(old.email) <> lower(new.email)) execute function forget_email_status();
