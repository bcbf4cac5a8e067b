-- Plans, who has which, and the one answer to what an account may do now. Billing and, later,
-- resellers and admins write here; everybody reads `entitlements`.
--
--   plans              id, code, stripe_price_id, price_monthly_cents, currency, credit_cost,
--                      max_profiles, max_playlists, max_favorites, rate_limit, features, active,
--                      position, created_at, updated_at, retired_at
--   plan_translations  plan_id, language, name, description
--   subscriptions      id, user_id, plan_id, source, status, stripe_subscription_id,
--                      stripe_customer_id, current_period_start, current_period_end,
--                      cancel_at_period_end, grace_until, version, last_event_at, created_at,
--                      updated_at
--   entitlements       (view) user_id, plan_id, plan_code, status, source, subscription_id,
--                      trial_ends_at, current_period_end, cancel_at_period_end, grace_until,
--                      max_profiles, max_playlists, max_favorites, rate_limit, features

-- A plan is retired and never deleted: those who have it keep it. -1 is unlimited. `code` is the
-- name that tokens and clients use; `free` and `family` are named by the view below.
create table plans (
    id                  uuid primary key,
    code                text not null,
    stripe_price_id     text,
    price_monthly_cents bigint not null,
    currency            text not null default 'usd',
    credit_cost         bigint,                     -- null: not sold by resellers
    max_profiles        int not null,
    max_playlists       int not null,
    max_favorites       int not null,
    rate_limit          int not null default 100,   -- requests in a window
    features            jsonb not null default '{}',
    active              boolean not null default true,
    position            int not null default 0,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    retired_at          timestamptz,

    constraint plans_code_key unique (code),
    constraint plans_stripe_price_id_key unique (stripe_price_id),
    constraint plans_code_form check (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    constraint plans_price_not_negative check (price_monthly_cents >= 0),
    constraint plans_currency_form check (currency ~ '^[a-z]{3}$'),
    constraint plans_credit_cost_not_negative check (credit_cost >= 0),
    constraint plans_max_profiles_range check (max_profiles = -1 or max_profiles >= 1),
    constraint plans_max_playlists_range check (max_playlists >= -1),
    constraint plans_max_favorites_range check (max_favorites >= -1),
    constraint plans_rate_limit_positive check (rate_limit > 0),
    constraint plans_features_is_object check (jsonb_typeof(features) = 'object'),
    constraint plans_retired_is_inactive check (retired_at is null or not active)
);

-- Plans are made by admins at run time, so their words can't live in the message catalogues.
create table plan_translations (
    plan_id     uuid not null,
    language    text not null,
    name        text not null,
    description text not null default '',

    constraint plan_translations_pkey primary key (plan_id, language),
    constraint plan_translations_language_form check (language ~ '^[a-z]{2}$'),
    constraint plan_translations_name_length check (char_length(name) between 1 and 60),
    constraint plan_translations_description_length check (char_length(description) <= 500),
    constraint plan_translations_plan_fkey foreign key (plan_id) references plans (id)
);

insert into plans (id, code, stripe_price_id, price_monthly_cents, credit_cost, max_profiles, max_playlists,
                   max_favorites, rate_limit, position, features)
values
    ('01938000-0000-7000-8000-000000000001', 'free', null, 0, null, 1, 1, 50, 100, 1,
     '{"ads": true, "hd": false, "uhd": false, "watch_party": false, "party_size": 0}'),
    ('01938000-0000-7000-8000-000000000002', 'basic', 'price_basic_monthly', 499, 499, 3, 3, 200, 100, 2,
     '{"ads": false, "hd": true, "uhd": false, "watch_party": true, "party_size": 5}'),
    ('01938000-0000-7000-8000-000000000003', 'family', 'price_family_monthly', 999, 999, 6, 5, 500, 100, 3,
     '{"ads": false, "hd": true, "uhd": false, "watch_party": true, "party_size": 10}'),
    ('01938000-0000-7000-8000-000000000004', 'premium', 'price_premium_monthly', 1499, 1499, 10, 20, -1, 500, 4,
     '{"ads": false, "hd": true, "uhd": true, "watch_party": true, "party_size": 50}');

-- No figures in the words: they would be wrong as soon as a limit changes.
insert into plan_translations (plan_id, language, name, description)
select plans.id, words.language, words.name, words.description
from plans
join (values
    ('free', 'en', 'Free', 'Get to know SyncStream TV at no cost.'),
    ('free', 'es', 'Gratis', 'Descubre SyncStream TV sin coste alguno.'),
    ('free', 'fr', 'Gratuit', 'Découvrez SyncStream TV sans frais.'),
    ('free', 'de', 'Kostenlos', 'SyncStream TV kostenlos kennenlernen.'),
    ('free', 'pt', 'Grátis', 'Conheça o SyncStream TV sem custos.'),
    ('free', 'it', 'Gratuito', 'Scopri SyncStream TV senza costi.'),
    ('free', 'nl', 'Gratis', 'Maak kosteloos kennis met SyncStream TV.'),
    ('free', 'pl', 'Darmowy', 'Poznaj SyncStream TV bez opłat.'),
    ('free', 'tr', 'Ücretsiz', 'SyncStream TV''yi ücretsiz tanıyın.'),
    ('free', 'ar', 'مجاني', 'تعرّف على SyncStream TV مجانًا.'),
    ('basic', 'en', 'Basic', 'For one person with several devices.'),
    ('basic', 'es', 'Básico', 'Para una persona con varios dispositivos.'),
    ('basic', 'fr', 'Essentiel', 'Pour une personne qui a plusieurs appareils.'),
    ('basic', 'de', 'Basis', 'Für eine Person mit mehreren Geräten.'),
    ('basic', 'pt', 'Básico', 'Para uma pessoa com vários dispositivos.'),
    ('basic', 'it', 'Base', 'Per una persona con più dispositivi.'),
    ('basic', 'nl', 'Basis', 'Voor één persoon met meerdere apparaten.'),
    ('basic', 'pl', 'Podstawowy', 'Dla jednej osoby z kilkoma urządzeniami.'),
    ('basic', 'tr', 'Temel', 'Birden fazla cihazı olan bir kişi için.'),
    ('basic', 'ar', 'أساسي', 'لشخص واحد لديه عدة أجهزة.'),
    ('family', 'en', 'Family', 'For the whole household, with parental controls.'),
    ('family', 'es', 'Familiar', 'Para toda la casa, con control parental.'),
    ('family', 'fr', 'Famille', 'Pour tout le foyer, avec contrôle parental.'),
    ('family', 'de', 'Familie', 'Für den ganzen Haushalt, mit Jugendschutz.'),
    ('family', 'pt', 'Família', 'Para toda a casa, com controlo parental.'),
    ('family', 'it', 'Famiglia', 'Per tutta la famiglia, con controllo parentale.'),
    ('family', 'nl', 'Gezin', 'Voor het hele gezin, met ouderlijk toezicht.'),
    ('family', 'pl', 'Rodzinny', 'Dla całego domu, z kontrolą rodzicielską.'),
    ('family', 'tr', 'Aile', 'Ebeveyn denetimiyle bütün ev halkı için.'),
    ('family', 'ar', 'عائلي', 'للأسرة كلها، مع رقابة أبوية.'),
    ('premium', 'en', 'Premium', 'Everything SyncStream TV offers, with the highest limits.'),
    ('premium', 'es', 'Premium', 'Todo lo que ofrece SyncStream TV, con los límites más altos.'),
    ('premium', 'fr', 'Premium', 'Tout ce qu''offre SyncStream TV, avec les limites les plus élevées.'),
    ('premium', 'de', 'Premium', 'Alles, was SyncStream TV bietet, mit den höchsten Grenzen.'),
    ('premium', 'pt', 'Premium', 'Tudo o que o SyncStream TV oferece, com os limites mais altos.'),
    ('premium', 'it', 'Premium', 'Tutto ciò che SyncStream TV offre, con i limiti più alti.'),
    ('premium', 'nl', 'Premium', 'Alles wat SyncStream TV biedt, met de hoogste limieten.'),
    ('premium', 'pl', 'Premium', 'Wszystko, co oferuje SyncStream TV, z najwyższymi limitami.'),
    ('premium', 'tr', 'Premium', 'En yüksek sınırlarla SyncStream TV''nin sunduğu her şey.'),
    ('premium', 'ar', 'بريميوم', 'كل ما يقدّمه SyncStream TV، بأعلى الحدود.')
) as words (code, language, name, description) using (code);

-- What was paid for or given, by whichever source; an account may have several. Statuses are
-- Stripe's, whoever the source is. To end one at once is to set current_period_end to that instant:
-- a canceled one counts until then. No index on plan_id, since plans are never deleted.
create table subscriptions (
    id                     uuid primary key,
    user_id                uuid not null,
    plan_id                uuid not null,
    source                 text not null,
    status                 text not null,
    stripe_subscription_id text,
    stripe_customer_id     text,
    current_period_start   timestamptz,
    current_period_end     timestamptz,             -- null: without end
    cancel_at_period_end   boolean not null default false,
    grace_until            timestamptz,             -- a payment failed; limits stay until then
    version                bigint not null default 0,
    last_event_at          timestamptz,             -- of the newest event that was applied
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),

    constraint subscriptions_stripe_subscription_id_key unique (stripe_subscription_id),
    constraint subscriptions_source_known check (source in ('stripe', 'manual', 'reseller')),
    constraint subscriptions_status_known check (status in
        ('trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused', 'incomplete', 'incomplete_expired')),
    constraint subscriptions_stripe_has_id check ((source = 'stripe') = (stripe_subscription_id is not null)),
    constraint subscriptions_period_forward check (current_period_end >= current_period_start),
    constraint subscriptions_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint subscriptions_plan_fkey foreign key (plan_id) references plans (id)
);

