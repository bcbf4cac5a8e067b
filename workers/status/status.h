// Whether the service is well, which languages it speaks, and its figures for operators. A worker
// of its own, so that a probe never queues behind a busy area; it also answers for every path
// that no other area claims.
#pragma once

#include <string>
#include <vector>

#include "common/cache/redis.h"
#include "common/db/database.h"
#include "common/http/route.h"

namespace status {

struct Checks {
    std::string database, redis;
    static constexpr auto fields() {
        return std::tuple{Field{"database", &Checks::database, OneOf{"ok", "down"}},
                          Field{"redis", &Checks::redis, OneOf{"ok", "down"}}};
    }
};

struct Health {
    std::string status, version;
    Checks checks;
    static constexpr auto fields() {
        return std::tuple{Field{"status", &Health::status, OneOf{"ok", "degraded"}},
                          Field{"version", &Health::version}, Field{"checks", &Health::checks}};
    }
};

struct Alive {
    std::string status = "ok";
    static constexpr auto fields() { return std::tuple{Field{"status", &Alive::status}}; }
};

// Where to go on from the root of the API.
struct Index {
    std::string name = "SyncStream TV", version, documentation = "/api/v1/docs",
                openapi = "/api/v1/openapi.json", health = "/api/v1/health";
    static constexpr auto fields() {
        return std::tuple{Field{"name", &Index::name}, Field{"version", &Index::version},
                          Field{"documentation", &Index::documentation},
                          Field{"openapi", &Index::openapi}, Field{"health", &Index::health}};
    }
};

struct SpokenLanguage {
    std::string code, name, native_name, direction;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &SpokenLanguage::code},
                          Field{"name", &SpokenLanguage::name},
                          Field{"native_name", &SpokenLanguage::native_name},
                          Field{"direction", &SpokenLanguage::direction, OneOf{"ltr", "rtl"}}};
    }
};

struct SpokenLanguages {
    std::vector<SpokenLanguage> languages;
    std::string current;
    static constexpr auto fields() {
        return std::tuple{Field{"languages", &SpokenLanguages::languages},
                          Field{"current", &SpokenLanguages::current}};
    }
};

class Status {
  public:
    // `run_folder` is where the pools keep their metrics.
    Status(Database& db, Redis& redis, std::string run_folder)
        : db_(db), redis_(redis), run_folder_(std::move(run_folder)) {}

    Index index(const Request& request);
    // 503 when the database is away; without Redis the service is degraded, not down.
    Health health(const Request& request);
    Alive live(const Request& request);
    SpokenLanguages languages(const Request& request);
    Text metrics(const Request& request);

  private:
    Database& db_;
    Redis& redis_;
    std::string run_folder_;
};

Routes routes(Status& status);

}  // namespace status
