-- Who may touch what. Run by a superuser after the migrations, each time they ran: it can be
-- repeated, and takes away what is no longer written here. All in one transaction, so that running
-- workers see the old rights or the new, never none.
--
-- syncstream_owner owns everything and can't log in; each area has a login role of its own that may
-- do what its business needs and no more. A new area is a name in the list below and a block of
-- grants. Passwords and who may log in from where are left to pg_hba.conf.

begin;

do $$
declare
    area text;
    areas text[] := array['auth', 'profiles', 'library', 'billing', 'reseller', 'admin', 'status', 'jobs', 'party'];
    role_name text;
    relation record;
begin
    if not exists (select from pg_roles where rolname = 'syncstream_owner') then
        create role syncstream_owner nologin;
    end if;
    execute format('revoke all on database %I from public', current_database());
    revoke all on schema public from public;
    -- Also for the checks of foreign keys, which run as the owner of a table.
    grant usage, create on schema public to syncstream_owner;

    foreach area in array areas loop
        role_name := 'syncstream_' || area;
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I login', role_name);
        end if;
        execute format('alter role %I set statement_timeout = ''5s''', role_name);
        execute format('alter role %I set lock_timeout = ''2s''', role_name);
        execute format('alter role %I set idle_in_transaction_session_timeout = ''10s''', role_name);
        execute format('grant connect on database %I to %I', current_database(), role_name);
        execute format('grant usage on schema public to %I', role_name);
        execute format('revoke all on all tables in schema public from %I', role_name);
    end loop;

    for relation in
        select oid::regclass as name, relkind from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
          and relowner <> 'syncstream_owner'::regrole
    loop
        execute format('alter %s %s owner to syncstream_owner',
                       case relation.relkind when 'v' then 'view' else 'table' end, relation.name);
    end loop;
end
$$;

-- What every area with signed-in users needs: does the session stand, what does the plan allow,
-- has this been answered before.
grant select (id, user_id, revoked_at, absolute_expires_at) on sessions
    to syncstream_profiles, syncstream_library, syncstream_billing, syncstream_status;
grant select (id, role, status, language) on users to syncstream_profiles, syncstream_library, syncstream_billing;
grant select (id, role, status) on users to syncstream_status;
grant select on entitlements to syncstream_auth, syncstream_profiles, syncstream_library, syncstream_billing;
grant select, insert, update on idempotency_keys
    to syncstream_auth, syncstream_profiles, syncstream_library, syncstream_billing;

-- auth: accounts are its own. It makes the default profile, and reads all that a user has for the
-- export; to erase an account it deletes the user, and the rest follows.
grant select, insert, update, delete on
    users, sessions, account_tokens, recovery_codes, device_logins, throttles to syncstream_auth;
grant select, insert on security_events, profiles to syncstream_auth;
grant insert on outbox to syncstream_auth;
grant delete on idempotency_keys to syncstream_auth;
grant select, insert, update on sync_versions to syncstream_auth;
grant select on
    plans, plan_translations, subscriptions, profile_activity, playlists, favorites, progress, ledger_entries,
    invoices, card_charges to syncstream_auth;
grant select (id, user_id, kind, plan_id, credits, created_at) on checkout_sessions to syncstream_auth;
grant select (created_at) on stripe_customers to syncstream_auth;
grant select (id, user_id, recipient, template, language, status, created_at, sent_at) on outbox to syncstream_auth;
grant select (number, action, target_type, target_id, before, after, created_at) on audit_log to syncstream_auth;
-- Who is erased takes leave of Stripe as well.
grant insert on stripe_errands to syncstream_auth;
grant select (customer_id, user_id, deleted_at, erased_at), update (erased_at) on stripe_customers to syncstream_auth;
grant select (user_id, state, stripe_session_id) on checkout_sessions to syncstream_auth;

grant select on parties, party_participants to syncstream_auth;