create index subscriptions_user on subscriptions (user_id);
create index subscriptions_customer on subscriptions (stripe_customer_id) where stripe_customer_id is not null;

-- What an account may do at this moment: the dearest of its live subscriptions, else the trial,
-- else the free plan. One row a user; asked for one user it reads three small indexes. A renewal
-- that Stripe tells late (it tries for three days) cuts nobody off; what others gave ends on time.
create view entitlements as
select users.id as user_id,
       plans.id as plan_id,
       plans.code as plan_code,
       coalesce(live.status, case when users.trial_ends_at > now() then 'trialing' else 'free' end) as status,
       live.source,
       live.id as subscription_id,
       users.trial_ends_at,
       live.current_period_end,
       coalesce(live.cancel_at_period_end, false) as cancel_at_period_end,
       live.grace_until,
       plans.max_profiles,
       plans.max_playlists,
       plans.max_favorites,
       plans.rate_limit,
       plans.features
from users
left join lateral (
    select subscriptions.*, plans.code
    from subscriptions
    join plans on plans.id = subscriptions.plan_id
    where subscriptions.user_id = users.id
      and case subscriptions.status
              when 'past_due' then grace_until > now()
              when 'canceled' then current_period_end > now()
              else status in ('active', 'trialing') and (current_period_end is null or
                   current_period_end > now() - case source when 'stripe' then interval '3 days' else '0' end)
          end
    order by plans.price_monthly_cents desc,
             array_position(array['active', 'trialing', 'past_due', 'canceled'], subscriptions.status),
             subscriptions.current_period_end desc nulls first
    limit 1
) live on true
join plans on plans.code = coalesce(live.code, case when users.trial_ends_at > now() then 'family' else 'free' end);
