#include "common/payments/checkouts.h"

#include <algorithm>

#include "common/base/text.h"
#include "common/payments/checkouts_sql.h"
#include "common/process/log.h"
#include "common/stripe/wire.h"

using namespace std::chrono_literals;
namespace sql = checkouts::sql;

namespace {

constexpr auto page_lifetime = 1h;  // Stripe wants half an hour at least

std::string both(const Returns& returns) { return returns.success_url + "\n" + returns.cancel_url; }

StripeForm page_form(const char* mode, const Uuid& id, const Uuid& user, const Returns& returns,
                     Instant expires) {
    return {{"mode", mode},
            {"client_reference_id", user.text()},
            {"success_url", returns.success_url},
            {"cancel_url", returns.cancel_url},
            {"expires_at", std::to_string(unix_seconds(expires))},
            {"metadata[user_id]", user.text()},
            {"metadata[checkout_id]", id.text()},
            {"line_items[0][quantity]", "1"}};
}

void add(StripeForm& form, StripeForm more) {
    for (auto& one : more) form.push_back(std::move(one));
}

}  // namespace

struct Checkouts::Buyer {
    std::string email;
    bool trial_used = false;
    std::optional<Uuid> plan;
    std::optional<std::string> customer;
    bool subscribed = false;
    static constexpr auto fields() {
        return std::tuple{Field{"email", &Buyer::email}, Field{"trial_used", &Buyer::trial_used},
                          Field{"plan_id", &Buyer::plan}, Field{"customer_id", &Buyer::customer},
                          Field{"subscribed", &Buyer::subscribed}};
    }
};

bool returns_to(std::string_view url, const std::vector<std::string>& origins) {
    auto parts = parse_http_url(url);
    if (!parts || !parts->user.empty() || !parts->password.empty()) return false;
    auto where = origin(*parts);
    return std::find(origins.begin(), origins.end(), where) != origins.end();
}

void check_returns(const Returns& returns, const std::vector<std::string>& origins) {
    std::vector<Fault> faults;
    for (auto [name, url] : {std::pair{"success_url", &returns.success_url},
                             std::pair{"cancel_url", &returns.cancel_url}}) {
        if (!returns_to(*url, origins)) faults.push_back({name, "field_return_url", {}});
    }
    if (!faults.empty()) throw Failure(validation_failed).with_faults(std::move(faults));
}

CheckoutPage Checkouts::subscribe(const Uuid& user, const std::string& price_id,
                                  const Returns& returns) {
    for (int customers = 0; customers < 3; ++customers) {
        try {
            return find_page(user, price_id, returns);
        } catch (const StripeRefusal&) {
            // That customer is gone, and forgotten.
        }
    }
    throw Failure(payment_refused);
}

CheckoutPage Checkouts::find_page(const Uuid& user, const std::string& price_id,
                                  const Returns& returns) {
    for (int attempt = 1;; ++attempt) {
        auto row = db_.transaction([&] { return begin(user, price_id, returns); });
        if (row.busy && row.state == "creating") throw Failure(request_in_progress).retry_after(1s);
        bool same = row.form.find("=" + percent_encode(price_id) + "&") != std::string::npos;
        if (same && row.returns == both(returns)) return open(row);
        if (attempt == 3) throw Failure(unavailable).retry_after(5s);
        close(row);
    }
}

// The row to open: the one that is under way, whatever it is for, or a new one.
CheckoutRow Checkouts::begin(const Uuid& user, const std::string& price_id,
                             const Returns& returns) {
    auto buyer = db_.get<Buyer>(sql::find_buyer, user, price_id);
    if (!buyer.plan) {
        throw Failure(validation_failed).with_faults({{"price_id", "field_unknown_price", {}}});
    }
    if (buyer.subscribed) throw Failure(already_subscribed);
    db_.run(sql::expire_checkouts, user);
    auto row = db_.find<CheckoutRow>(sql::find_open_checkout, user);
    if (!row) return insert(user, buyer, price_id, returns);
    if (!row->busy) db_.run(sql::take_over_checkout, row->id);
    return *row;
}