-- profiles: a PIN is lifted with the account's password, hence the hash; the owner hears of a lock.
grant select, insert, update, delete on profiles to syncstream_profiles;
grant select, insert on profile_activity to syncstream_profiles;
grant select, insert, update, delete on throttles to syncstream_profiles;
grant select (profile_id), update (profile_id) on sessions to syncstream_profiles;
grant select (email, password_hash, full_name) on users to syncstream_profiles;
grant insert on security_events, outbox to syncstream_profiles;
grant select, insert, update on sync_versions to syncstream_profiles;
grant select, insert on tombstones to syncstream_profiles;

-- library: profiles without what belongs to their PIN, for ownership, parental limits and the delta.
grant select, insert, update, delete on playlists, favorites, progress to syncstream_library;
grant select, insert, update on sync_versions to syncstream_library;
grant select, insert on tombstones to syncstream_library;
grant select (id, user_id, name, avatar_url, is_kids, is_default, has_pin, language, max_rating, blocked_categories,
              bedtime, wake_time, timezone, version, created_at, updated_at) on profiles to syncstream_library;
grant insert on profile_activity to syncstream_library;
-- Its reads run over partitions: planned anew for each call they take twice as long.
alter role syncstream_library set plan_cache_mode = 'force_generic_plan';

-- billing: counts what is used, and marks a trial as used when something is paid.
grant select on plans, plan_translations to syncstream_billing;
grant select, insert, update on subscriptions to syncstream_billing;
grant select (email, email_status, soft_bounces, full_name, trial_ends_at, trial_used_at),
      update (email_status, soft_bounces, trial_ends_at, trial_used_at, updated_at) on users to syncstream_billing;
grant select (id, user_id) on profiles, playlists, favorites to syncstream_billing;
grant select (profile_id) on favorites to syncstream_billing;
grant insert on outbox to syncstream_billing;
-- It shares with jobs what follows from Stripe's events; of these, none is ever unwritten. Credits
-- move with their transfers.
grant select, insert, update on stripe_events, stripe_customers, invoices, card_charges, checkout_sessions
    to syncstream_billing, syncstream_jobs;
grant select, insert on trial_cards, ledger_transfers to syncstream_billing, syncstream_jobs;
grant select on ledger_accounts, former_prices to syncstream_billing, syncstream_jobs;
grant select (credits_balance), update (credits_balance) on users to syncstream_billing, syncstream_jobs;

-- reseller: guards as everywhere; opens accounts that are plain users, and knows clients by a view
-- that shows each reseller's own. Of users it writes no role; credits move with their transfers,
-- which nobody changes.
grant select (id, user_id, revoked_at), update (revoked_at, revoke_reason) on sessions to syncstream_reseller;
grant select (absolute_expires_at) on sessions to syncstream_reseller;
grant select (id, email, full_name, role, status, language, credits_balance, password_hash, must_change_password),
      insert (id, email, password_hash, full_name, language, trial_ends_at, trial_used_at, parent_reseller_id,
              must_change_password),
      update (full_name, status, password_hash, must_change_password, credits_balance, updated_at)
    on users to syncstream_reseller;
grant select on entitlements, reseller_clients, ledger_entries, credit_packages, plans, plan_translations
    to syncstream_reseller;
grant select, insert, update on idempotency_keys to syncstream_reseller;
grant select, insert, update on subscriptions to syncstream_reseller;
grant select on ledger_accounts to syncstream_reseller;
grant select, insert on ledger_transfers to syncstream_reseller;
grant insert on profiles, sync_versions, outbox, security_events to syncstream_reseller;
-- A purchase of credits begins here; what becomes of it is billing's to write.
grant select, insert, update on checkout_sessions to syncstream_reseller;

-- admin: sees accounts without what lets anybody in, and does what it does with a line in the audit
-- log that nobody changes. Makes accounts only for ops/create-admin.
grant select (id, user_id, device_name, device_type, user_agent, ip, created_at, last_seen_at, expires_at,
              absolute_expires_at, revoked_at), update (revoked_at, revoke_reason) on sessions to syncstream_admin;
