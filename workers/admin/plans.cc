#include "workers/admin/plans.h"

#include <cmath>

#include "common/http/idempotency.h"
#include "workers/admin/plans_sql.h"

namespace admin {

namespace {

constexpr std::int64_t dearest = 100'000'000;  // cents
constexpr std::int64_t most = 1'000'000;       // of anything a plan limits
constexpr std::size_t longest_code = 36;       // room for a number behind it
constexpr std::int64_t longest_features = 4000;
constexpr const char* currency = "usd";  // of new plans, as the table has it

// `Black Friday Special` -> `black_friday_special`
std::string code_of(const std::string& name) {
    std::string code;
    for (char c : lower_ascii(name)) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain) code += c;
        if (!plain && !code.empty() && code.back() != '_') code += '_';
    }
    if (code.empty() || code[0] < 'a') code = "plan_" + code;
    code.resize(std::min(code.size(), longest_code));
    while (code.back() == '_') code.pop_back();
    return code;
}

std::optional<JsonText> json(const std::optional<Features>& features) {
    return features ? std::optional{features->json} : std::nullopt;
}

std::optional<std::string> trimmed(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return std::string{trim(*text)};
}

std::optional<std::int64_t> cents(const std::optional<double>& amount) {
    return amount ? cents_of(*amount) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> cents_of(double amount) {
    if (!(amount >= 0) || amount > dearest / 100.0) return std::nullopt;
    auto whole = std::llround(amount * 100);
    if (static_cast<double>(whole) / 100 != amount) return std::nullopt;
    return whole;
}

void check_rule(const Price&, double amount, Faults& faults) {
    if (!cents_of(amount)) faults.add("field_price", {{"max", dearest / 100}});
}

void describe_rule(JsonWriter& writer, const Price&) {
    writer.key("minimum");
    writer.integer(0);
    writer.key("maximum");
    writer.integer(dearest / 100);
    writer.key("multipleOf");
    writer.raw("0.01");
}

void check_rule(const Limit& rule, std::int64_t number, Faults& faults) {
    if (number == -1 || (number >= rule.least && number <= most)) return;
    faults.add("field_limit", {{"min", rule.least}, {"max", most}});
}

void describe_rule(JsonWriter& writer, const Limit&) {
    writer.key("minimum");
    writer.integer(-1);
    writer.key("maximum");
    writer.integer(most);
}

void read_json(const JsonValue& json, Features& target, Faults& faults) {
    if (json.kind != JsonValue::Kind::object) return faults.add("field_type_object");
    JsonWriter writer;
    write_json(writer, json);
    target.json.text = writer.take();
    if (std::ssize(target.json.text) > longest_features) {
        faults.add("field_length", {{"min", std::int64_t{2}}, {"max", longest_features}});
    }
}

std::vector<Plan> Plans::list(const Request& request) {
    return db_.list<Plan>(sql::list_plans, languages().at(request.language).code);
}

Plan Plans::find(const Uuid& id, LanguageId language) {
    return db_.get<Plan>(sql::find_plan, id, languages().at(language).code);
}

Created<Plan> Plans::create(const Request& request, const NewPlan& wanted) {
    auto id = Idempotency::call_id(request);
    auto language = languages().at(request.language).code;
    if (auto made = db_.find<Plan>(sql::find_plan, id, language)) return {*std::move(made)};
    auto price = first_price(id, wanted);
    return {db_.transaction([&] {
        db_.run(sql::insert_plan, id, code_of(wanted.name), price, cents_of(wanted.price_monthly),
                wanted.max_profiles, wanted.max_playlists, wanted.max_favorites,
                json(wanted.features), wanted.credit_cost, wanted.rate_limit);
        db_.run(sql::put_words, id, trimmed(wanted.name), wanted.description);
        auto plan = find(id, request.language);
        auto line = deed(request, "plan_created", "plan", id.text());
        line.after = json_of(plan);
        audit_.note(line);
        return plan;
    })};
}

// What Stripe is to sell it at, unless people made a price there.
std::optional<std::string> Plans::first_price(const Uuid& id, const NewPlan& wanted) {
    auto amount = cents_of(wanted.price_monthly).value_or(0);
    if (wanted.stripe_price_id || amount == 0 || !prices_.sold()) return wanted.stripe_price_id;
    return prices_.make({.id = id,
                         .name = std::string{trim(wanted.name)},
                         .description = wanted.description.value_or(""),
                         .currency = currency,
                         .cents = amount});
}

template <class Alter>
Plan Plans::alter(const Request& request, const char* action, Alter change) {
    auto id = request.uuid("id");
    return db_.transaction([&] {
        auto code = db_.get<std::string>(sql::lock_plan, id);
        auto line = deed(request, action, "plan", id.text());
        line.before = json_of(find(id, english));
        change(id, code);
        line.after = json_of(find(id, english));
        audit_.note(line);
        return find(id, request.language);
    });
}

Plan Plans::change(const Request& request, const PlanChange& wanted) {
    auto before = find(request.uuid("id"), english);
    auto change = wanted;
    bool resold = sell_at_another_price(before, change);
    try {
        return store(request, change, resold ? &before : nullptr);
    } catch (const Failure&) {
        // Somebody else was faster; nobody is to buy at the price that was made for this.
        if (resold && change.stripe_price_id.value) {
            errands_.archive_price(*change.stripe_price_id.value);
        }
        throw;
    }
}

// Whether another amount wants another price at Stripe, which is then made and put into the change.
// What costs nothing is not sold by card. A plan that has no price is not sold there on purpose,
// unless it was free.
bool Plans::sell_at_another_price(const Plan& plan, PlanChange& wanted) {
    auto amount = cents(wanted.price_monthly).value_or(plan.price_monthly.amount);
    if (!prices_.sold() || !plan.active || wanted.stripe_price_id.given ||
        amount == plan.price_monthly.amount ||
        (!plan.stripe_price_id && plan.price_monthly.amount != 0)) {
        return false;
    }
    wanted.stripe_price_id.given = true;
    if (amount == 0) return true;
    wanted.stripe_price_id.value = prices_.make({.id = plan.id,
                                                 .name = plan.name,
                                                 .description = plan.description,
                                                 .currency = plan.currency,
                                                 .cents = amount,
                                                 .former = plan.stripe_price_id});
    return true;
}

// `resold`: the plan as it was when another price was made for it; it must be so still.
Plan Plans::store(const Request& request, const PlanChange& wanted, const Plan* resold) {
    return alter(request, "plan_changed", [&](const Uuid& id, const std::string&) {
        if (resold && find(id, english).stripe_price_id != resold->stripe_price_id) {
            throw Failure(conflict);
        }
        if (resold && resold->stripe_price_id) errands_.archive_price(*resold->stripe_price_id);
        db_.run(sql::update_plan, id, wanted.stripe_price_id.given, wanted.stripe_price_id.value,
                wanted.credit_cost.given, wanted.credit_cost.value, cents(wanted.price_monthly),
                wanted.max_profiles, wanted.max_playlists, wanted.max_favorites, wanted.rate_limit,
                json(wanted.features));
        if (wanted.name || wanted.description) {
            db_.run(sql::put_words, id, trimmed(wanted.name), wanted.description);
        }
    });
}

// The free plan is what everybody falls back to, and `family` is what a trial is like.
Plan Plans::retire(const Request& request) {
    return alter(request, "plan_retired", [&](const Uuid& id, const std::string& code) {
        if (code == "free" || code == "family") throw Failure(plan_needed);
        auto price = find(id, english).stripe_price_id;
        if (price && prices_.sold()) errands_.archive_price(*price);
        db_.run(sql::retire_plan, id);
    });
}

}  // namespace admin
