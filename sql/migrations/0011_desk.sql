-- What people and admins see of an account's address, and how admins find accounts.
--
--   users  + soft_bounces

-- A full mailbox may take letters again, so that one came back says little; that three did within a
-- week says that the address takes none. The instants of those that came back, of the last days only.
alter table users add column soft_bounces timestamptz[] not null default '{}';

create or replace function forget_email_status() returns trigger language plpgsql as $$
begin
    new.email_status := 'ok';
    new.soft_bounces := '{}';
    return new;
end
$$;

-- For words anywhere in an address or a name. Texts of fewer than three letters have no trigram, and
-- are looked for in all rows. pg_trgm comes with PostgreSQL and is trusted: who may create in the
-- database may have it.
create extension if not exists pg_trgm;
create index users_search on users using gin (email gin_trgm_ops, full_name gin_trgm_ops);
