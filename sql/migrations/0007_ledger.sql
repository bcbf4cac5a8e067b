-- Ledger: credits, who moved them and why; and what resellers see of their clients. Written through
-- common/accounts/ledger by whoever grants or charges.
--
--   ledger_accounts   id, kind
--   ledger_transfers  id, number, type, debit_account, credit_account, amount, balance_after,
--                     reference_type, reference_id, actor_id, client_id, description, reverses,
--                     created_at
--   ledger_entries    (view) account_id, amount, and the columns of a transfer
--   credit_packages   id, code, credits, price_cents, currency, active, position, created_at
--   reseller_clients  (view) reseller_id, id, email, full_name, status, plan, plan_stripe_price_id,
--                     current_period_start, current_period_end, subscription_id, plan_id,
--                     email_verified, must_change_password, language, created_at, updated_at
--
-- Double entry: a transfer takes an amount from one account and gives it to another, so the sum of
-- all accounts is zero whatever happens. Everybody has an account, whose id is the user's; the other
-- side is one of three accounts of the house. `users.credits_balance` is the balance of a user's
-- account, written by the statement that writes the transfer, and the only balance that is kept: the
-- house's accounts take part in every transfer, so a balance of theirs would be a row that everybody
-- waits for. `ops/check-ledger` proves that balances and transfers agree.

create table ledger_accounts (
    id   uuid primary key,
    kind text not null,

    constraint ledger_accounts_kind_key unique (kind),
    constraint ledger_accounts_kind_known check (kind in ('issued', 'consumed', 'adjusted'))
);

insert into ledger_accounts (id, kind)
values ('01938000-0000-7000-8000-00000000c001', 'issued'),    -- granted and bought, less what was taken back
       ('01938000-0000-7000-8000-00000000c002', 'consumed'),  -- paid for clients
       ('01938000-0000-7000-8000-00000000c003', 'adjusted');  -- put right by hand

-- Only ever added to; what was wrong is reversed by another transfer. No references to users: an
-- account's history outlives it, and a reference to the house's accounts would lock a row that all
-- transfers share. No names or addresses in the description, since it can't be erased.
create table ledger_transfers (
    id             uuid primary key,
    number         bigint generated always as identity,  -- in the order of an account's balances
    type           text not null,
    debit_account  uuid not null,                        -- gives
    credit_account uuid not null,                        -- gets
    amount         bigint not null,
    balance_after  bigint not null,                      -- of the user's account
    reference_type text,                                 -- what it was for, which happens once
    reference_id   text,
    actor_id       uuid,                                 -- whose decision it was; null: a payment's
    client_id      uuid,
    description    text not null default '',
    reverses       uuid,
    created_at     timestamptz not null default clock_timestamp(),

    constraint ledger_transfers_number_key unique (number),
    constraint ledger_transfers_type_known check (type in
        ('admin_grant', 'purchase', 'client_created', 'client_renewed', 'plan_changed', 'refund', 'adjustment')),
    constraint ledger_transfers_amount_positive check (amount > 0),
    constraint ledger_transfers_balance_not_negative check (balance_after >= 0),
    constraint ledger_transfers_of_one_user check (
        (debit_account in ('01938000-0000-7000-8000-00000000c001', '01938000-0000-7000-8000-00000000c002',
                           '01938000-0000-7000-8000-00000000c003'))
        <> (credit_account in ('01938000-0000-7000-8000-00000000c001', '01938000-0000-7000-8000-00000000c002',
                               '01938000-0000-7000-8000-00000000c003'))),
    constraint ledger_transfers_reference_whole check ((reference_type is null) = (reference_id is null)),
    constraint ledger_transfers_reference_key unique (type, reference_type, reference_id),
    constraint ledger_transfers_description_length check (char_length(description) <= 500),
    constraint ledger_transfers_reverses_key unique (reverses),
    constraint ledger_transfers_reverses_fkey foreign key (reverses) references ledger_transfers (id)
);

create index ledger_transfers_debit on ledger_transfers (debit_account, number);
create index ledger_transfers_credit on ledger_transfers (credit_account, number);
create index ledger_transfers_age on ledger_transfers using brin (created_at);

-- Grants keep the workers from it; this keeps the owner from it too.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'restrict_violation';
end
$$;

create trigger ledger_transfers_append_only before update or delete or truncate on ledger_transfers
    for each statement execute function refuse_change();

-- Each transfer twice: as the one account sees it and as the other does. The two indexes give an
-- account's newest entries without a sort.
create view ledger_entries as
select debit_account as account_id, -amount as amount, id, number, type, balance_after, reference_type,
       reference_id, actor_id, client_id, description, reverses, created_at
from ledger_transfers
union all
select credit_account, amount, id, number, type, balance_after, reference_type, reference_id, actor_id,
       client_id, description, reverses, created_at
from ledger_transfers;

-- What balances there were before the ledger is its first entry.
insert into ledger_transfers (id, type, debit_account, credit_account, amount, balance_after, description)
select gen_random_uuid(), 'adjustment', ledger_accounts.id, users.id, users.credits_balance,
       users.credits_balance, 'opening balance'
from users
join ledger_accounts on ledger_accounts.kind = 'adjusted'
where users.credits_balance > 0;

-- What a reseller can buy by card.
create table credit_packages (
    id          uuid primary key,
    code        text not null,
    credits     bigint not null,
    price_cents bigint not null,
    currency    text not null default 'usd',
    active      boolean not null default true,
    position    int not null default 0,
    created_at  timestamptz not null default now(),

    constraint credit_packages_code_key unique (code),
    constraint credit_packages_code_form check (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    constraint credit_packages_credits_positive check (credits > 0),
    constraint credit_packages_price_positive check (price_cents > 0),
    constraint credit_packages_currency_form check (currency ~ '^[a-z]{3}$')
);

insert into credit_packages (id, code, credits, price_cents, position)
values ('01938000-0000-7000-8000-00000000c101', 'credits_5000', 5000, 5000, 1),
       ('01938000-0000-7000-8000-00000000c102', 'credits_20000', 20000, 19000, 2),
       ('01938000-0000-7000-8000-00000000c103', 'credits_100000', 100000, 90000, 3);

-- A reseller's clients, newest first by id.
create index users_clients on users (parent_reseller_id, id) where parent_reseller_id is not null;
drop index users_parent_reseller;

-- A client whom an admin gave a role of its own is no longer the reseller's to suspend or to give
-- passwords to.
create view reseller_clients as
select users.parent_reseller_id as reseller_id,
       users.id,
       users.email,
       users.full_name,
       case when users.status = 'suspended' then 'suspended'
            when sold.current_period_end > now() then 'active'
            else 'expired'
       end as status,
       plans.code as plan,
       plans.stripe_price_id as plan_stripe_price_id,
       sold.current_period_start,
       sold.current_period_end,
       sold.id as subscription_id,
       sold.plan_id,
       users.email_verified_at is not null as email_verified,
       users.must_change_password,
       coalesce(users.language, 'en') as language,
       users.created_at,
       users.updated_at
from users
left join lateral (
    select id, plan_id, current_period_start, current_period_end
    from subscriptions
    where user_id = users.id and source = 'reseller'
    order by created_at desc, id desc
    limit 1
) sold on true
left join plans on plans.id = sold.plan_id
where users.parent_reseller_id is not null and users.role = 'user';
