# shellcheck shell=sh
# How ops/dev takes payments: at Stripe when a key is given, else at the stand-in of the tests, which
# exists in a checkout only and is never installed. Needs tool.sh, processes.sh and workers.sh; $VAR,
# $LOGS, $https and the database are there. Secrets go from file to file, never through arguments.

stand_in=tests/doubles/stripe/main.mjs

stripe_is_given() {
    [ -n "${STRIPE_SECRET_KEY-}${STRIPE_SECRET_KEY_FILE-}${STRIPE_API_BASE-}" ] ||
        grep -qs '^[[:space:]]*STRIPE_\(SECRET_KEY_FILE\|API_BASE\)=' "${SETTINGS_FILE-}"
}

node_suffices() { node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }

# The stand-in has a secret of its own; what is given besides counts as well.
make_payment_secrets() {
    secrets=$VAR/secrets
    mkdir -p "$secrets"
    [ -s "$secrets/stripe_key" ] || printf 'sk_stand_in_%s\n' "$(random_key)" >"$secrets/stripe_key"
    [ -s "$secrets/stripe_webhook_secret" ] ||
        printf 'whsec_%s\n' "$(random_key)" >"$secrets/stripe_webhook_secret"
    given=${STRIPE_WEBHOOK_SECRETS-}
    [ -z "${STRIPE_WEBHOOK_SECRETS_FILE-}" ] || given=$(cat "$STRIPE_WEBHOOK_SECRETS_FILE")
    printf '%s%s\n' "${given:+$given,}" "$(cat "$secrets/stripe_webhook_secret")" >"$secrets/stripe_webhook_secrets"
}

# What our plans cost is for sale there too.
list_prices() {
    psql -XAtq --dbname syncstream --command "
        select coalesce(json_agg(json_build_object('id', stripe_price_id, 'product', coalesce(name, code),
                   'currency', currency, 'unit_amount', price_monthly_cents, 'interval', 'month')), '[]')
          from plans
          left join plan_translations on plan_id = plans.id and language = 'en'
         where stripe_price_id is not null"
}

start_stand_in() {
    folder=$VAR/stripe
    mkdir -p "$folder"
    make_payment_secrets
    list_prices >"$folder/prices.json"
    # The port that was given, or that of the last time: pages which are open still lead there.
    port=${SYNCSTREAM_STRIPE_PORT:-$(sed -n 's/^.*:\([0-9]*\)$/\1/p' "$folder/address" 2>/dev/null || :)}
    rm -f "$folder/address"
    keep stripe TERM env STRIPE_DOUBLE_FOLDER="$folder" STRIPE_DOUBLE_PORT="$port" \
        STRIPE_DOUBLE_PRICES="$folder/prices.json" STRIPE_DOUBLE_KEY_FILE="$secrets/stripe_key" \
        STRIPE_DOUBLE_SECRETS_FILE="$secrets/stripe_webhook_secret" \
        STRIPE_DOUBLE_WEBHOOK="https://127.0.0.1:$https/api/v1/webhooks/stripe" \
        STRIPE_DOUBLE_CERTIFICATE="$VAR/tls/certificate.pem" node "$stand_in"
    note_keeper
    wait_until 20 test -s "$folder/address" || die "the stand-in for Stripe did not start, see $LOGS/stripe.log"
    STRIPE_API_BASE=$(cat "$folder/address")
    STRIPE_SECRET_KEY_FILE=$secrets/stripe_key
    STRIPE_WEBHOOK_SECRETS_FILE=$secrets/stripe_webhook_secrets
    export STRIPE_API_BASE STRIPE_SECRET_KEY_FILE STRIPE_WEBHOOK_SECRETS_FILE
    unset STRIPE_WEBHOOK_SECRETS
}

# prepare_payments: sets $payments to what there is to say of them. Purchases may end on our own
# pages.
prepare_payments() {
    origins=https://app.syncstream.tv,https://localhost:$https
    payments=''
    if ! stripe_is_given && [ -e "$stand_in" ]; then
        if node_suffices; then
            start_stand_in
            origins=$origins,$STRIPE_API_BASE
            payments="No Stripe key: payments go to a stand-in at $STRIPE_API_BASE (nothing is charged)"
        else
            payments='No Stripe key, and no Node.js 18 for a stand-in: nothing can be bought'
        fi
    fi
    export CHECKOUT_RETURN_ORIGINS="${CHECKOUT_RETURN_ORIGINS-$origins}"
}
