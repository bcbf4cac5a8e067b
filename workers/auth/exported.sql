-- All that the database knows of somebody, for their export.

-- name: export_subscriptions
select p.code as plan, s.source, s.status, s.current_period_start, s.current_period_end,
       s.cancel_at_period_end, s.created_at
  from subscriptions s
  join plans p on p.id = s.plan_id
 where s.user_id = $1
 order by s.created_at, s.id;

-- name: export_profiles
select id, name, avatar_url, is_kids as is_kids_profile, is_default, pin_hash is not null as has_pin,
       language, max_rating, blocked_categories, bedtime, wake_time, timezone, created_at, updated_at
  from profiles
 where user_id = $1
 order by created_at, id;

-- name: export_playlists
select id, name, type, url, url_sealed, username_sealed, password_sealed, epg_url, epg_url_sealed,
       status, created_at, updated_at
  from playlists
 where user_id = $1
 order by created_at, id;

-- name: export_favorites
select id, profile_id, item_id, item_type, item_name, item_logo, playlist_id, position, created_at
  from favorites
 where user_id = $1
 order by profile_id, position, created_at;

-- name: export_progress
-- Profile by profile: that is how the table is cut up.
select own.profile_id, own.item_id, own.item_type, own.series_id, own.progress_seconds,
       own.duration_seconds, own.completed, own.device_id, own.updated_at
  from profiles p
 cross join lateral (select * from progress where progress.profile_id = p.id) own
 where p.user_id = $1
 order by own.profile_id, own.updated_at, own.item_id;

-- name: export_activity
select a.profile_id, a.event, a.item_id, a.item_type, a.device_id, a.at
  from profiles p
  join profile_activity a on a.profile_id = p.id
 where p.user_id = $1
 order by a.at, a.id;

-- name: export_sessions
select id, device_name, device_type, user_agent, ip, created_at, last_seen_at, revoked_at
  from sessions
 where user_id = $1
 order by created_at, id;

-- name: export_events
select event, session_id, ip, at from security_events where user_id = $1 order by at, id;

-- name: export_transactions
select id, type, amount, balance_after, description, client_id, created_at
  from ledger_entries
 where account_id = $1
 order by number;

-- name: export_invoices
-- Of all customers that the user ever was; drafts are nobody's business yet.
select i.number, i.status, i.amount_due, i.amount_paid, i.currency, i.hosted_url as hosted_invoice_url,
       i.pdf_url as invoice_pdf, i.period_start, i.period_end, i.paid_at, i.issued_at as created_at
  from stripe_customers c
  join invoices i on i.stripe_customer_id = c.customer_id
 where c.user_id = $1 and i.status <> 'draft'
 order by i.issued_at, i.id;

-- name: export_refunds
select p.stripe_charge_id, p.amount, p.amount_refunded, p.currency, p.dispute_status, p.disputed_at,
       p.created_at
  from stripe_customers c
  join card_charges p on p.stripe_customer_id = c.customer_id
 where c.user_id = $1
 order by p.created_at, p.stripe_charge_id;

-- name: export_checkouts
select s.id, s.kind, s.state, p.code as plan, s.credits, s.created_at
  from checkout_sessions s
  left join plans p on p.id = s.plan_id
 where s.user_id = $1
 order by s.created_at, s.id;

-- name: export_customers
select customer_id, deleted_at, created_at from stripe_customers where user_id = $1 order by created_at, customer_id;

-- name: export_letters
select template as kind, recipient, language, status, created_at, sent_at
  from outbox
 where user_id = $1
 order by created_at, id;

-- name: export_links
select purpose, new_email, created_at, expires_at, used_at
  from account_tokens
 where user_id = $1
 order by created_at, digest;

-- name: export_tvs
select client, device_name, device_type, ip, status, created_at
  from device_logins
 where user_id = $1
 order by created_at, device_code_digest;

-- name: export_deeds
select action, before, after, created_at
  from audit_log
 where target_type = 'user' and target_id = $1::uuid::text
 order by number;

-- name: export_notifications
select kind, title, body, created_at, read_at
  from notifications
 where user_id = $1
 order by created_at, id;

-- name: export_parties
select parties.id, parties.title, own.role, parties.host_user_id = $1 as hosted, own.joined_at, own.left_at
  from party_participants own
  join parties on parties.id = own.party_id
 where own.user_id = $1
 order by own.joined_at;
