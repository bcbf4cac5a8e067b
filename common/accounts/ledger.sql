-- How credits move. One statement, so that a balance never differs from its transfers.

-- name: move_credits
-- The balance afterwards; no row when it would go below zero, or past what a number in JSON holds.
-- The condition is looked at again under the row lock, so that of two who pay at the same time the
-- second sees what the first left.
with moved as (
    update users set credits_balance = credits_balance + $2::bigint, updated_at = now()
      from ledger_accounts house
     where users.id = $1 and house.kind = $4
       and credits_balance between -$2::bigint and 9007199254740991 - $2::bigint
    returning users.id, credits_balance, house.id as house
)
insert into ledger_transfers (id, type, debit_account, credit_account, amount, balance_after, actor_id,
                              client_id, description, reference_type, reference_id, reverses)
select $5, $3, case when $2::bigint < 0 then id else house end,
       case when $2::bigint < 0 then house else id end, abs($2::bigint), credits_balance,
       $6, $7, $8, $9, $10, $11
  from moved
returning balance_after;

-- name: find_balance
select credits_balance from users where id = $1;

-- name: hold_balance
-- Not `for update`, which new rows that refer to the user would wait for.
select credits_balance from users where id = $1 for no key update;
