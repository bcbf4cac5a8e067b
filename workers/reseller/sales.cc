#include "workers/reseller/sales.h"

#include <algorithm>

#include "common/accounts/password_rules.h"
#include "workers/reseller/offers.h"
#include "workers/reseller/reseller_sql.h"

namespace reseller {

namespace {

// Those that would be refused at the end are refused before the password is hashed, which takes a
// hundred times as long as all the rest; what then happens is decided by the statements.
Sale offered(Database& db, const Request& request, const NewClient& wanted) {
    auto months = wanted.months.value_or(1);
    auto offer = find_offer(db, request, wanted.plan_stripe_price_id, months, wanted.email);
    if (offer.taken) throw Failure(email_taken);
    if (offer.balance < *offer.price) {
        throw Failure(insufficient_credits,
                      {{"required", *offer.price}, {"balance", offer.balance}});
    }
    return {offer.plan_id, offer.code, months, *offer.price};
}

LanguageId language_of(const Request& request, const NewClient& wanted) {
    return wanted.language ? find_language(*wanted.language).value() : request.language;
}

}  // namespace

std::string line_of(const std::string& plan, std::int64_t months) {
    return plan + " × " + std::to_string(months);
}

Charged Opening::open(const Request& request, const NewClient& wanted, const Sale& sale,
                      const std::string& password_hash) {
    Charged sold{.id = Uuid::make(), .client = {}, .credits_charged = sale.price};
    sold.credits_balance = ledger_.move({.user = request.user,
                                         .amount = -sale.price,
                                         .why = Move::client_created,
                                         .actor = request.user,
                                         .client = sold.id,
                                         .description = line_of(sale.code, sale.months),
                                         .reference = Reference{"client", sold.id.text()}});
    auto language = language_of(request, wanted);
    accounts_.open({.id = sold.id,
                    .email = wanted.email,
                    .password_hash = password_hash,
                    .full_name = wanted.full_name,
                    .language = language,
                    .reseller = request.user});
    auto [added, client, reseller_name, plan_name] = db_.pipeline(
        change(sql::insert_subscription, Uuid::make(), sold.id, sale.plan, sale.months),
        row<Client>(sql::find_client, request.user, sold.id),
        row<std::string>(sql::find_name, request.user),
        row<std::string>(sql::find_plan_name, sale.plan, languages().at(language).code));
    sold.client = client.value();
    outbox_.enqueue({sold.id,
                     sold.client.email,
                     "client_welcome",
                     language,
                     {{"name", sold.client.full_name},
                      {"reseller", reseller_name.value()},
                      {"email", sold.client.email},
                      {"plan", plan_name.value()}},
                     {}});
    return sold;
}

Created<Charged> Sales::create(const Request& request, const NewClient& wanted) {
    refuse_easy("password", wanted.password, {wanted.email, wanted.full_name, "syncstream tv"});
    auto sale = offered(db_, request, wanted);
    auto hash = passwords_.hash(wanted.password);
    return {db_.transaction([&] { return opening_.open(request, wanted, sale, hash); })};
}

struct Sales::Terms {
    Uuid subscription, plan;
    std::string code;
    std::optional<std::int64_t> cost;  // of a month
    std::int64_t months_left = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"subscription_id", &Terms::subscription},
                          Field{"plan_id", &Terms::plan}, Field{"code", &Terms::code},
                          Field{"cost", &Terms::cost}, Field{"months_left", &Terms::months_left}};
    }
};

// Read once the balance is held: who changes a client of this reseller holds it as well.
Sales::Terms Sales::terms(const Request& request) {
    ledger_.hold(request.user);
    return db_.get<Terms>(sql::find_terms, request.user, request.uuid("id"));
}

Charged Sales::charge(const Request& request, std::int64_t price, Move why,
                      const std::string& line) {
    auto client = request.uuid("id");
    auto balance = ledger_.move({.user = request.user,
                                 .amount = -price,
                                 .why = why,
                                 .actor = request.user,
                                 .client = client,
                                 .description = line});
    return {client, {}, price, balance};
}

// Whoever has a plan keeps it also when it is not sold any more, as long as it has a price.
Charged Sales::renew(const Request& request, const Renewal& renewal) {
    return db_.transaction([&] {
        auto now = terms(request);
        if (!now.cost) throw Failure(not_sold);
        auto done = charge(request, times(*now.cost, renewal.months), Move::client_renewed,
                           line_of(now.code, renewal.months));
        db_.run(sql::extend_subscription, now.subscription, renewal.months);
        done.client = settled(request, done.id);
        return done;
    });
}

// The time that is left stays, and what the new plan costs more is paid for it, a month that has
// begun counted whole. A cheaper plan gives nothing back; a client without time left pays nothing
// until it is renewed.
Charged Sales::change_plan(const Request& request, const PlanChange& wanted) {
    return db_.transaction([&] {
        auto now = terms(request);
        auto next = find_offer(db_, request, wanted.plan_stripe_price_id, 1, {});
        if (next.plan_id == now.plan) throw Failure(same_plan);
        auto dearer = std::max<std::int64_t>(0, *next.price - now.cost.value_or(0));
        auto done = charge(request, times(dearer, now.months_left), Move::plan_changed,
                           now.code + " → " + line_of(next.code, now.months_left));
        auto former = entitlements_.of(done.id).value().plan_code;
        db_.run(sql::change_plan, now.subscription, next.plan_id);
        notifications_.compare_plan(done.id, former);
        done.client = settled(request, done.id);
        return done;
    });
}

// The client as it is now; the other workers hear of it once it is certain.
Client Sales::settled(const Request& request, const Uuid& client) {
    db_.after_commit([this, client] { entitlements_.changed(client); });
    return db_.get<Client>(sql::find_client, request.user, client);
}

}  // namespace reseller
