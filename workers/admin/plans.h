// Plans: to make, to change, to retire. A plan that costs something names a price at Stripe: one
// that people made there, or, where Stripe is configured, one that is made with the plan and with
// every new amount; who pays a former price goes on paying it. What else changes of a plan counts
// for all who have it: limits at once, the rate limit with their next token.
#pragma once

#include "common/accounts/plan.h"
#include "common/http/reply.h"
#include "common/http/route.h"
#include "common/payments/errands.h"
#include "workers/admin/admin.h"
#include "workers/admin/card_prices.h"

namespace admin {

// An amount of money: at most two decimals, not negative, up to a million. A double names each of
// these amounts by a number of its own, so cents are read from it exactly.
struct Price {};
std::optional<std::int64_t> cents_of(double amount);
void check_rule(const Price&, double amount, Faults& faults);
void describe_rule(JsonWriter& writer, const Price&);

// How many there may be; -1: unlimited.
struct Limit {
    std::int64_t least;
};
void check_rule(const Limit& rule, std::int64_t number, Faults& faults);
void describe_rule(JsonWriter& writer, const Limit& rule);

// An object of the client's making.
struct Features {
    JsonText json;
};
void read_json(const JsonValue& json, Features& target, Faults& faults);

inline constexpr Length plan_name_length{1, 60};
inline constexpr Length words_length{0, 500};
inline constexpr Length price_id_length{1, 255};
inline constexpr Range credit_range{0, 1'000'000'000};
inline constexpr Range rate_range{1, 1'000'000};

}  // namespace admin

template <>
inline void describe<admin::Features>(JsonWriter& writer, bool nullable, bool,
                                      const std::function<void()>&) {
    describe_type(writer, "object", nullable);
}

namespace admin {

// With what only those see who look after it.
struct Plan : ::Plan {
    bool active = false;
    std::int32_t position = 0;
    std::optional<Instant> retired_at;
    Instant created_at, updated_at;
    static constexpr auto fields() {
        return std::tuple_cat(
            ::Plan::fields(),
            std::tuple{Field{"active", &Plan::active}, Field{"position", &Plan::position, Full{}},
                       Field{"retired_at", &Plan::retired_at, Full{}},
                       Field{"created_at", &Plan::created_at, Full{}},
                       Field{"updated_at", &Plan::updated_at, Full{}}});
    }
};

struct NewPlan {
    std::string name;
    std::optional<std::string> description, stripe_price_id;
    double price_monthly = 0;
    std::int64_t max_profiles = 0, max_playlists = 0, max_favorites = 0;
    std::optional<Features> features;
    std::optional<std::int64_t> credit_cost;  // none: not sold by resellers
    std::optional<std::int64_t> rate_limit;   // 100 when not said
    static constexpr auto fields() {
        return std::tuple{Field{"name", &NewPlan::name, plan_name_length, single_line},
                          Field{"description", &NewPlan::description, words_length},
                          Field{"stripe_price_id", &NewPlan::stripe_price_id, price_id_length},
                          Field{"price_monthly", &NewPlan::price_monthly, Price{}},
                          Field{"max_profiles", &NewPlan::max_profiles, Limit{1}},
                          Field{"max_playlists", &NewPlan::max_playlists, Limit{0}},
                          Field{"max_favorites", &NewPlan::max_favorites, Limit{0}},
                          Field{"features", &NewPlan::features},
                          Field{"credit_cost", &NewPlan::credit_cost, credit_range},
                          Field{"rate_limit", &NewPlan::rate_limit, rate_range}};
    }
};

// What is not sent stays as it is; null takes a price or a cost away. The code never changes.
struct PlanChange {
    std::optional<std::string> name, description;
    Change<std::string> stripe_price_id;
    std::optional<double> price_monthly;
    std::optional<std::int64_t> max_profiles, max_playlists, max_favorites;
    std::optional<Features> features;
    Change<std::int64_t> credit_cost;
    std::optional<std::int64_t> rate_limit;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &PlanChange::name, plan_name_length, single_line},
                          Field{"description", &PlanChange::description, words_length},
                          Field{"stripe_price_id", &PlanChange::stripe_price_id, price_id_length},
                          Field{"price_monthly", &PlanChange::price_monthly, Price{}},
                          Field{"max_profiles", &PlanChange::max_profiles, Limit{1}},
                          Field{"max_playlists", &PlanChange::max_playlists, Limit{0}},
                          Field{"max_favorites", &PlanChange::max_favorites, Limit{0}},
                          Field{"features", &PlanChange::features},
                          Field{"credit_cost", &PlanChange::credit_cost, credit_range},
                          Field{"rate_limit", &PlanChange::rate_limit, rate_range}};
    }
};

class Plans {
  public:
    Plans(Database& db, Stripe& stripe) : db_(db), audit_(db), errands_(db), prices_(stripe) {}

    std::vector<Plan> list(const Request& request);  // also those that are retired
    // Both ask Stripe first, outside of any transaction; the same request again goes on where the
    // one before it ended.
    Created<Plan> create(const Request& request, const NewPlan& wanted);
    Plan change(const Request& request, const PlanChange& wanted);
    // Not sold any more; who has it keeps it.
    Plan retire(const Request& request);

  private:
    Plan find(const Uuid& id, LanguageId language);
    std::optional<std::string> first_price(const Uuid& id, const NewPlan& wanted);
    bool sell_at_another_price(const Plan& plan, PlanChange& wanted);
    Plan store(const Request& request, const PlanChange& wanted, const Plan* resold);
    template <class Alter>
    Plan alter(const Request& request, const char* action, Alter change);

    Database& db_;
    Audit audit_;
    Errands errands_;
    CardPrices prices_;
};

}  // namespace admin