grant select (id, email, email_verified_at, email_status, full_name, role, status, language, credits_balance,
              trial_ends_at, trial_used_at, parent_reseller_id, must_change_password, totp_confirmed_at, demo,
              created_at, updated_at),
      insert (id, email, password_hash, full_name, language, trial_ends_at, trial_used_at, parent_reseller_id,
              must_change_password),
      update (email, email_verified_at, full_name, role, status, credits_balance, updated_at)
    on users to syncstream_admin;
grant select, insert, update on idempotency_keys, subscriptions, plans, plan_translations to syncstream_admin;
grant select on entitlements, ledger_accounts, ledger_entries, stripe_customers to syncstream_admin;
grant select, insert on former_prices to syncstream_admin;
grant insert on stripe_errands to syncstream_admin;
grant select, insert on ledger_transfers, audit_log to syncstream_admin;
grant select (id, type, object_id, customer_id, livemode, api_version, created_at, received_at, arrival, state,
              attempts, next_try_at, last_error, note, done_at),
      update (state, attempts, next_try_at, last_error, done_at) on stripe_events to syncstream_admin;
grant select (user_id), delete on account_tokens to syncstream_admin;
grant select (id, user_id) on profiles, playlists to syncstream_admin;
grant select (profile_id) on favorites, progress to syncstream_admin;
grant insert on profiles, sync_versions, security_events to syncstream_admin;
-- Which index finds an account depends on what is looked for.
alter role syncstream_admin set plan_cache_mode = 'force_custom_plan';

-- What is told in the app: written where it happens, in the words of the user's language.
grant select, insert on notifications
    to syncstream_auth, syncstream_billing, syncstream_reseller, syncstream_admin, syncstream_jobs;
grant update (read_at) on notifications to syncstream_auth;
grant delete on notifications to syncstream_jobs;
grant select, update (read_at) on notifications to syncstream_party;
grant select on plan_translations to syncstream_jobs;
-- Which profiles an account has, to tell of its plan.
grant select (id, user_id) on profiles to syncstream_reseller, syncstream_jobs;

-- jobs: sends letters and deletes what has expired.
grant select, update, delete on outbox to syncstream_jobs;
grant select, delete on sessions, account_tokens, device_logins, throttles, security_events, profile_activity,
    tombstones, idempotency_keys to syncstream_jobs;
grant select, update (oldest) on sync_versions to syncstream_jobs;
grant select, insert, update on subscriptions to syncstream_jobs;
grant select on plans, entitlements to syncstream_jobs;
grant select (id, email, email_status, full_name, language, trial_ends_at, trial_used_at),
      update (trial_ends_at, trial_used_at, updated_at) on users to syncstream_jobs;
grant insert on outbox to syncstream_jobs;
grant delete on stripe_events to syncstream_jobs;
grant select, insert, update, delete on stripe_errands to syncstream_jobs;
-- What is sealed, and nothing else of these rows, to seal it with another key.
grant select (id, url_sealed, epg_url_sealed, username_sealed, password_sealed),
      update (url_sealed, epg_url_sealed, username_sealed, password_sealed) on playlists to syncstream_jobs;
grant select (id, totp_secret), update (totp_secret) on users to syncstream_jobs;

-- party: knows who comes and what the profile may see; remembers parties that were.
grant select (id, role, status, language) on users to syncstream_party;
grant select (id, user_id, revoked_at, absolute_expires_at) on sessions to syncstream_party;
grant select (id, user_id, name, avatar_url, is_kids, is_default, max_rating) on profiles to syncstream_party;
grant select on entitlements to syncstream_party;
grant select, insert, update on parties, party_participants to syncstream_party;
grant insert on party_reports to syncstream_party;
grant select, insert, update, delete on party_bans to syncstream_party;
-- What a socket reports of playback is kept as what comes over HTTP.
grant select, insert, update on progress to syncstream_party;
grant select, update on sync_versions to syncstream_party;
grant insert on profile_activity to syncstream_party;

commit;
