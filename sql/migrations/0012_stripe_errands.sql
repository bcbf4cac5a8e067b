-- What Stripe is still to be told, and prices that plans had before.
--
--   stripe_errands    id, number, method, path, form, attempts, next_try_at, last_error, created_at,
--                     done_at
--   former_prices     stripe_price_id, plan_id, price_monthly_cents, created_at
--   stripe_customers  + erased_at

-- A call that has to be made sooner or later and whose answer nobody waits for: written in the
-- transaction of what it follows from, made by the jobs worker, again and again until Stripe says
-- that it is so. In the order of `number`; `id` is the idempotency key. Nothing personal stands here.
create table stripe_errands (
    id          uuid primary key,
    number      bigint not null generated always as identity,
    method      text not null,
    path        text not null,
    form        text not null default '',
    attempts    int not null default 0,
    next_try_at timestamptz not null default now(),
    last_error  text,
    created_at  timestamptz not null default now(),
    done_at     timestamptz,                        -- null: waits

    constraint stripe_errands_method_known check (method in ('POST', 'DELETE')),
    constraint stripe_errands_path_form check (path ~ '^/v1/[A-Za-z0-9_/-]+$')
);

create index stripe_errands_due on stripe_errands (next_try_at, number) where done_at is null;
create index stripe_errands_age on stripe_errands (done_at) where done_at is not null;

-- A price at Stripe never changes: another amount is another price, and who pays the former goes on
-- paying it, for the same plan.
create table former_prices (
    stripe_price_id     text primary key,
    plan_id             uuid not null,
    price_monthly_cents bigint not null,
    created_at          timestamptz not null default now(),

    constraint former_prices_plan_fkey foreign key (plan_id) references plans (id)
);

-- The account is erased; what Stripe tells of such a customer is nobody's any more.
alter table stripe_customers add column erased_at timestamptz;
