#include "workers/status/status.h"

#include "common/messages/languages.h"
#include "common/process/metrics.h"

namespace status {

namespace {

constexpr const char* version = "1.0.0";

const char* ok_or_down(bool ok) { return ok ? "ok" : "down"; }

}  // namespace

// clang-format off
Routes routes(Status& s) {
    return {
        Route{Method::get, "/api/v1", Who::anyone, call(s, &Status::index),
              "Tell where the documentation is"}.unlimited(),
        Route{Method::get, "/api/v1/health", Who::anyone, call(s, &Status::health),
              "Tell whether the service and what it stands on are well"}.unlimited(),
        Route{Method::get, "/api/v1/health/live", Who::anyone, call(s, &Status::live),
              "Tell that the service answers, without touching anything"}.unlimited(),
        Route{Method::get, "/api/v1/languages", Who::anyone, call(s, &Status::languages),
              "List the languages and tell the one in use"},
        Route{Method::get, "/metrics", Who::operators, call(s, &Status::metrics),
              "Figures of all workers in Prometheus text form"}.unlimited(),
    };
}
// clang-format on

Index Status::index(const Request&) {
    Index index;
    index.version = version;
    return index;
}

Health Status::health(const Request& request) {
    Checks checks{ok_or_down(db_.answers()), ok_or_down(redis_.up())};
    bool all = checks.database == "ok" && checks.redis == "ok";
    Health health{all ? "ok" : "degraded", version, checks};
    if (checks.database == "ok") return health;
    throw Failure(unavailable).with_data(data_of(health, request.view));
}

Alive Status::live(const Request&) { return {}; }

SpokenLanguages Status::languages(const Request& request) {
    SpokenLanguages spoken;
    for (const auto& [code, name, native_name, direction] : ::languages()) {
        spoken.languages.push_back({code, name, native_name, direction});
    }
    spoken.current = ::languages()[request.language].code;
    return spoken;
}

Text Status::metrics(const Request&) {
    return {"text/plain; version=0.0.4; charset=utf-8", render_prometheus(run_folder_)};
}

}  // namespace status
