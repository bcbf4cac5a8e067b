-- Admin: what those did who may do everything. Written through common/accounts/audit in the
-- transaction of the deed, so there is none without its line.
--
--   audit_log  id, number, actor_id, action, target_type, target_id, before, after, ip, request_id,
--              created_at

-- Only ever added to. No references: the line outlives whom it is about. Of a thing that changed,
-- `before` and `after` hold what an admin could see of it, never a secret.
create table audit_log (
    id          uuid primary key,
    number      bigint generated always as identity,
    actor_id    uuid,                               -- null: whoever has the machine (ops/create-admin)
    action      text not null,
    target_type text not null,
    target_id   text not null,
    before      jsonb,
    after       jsonb,
    ip          text,
    request_id  text,
    created_at  timestamptz not null default clock_timestamp(),

    constraint audit_log_number_key unique (number),
    constraint audit_log_action_form check (action ~ '^[a-z][a-z0-9_]{1,59}$'),
    constraint audit_log_target_type_form check (target_type ~ '^[a-z][a-z0-9_]{1,39}$'),
    constraint audit_log_target_id_length check (char_length(target_id) between 1 and 255)
);

create index audit_log_target on audit_log (target_type, target_id, number);

create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_change();

-- Admins page through the events, newest first.
create index stripe_events_arrival on stripe_events (arrival);
