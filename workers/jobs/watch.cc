#include "workers/jobs/watch.h"

#include "common/process/figures.h"
#include "common/process/log.h"
#include "workers/jobs/watch_sql.h"

namespace jobs {

namespace {

struct Found {
    std::int64_t twice = 0, failed = 0, waiting = 0, errands = 0, overdue = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"twice", &Found::twice}, Field{"failed", &Found::failed},
                          Field{"waiting", &Found::waiting}, Field{"errands", &Found::errands},
                          Field{"overdue", &Found::overdue}};
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
    auto now = db_.get<Found>(sql::find_figures);
    Figures figures;
    figures.gauge("double_subscriptions", "Users who pay for several subscriptions by card.",
                  static_cast<double>(now.twice));
    figures.gauge("stripe_events_failed", "Events of Stripe that people have to look at.",
                  static_cast<double>(now.failed));
    figures.gauge("stripe_events_waiting", "Events of Stripe that are not applied yet.",
                  static_cast<double>(now.waiting));
    figures.gauge("stripe_errands_waiting", "What Stripe is still to be told.",
                  static_cast<double>(now.errands));
    figures.gauge("stripe_errands_overdue", "The same, for more than an hour.",
                  static_cast<double>(now.overdue));
    figures.write(run_folder_, "jobs");
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