CheckoutRow Checkouts::insert(const Uuid& user, const Buyer& buyer, const std::string& price_id,
                              const Returns& returns) {
    auto id = Uuid::make();
    auto expires = system_now() + page_lifetime;
    auto form = page_form("subscription", id, user, returns, expires);
    if (buyer.customer) {
        add(form, {{"customer", *buyer.customer}});
    } else {
        add(form, {{"customer_email", buyer.email}});
    }
    add(form, {{"line_items[0][price]", price_id},
               {"allow_promotion_codes", "true"},
               {"metadata[plan_id]", buyer.plan->text()},
               {"subscription_data[metadata][user_id]", user.text()}});
    if (!buyer.trial_used && trial_days_ > 0) {
        add(form, {{"subscription_data[trial_period_days]", std::to_string(trial_days_)}});
    }
    return db_.get<CheckoutRow>(sql::insert_checkout, id, user, "subscription", buyer.plan,
                                std::optional<std::int64_t>{}, encode_form(form), both(returns),
                                expires);
}

CheckoutPage Checkouts::buy_credits(const Uuid& purchase, const Uuid& user,
                                    const CreditOffer& offer, const Returns& returns) {
    auto expires = system_now() + page_lifetime;
    auto form = page_form("payment", purchase, user, returns, expires);
    add(form, {{"line_items[0][price_data][currency]", offer.currency},
               {"line_items[0][price_data][unit_amount]", std::to_string(offer.price_cents)},
               {"line_items[0][price_data][product_data][name]", offer.name},
               {"metadata[kind]", "credits"},
               {"metadata[credits]", std::to_string(offer.credits)}});
    auto row = db_.find<CheckoutRow>(sql::insert_checkout, purchase, user, "credits",
                                     std::optional<Uuid>{}, offer.credits, encode_form(form),
                                     both(returns), expires);
    if (!row) {
        row = db_.get<CheckoutRow>(sql::find_checkout, purchase, user);
        if (row->busy && row->state == "creating")
            throw Failure(request_in_progress).retry_after(1s);
        db_.run(sql::take_over_checkout, purchase);
    }
    return open(*row);
}

CheckoutPage Checkouts::open(const CheckoutRow& row) {
    if (row.state == "open") return {row.url.value(), row.session.value()};
    if (row.state != "creating") throw Failure(conflict);
    auto answer = ask(row);
    CheckoutPage page{stripe::text(stripe::at(answer, {"url"})), stripe::id_of(answer)};
    if (page.checkout_url.empty() || page.session_id.empty()) throw Failure(conflict);
    // Who was erased meanwhile must not pay.
    auto kept = db_.run(sql::open_checkout, row.id, page.session_id, page.checkout_url);
    if (kept == 0) throw Failure(conflict);
    return page;
}

// The session that Stripe has for a row: made now, or when it was asked before.
JsonValue Checkouts::ask(const CheckoutRow& row) {
    try {
        return stripe_.post_encoded("/v1/checkout/sessions", row.form, "checkout:" + row.id.text());
    } catch (const StripeRefusal& refusal) {
        LogLine(Level::error, "checkout_refused")
            .add("checkout", row.id.text())
            .add("status", refusal.status())
            .add("code", refusal.code());
        db_.run(sql::end_checkout, row.id, "refused");
        if (refusal.misses("customer") && db_.run(sql::forget_customer, row.id) > 0) throw;
        throw Failure(payment_refused);
    } catch (const Failure&) {
        db_.run(sql::let_go_checkout, row.id);
        throw;
    }
}

// So that nobody pays on a page that was left. One that was paid in the meantime can't be closed;
// its event tells the rest.
void Checkouts::close(const CheckoutRow& row) {
    auto session = row.session ? *row.session : stripe::id_of(ask(row));
    try {
        stripe_.post("/v1/checkout/sessions/" + session + "/expire", {}, "expire:" + row.id.text());
    } catch (const StripeRefusal&) {
        auto answer = stripe_.get("/v1/checkout/sessions/" + session);
        if (stripe::text(stripe::at(answer, {"status"})) == "complete") {
            throw Failure(already_subscribed);
        }
    }
    db_.run(sql::end_checkout, row.id, "expired");
}
