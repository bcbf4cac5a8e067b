// What happened: the figures of the whole, what Stripe told and what came of it, and what admins
// did.
#pragma once

#include "common/http/reply.h"
#include "common/http/route.h"
#include "workers/admin/admin.h"
#include "workers/admin/remembered.h"

namespace admin {

// Of this moment. `mrr` is what cards pay a month; `churn_30d` how many accounts lost what they
// had in thirty days and have nothing now, `double_subscriptions` how many pay by card for several.
struct Figures {
    std::int64_t total_users = 0, active_subscriptions = 0, trialing = 0;
    Cents mrr;
    std::int64_t credits_outstanding = 0, resellers = 0, new_users_30d = 0, churn_30d = 0,
                 webhook_failures_24h = 0, webhooks_waiting = 0, suspended_users = 0, admins = 0,
                 past_due = 0, double_subscriptions = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"total_users", &Figures::total_users},
                          Field{"active_subscriptions", &Figures::active_subscriptions},
                          Field{"trialing", &Figures::trialing},
                          Field{"past_due", &Figures::past_due},
                          Field{"mrr", &Figures::mrr},
                          Field{"credits_outstanding", &Figures::credits_outstanding},
                          Field{"resellers", &Figures::resellers},
                          Field{"admins", &Figures::admins},
                          Field{"suspended_users", &Figures::suspended_users},
                          Field{"new_users_30d", &Figures::new_users_30d},
                          Field{"churn_30d", &Figures::churn_30d},
                          Field{"webhook_failures_24h", &Figures::webhook_failures_24h},
                          Field{"webhooks_waiting", &Figures::webhooks_waiting},
                          Field{"double_subscriptions", &Figures::double_subscriptions}};
    }
};

struct EventQuery {
    std::int64_t page = 1;
    std::int64_t limit = 20;
    std::optional<std::string> status;
    static constexpr auto fields() {
        return std::tuple{Field{"page", &EventQuery::page, Paging::pages},
                          Field{"limit", &EventQuery::limit, Paging::limits},
                          Field{"status", &EventQuery::status, Event::statuses}};
    }
};

struct DeedQuery {
    std::int64_t page = 1;
    std::int64_t limit = 20;
    std::optional<std::string> action, target_id;
    static constexpr auto fields() {
        return std::tuple{Field{"page", &DeedQuery::page, Paging::pages},
                          Field{"limit", &DeedQuery::limit, Paging::limits},
                          Field{"action", &DeedQuery::action, Length{1, 60}},
                          Field{"target_id", &DeedQuery::target_id, Length{1, 255}}};
    }
};

// A line of the audit log. Without actor: whoever had the machine.
struct DoneDeed {
    Uuid id;
    std::optional<Uuid> actor_id;
    std::optional<std::string> actor_email;  // while the account exists
    std::string action, target_type, target_id;
    std::optional<JsonText> before, after;
    std::optional<std::string> ip, request_id;
    Instant created_at;
    static constexpr const char* singular = "entry";
    static constexpr const char* plural = "audit";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &DoneDeed::id},
                          Field{"actor_id", &DoneDeed::actor_id},
                          Field{"actor_email", &DoneDeed::actor_email},
                          Field{"action", &DoneDeed::action},
                          Field{"target_type", &DoneDeed::target_type},
                          Field{"target_id", &DoneDeed::target_id},
                          Field{"before", &DoneDeed::before},
                          Field{"after", &DoneDeed::after},
                          Field{"ip", &DoneDeed::ip},
                          Field{"request_id", &DoneDeed::request_id, Full{}},
                          Field{"created_at", &DoneDeed::created_at}};
    }
};

class Records {
  public:
    explicit Records(Database& db) : db_(db), audit_(db) {}

    // Some seconds old where there is very much to count (remembered.h).
    Figures figures(const Request& request);
    Page<Event> events(const Request& request, const FromQuery<EventQuery>& query);
    // Has it applied again, by the jobs worker, within seconds.
    Event replay(const Request& request);
    Page<DoneDeed> deeds(const Request& request, const FromQuery<DeedQuery>& query);

  private:
    Database& db_;
    Audit audit_;
    Remembered<Figures> figures_;
};

}  // namespace admin
