// What the `main` of a worker has in common with the others: settings, keys, words, Redis, and the
// options that every worker takes. `main` builds its own area from these parts and serves:
//
//     int main(int argc, char** argv) {
//         return run_program(argc, argv, "profiles", [](Program& program) {
//             Database db{program.database_options(), program.statements({profiles::sql::all})};
//             profiles::Profiles profiles{db, program.pins()};
//             return program.serve(db, profiles::routes(profiles));
//         });
//     }
//
// Options: none, to serve; `--pool hash`, to serve as the area's small pool for Argon2 routes;
// `--describe` its routes as JSON; `--check` that settings, database and statements fit;
// `--settings` in force, `--settings=example`; `--help`.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/cache/rate_limit.h"
#include "common/cache/redis.h"
#include "common/cache/revocations.h"
#include "common/crypto/password.h"
#include "common/crypto/secret_box.h"
#include "common/crypto/token.h"
#include "common/db/database.h"
#include "common/http/route.h"
#include "common/messages/messages.h"
#include "common/process/settings.h"

class Program {
  public:
    // Throws std::runtime_error with all that is wrong with the settings.
    Program(std::string area, std::vector<std::string> arguments);

    const Settings& settings() const { return settings_; }
    const std::string& area() const { return area_; }
    // Only asked to tell about itself: no keys, no database.
    bool describing() const { return option_ == "--describe"; }
    bool checking() const { return option_ == "--check"; }

    DatabaseOptions database_options() const;
    // A worker's own statements and those that every worker runs.
    static std::vector<Statements> statements(std::vector<Statements> own);
    const Tokens& tokens() const { return tokens_; }
    const SecretBox& box() const { return box_; }
    Passwords passwords() const;
    Pins pins() const { return Pins{box_.derive("pin")}; }
    std::string messages_folder() const;
    Redis& redis() { return redis_; }
    Revocations revocations() { return Revocations{redis_}; }
    std::chrono::seconds access_lifetime() const;
    // Of all languages; none while nothing is served.
    const Messages& messages();

    // Serves the routes, or does what the options say; the exit status of the program.
    int serve(Database& db, Routes routes);

  private:
    std::string pool_name() const;
    bool fits(Database& db) const;
    int run_pool(Database& db, Routes routes);

    std::string area_;
    std::vector<std::string> arguments_;
    std::string option_;  // of arguments that stand alone
    bool hash_pool_ = false;
    Settings settings_;
    Tokens tokens_;
    SecretBox box_;
    Redis redis_;
    std::optional<Messages> messages_;
};

// Builds a program and runs `body` with it; prints what is wrong and returns 2 when it cannot.
int run_program(int argc, char** argv, const std::string& area,
                const std::function<int(Program&)>& body);
