#include "workers/jobs/watch.h"

#include "common/process/gauges.h"
#include "common/process/log.h"
#include "workers/jobs/watch_sql.h"

namespace jobs {

namespace {

struct Figures {
    std::int64_t twice = 0, failed = 0, waiting = 0, errands = 0, overdue = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"twice", &Figures::twice}, Field{"failed", &Figures::failed},
                          Field{"waiting", &Figures::waiting}, Field{"errands", &Figures::errands},
                          Field{"overdue", &Figures::overdue}};
    }
};

struct PaysTwice {
    Uuid user;
    std::int64_t count = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &PaysTwice::user}, Field{"count", &PaysTwice::count}};
    }
};

}  // namespace

bool Watch::look() {
    auto now = db_.get<Figures>(sql::find_figures);
    write_gauges(
        run_folder_, "jobs",
        {{"double_subscriptions", "Users who pay for several subscriptions by card.", now.twice},
         {"stripe_events_failed", "Events of Stripe that people have to look at.", now.failed},
         {"stripe_events_waiting", "Events of Stripe that are not applied yet.", now.waiting},
         {"stripe_errands_waiting", "What Stripe is still to be told.", now.errands},
         {"stripe_errands_overdue", "The same, for more than an hour.", now.overdue}});
    return false;
}

bool Watch::name_who_pays_twice() {
    for (const auto& one : db_.list<PaysTwice>(sql::list_who_pays_twice)) {
        LogLine(Level::warning, "several_subscriptions")
            .add("user", one.user.text())
            .add("count", one.count);
    }
    return false;
}

}  // namespace jobs
