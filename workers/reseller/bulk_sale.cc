#include "workers/reseller/bulk_sale.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/accounts/password_rules.h"
#include "workers/reseller/offers.h"
#include "workers/reseller/reseller_sql.h"

namespace reseller {

namespace {

struct PlanOnSale {
    Uuid plan;
    std::string code, price_id;
    std::int64_t cost = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"plan_id", &PlanOnSale::plan}, Field{"code", &PlanOnSale::code},
                          Field{"stripe_price_id", &PlanOnSale::price_id},
                          Field{"credit_cost", &PlanOnSale::cost}};
    }
};

}  // namespace

// One of the clients on its way: refused, or priced, hashed and created.
struct BulkSale::Item {
    const NewClient* wanted;
    std::string email;  // in lower case
    std::vector<Fault> faults;
    const Problem* refused = nullptr;
    Sale sale{};
    std::string hash{};
    std::optional<Charged> sold{};

    explicit Item(const Lenient<NewClient>& sent)
        : wanted(&sent.value), email(lower_ascii(sent.value.email)), faults(sent.faults) {
        if (faults.empty() &&
            easy_to_guess(wanted->password, {email, wanted->full_name, "syncstream tv"})) {
            fault({"password", "password_common", {}});
        }
        if (!faults.empty()) refused = &validation_failed;
    }
    bool stands() const { return !refused; }
    void fault(Fault one) {
        faults.push_back(std::move(one));
        refused = &validation_failed;
    }
};

namespace {

template <class Items>
std::vector<std::string> addresses(const Items& items) {
    std::vector<std::string> all;
    for (const auto& item : items) {
        if (item.stands()) all.push_back(item.email);
    }
    return all;
}

// All or nothing: the first kind of refusal ends it, and names every client that it concerns.
template <class Items>
void end_at(const Items& items, const Problem& problem) {
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].refused != &problem) continue;
        auto place = "clients[" + std::to_string(i) + "].";
        if (items[i].faults.empty()) faults.push_back({place + "email", problem.key(), {}});
        for (auto fault : items[i].faults) {
            fault.field = place + fault.field;
            faults.push_back(std::move(fault));
        }
    }
    if (!faults.empty()) throw Failure(problem).with_faults(std::move(faults));
}

template <class Items>
void refuse_twins(Items& items) {
    std::set<std::string> seen;
    for (auto& item : items) {
        if (!item.stands() || seen.insert(item.email).second) continue;
        item.fault({"email", "client_twice", {}});
    }
}

template <class Items>
BulkOutcome outcome_of(const Items& items, std::int64_t balance) {
    BulkOutcome outcome;
    outcome.credits_balance = balance;
    for (const auto& item : items) {
        BulkResult result{
            outcome.created + outcome.rejected, item.wanted->email, "rejected", {}, {}};
        if (item.sold) {
            result.status = "created";
            result.client_id = item.sold->id;
            outcome.clients.push_back(item.sold->client);
            outcome.credits_charged += item.sold->credits_charged;
            ++outcome.created;
        } else {
            result.error = Rejection{item.refused->code, {item.faults}};
            ++outcome.rejected;
        }
        outcome.results.push_back(std::move(result));
    }
    return outcome;
}

}  // namespace

// What can be known is looked at first, so that nobody waits for passwords in vain; what then
// happens is decided by the statements.
Answer<BulkOutcome> BulkSale::create(const Request& request, const NewClients& wanted) {
    bool all = wanted.mode != "partial";
    Items items(wanted.clients.begin(), wanted.clients.end());
    refuse_twins(items);
    price(items);
    refuse_taken(items);
    if (all) {
        end_at(items, validation_failed);
        end_at(items, email_taken);
    }
    refuse_unpaid(items, ledger_.balance(request.user), all);
    hash(items);
    auto balance = db_.transaction([&] {
        open(request, items, all);
        return ledger_.balance(request.user);
    });
    auto outcome = outcome_of(items, balance);
    auto status = outcome.created ? 201 : 200;
    return {std::move(outcome), status};
}

void BulkSale::price(Items& items) {
    std::map<std::string, PlanOnSale> plans;
    for (auto& plan : db_.list<PlanOnSale>(sql::list_offers)) plans.emplace(plan.price_id, plan);
    for (auto& item : items) {
        if (!item.stands()) continue;
        auto plan = plans.find(item.wanted->plan_stripe_price_id);
        if (plan == plans.end()) {
            item.fault(unknown_price());
            continue;
        }
        auto months = item.wanted->months.value_or(1);
        item.sale = {plan->second.plan, plan->second.code, months,
                     times(plan->second.cost, months)};
    }
}

void BulkSale::refuse_taken(Items& items) {
    auto list = db_.list<std::string>(sql::list_taken, addresses(items));
    std::set<std::string> taken(list.begin(), list.end());
    for (auto& item : items) {
        if (item.stands() && taken.count(item.email)) item.refused = &email_taken;
    }
}

// In the order of the request, as far as the credits go.
void BulkSale::refuse_unpaid(Items& items, std::int64_t balance, bool all) {
    std::int64_t required = 0, left = balance;
    for (auto& item : items) {
        if (!item.stands()) continue;
        if (__builtin_add_overflow(required, item.sale.price, &required)) {
            throw Failure(validation_failed);
        }
        if (left < item.sale.price) {
            item.refused = &insufficient_credits;
        } else {
            left -= item.sale.price;
        }
    }
    if (all && required > balance) {
        throw Failure(insufficient_credits, {{"required", required}, {"balance", balance}});
    }
}

// Meanwhile the transaction that holds the idempotency key is kept from being idle for too long.
void BulkSale::hash(Items& items) {
    std::vector<const Secret*> passwords;
    for (const auto& item : items) {
        if (item.stands()) passwords.push_back(&item.wanted->password);
    }
    auto hashes = crew_.hash(passwords, [&] { db_.answers(); });
    auto next = hashes.begin();
    for (auto& item : items) {
        if (item.stands()) item.hash = std::move(*next++);
    }
}

void BulkSale::open(const Request& request, Items& items, bool all) {
    db_.find<std::int64_t>(sql::lock_addresses, addresses(items));
    for (auto& item : items) {
        if (!item.stands()) continue;
        try {
            item.sold = db_.transaction(
                [&] { return opening_.open(request, *item.wanted, item.sale, item.hash); });
        } catch (const Failure& failure) {
            bool may_be = failure.problem().status == email_taken.status ||
                          failure.problem().status == insufficient_credits.status;
            if (all || !may_be) throw;
            item.refused = &failure.problem();
        }
    }
}

}  // namespace reseller
