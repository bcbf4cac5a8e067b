-- Notifications: what an account is told in the app, beside letters: a payment that failed, a new
-- sign-in. Written with what they are about by whichever worker does it (common/accounts), in the
-- language that the account has at that moment; listed by the auth worker, marked as read by it and
-- by the party worker, and deleted after 90 days by jobs.
--
--   notifications  id, user_id, kind, title, body, action, created_at, read_at

create table notifications (
    id         uuid primary key,
    user_id    uuid not null,
    kind       text not null,
    title      text not null,
    body       text not null,
    action     text,                                -- what an app may open for it
    created_at timestamptz not null default now(),
    read_at    timestamptz,                         -- null: unread

    constraint notifications_kind_form check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
    constraint notifications_title_length check (char_length(title) between 1 and 200),
    constraint notifications_body_length check (char_length(body) <= 2000),
    constraint notifications_action_form check (action ~ '^[a-z][a-z0-9_:/-]{0,99}$'),
    constraint notifications_user_fkey foreign key (user_id) references users (id) on delete cascade
);

-- Unread ones first, as they are listed.
create index notifications_user on notifications (user_id, (read_at is not null), created_at desc, id desc);
create index notifications_age on notifications using brin (created_at);
