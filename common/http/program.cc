#include "common/http/program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "common/crypto/digest.h"
#include "common/db/error.h"
#include "common/http/describe.h"
#include "common/http/idempotency_sql.h"
#include "common/http/serve.h"
#include "common/http/session_sql.h"
#include "common/process/listener.h"
#include "common/process/log.h"
#include "common/process/prefork.h"

namespace {

constexpr const char* usage =
    "usage: %s [--pool hash | --describe | --check | --settings[=example] | --help]\n"
    "Serves the routes of its area over FastCGI; see --describe for them.\n";

bool has(const std::vector<std::string>& arguments, const std::string& one) {
    return std::find(arguments.begin(), arguments.end(), one) != arguments.end();
}

// Asks in a process of its own: the master must not hold a connection over a fork, and stays small.
bool apart(const std::function<bool()>& question) {
    pid_t child = fork();
    if (child == 0) _exit(question() ? 0 : 1);
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

std::string lone_option(const std::vector<std::string>& arguments) {
    for (const char* option : {"--describe", "--check"}) {
        if (has(arguments, option)) return option;
    }
    return {};
}

Settings read_settings(const std::string& option) {
    if (option == "--describe") return Settings::from({});
    return Settings::from_environment({"TOKEN_KEYS", "DATA_KEYS"});
}

// The keys of a setting; for a program that only describes itself, some that nobody will use.
Keyring keys(const Settings& settings, const std::string& option, const char* name) {
    if (option != "--describe") return Keyring{settings.secret(name).reveal()};
    return Keyring{"1 " + base64url(random_bytes(32)) + "\nroot " + base64url(random_bytes(32))};
}

}  // namespace

Program::Program(std::string area, std::vector<std::string> arguments)
    : area_(std::move(area)),
      arguments_(std::move(arguments)),
      option_(lone_option(arguments_)),
      hash_pool_(has(arguments_, "--pool") && arguments_.back() == "hash"),
      settings_(read_settings(option_)),
      tokens_(keys(settings_, option_, "TOKEN_KEYS"), settings_.text("TOKEN_ISSUER"),
              settings_.text("TOKEN_AUDIENCE")),
      box_(keys(settings_, option_, "DATA_KEYS")),
      redis_(settings_.text("REDIS_DURABLE")) {}

DatabaseOptions Program::database_options() const {
    DatabaseOptions options;
    options.conninfo = settings_.text("DATABASE_URL");
    options.application = "syncstream-" + pool_name();
    if (auto password = settings_.secret("DATABASE_PASSWORD"); !password.empty()) {
        options.password = password;
    }
    return options;
}

std::vector<Statements> Program::statements(std::vector<Statements> own) {
    own.insert(own.end(), {idempotency::sql::all, session::sql::all});
    return own;
}

Passwords Program::passwords() const {
    return Passwords{{settings_.number("ARGON2_MEMORY_KIB"), settings_.number("ARGON2_PASSES")}};
}

std::chrono::seconds Program::access_lifetime() const {
    return std::chrono::seconds{settings_.number("ACCESS_TOKEN_S")};
}

const Messages& Program::messages() {
    if (!messages_) messages_ = option_.empty() ? Messages::load(messages_folder()) : Messages{};
    return *messages_;
}

std::string Program::pool_name() const { return hash_pool_ ? area_ + "-hash" : area_; }

std::string Program::messages_folder() const {
    auto folder = settings_.text("MESSAGES_FOLDER");
    if (!folder.empty()) return folder;
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "messages";
}

// Whether the statements fit the schema. A database that is away is no objection: the worker
// starts and answers 503 until it comes.
bool Program::fits(Database& db) const {
    try {
        db.open();
        return true;
    } catch (const DatabaseError& error) {
        LogLine(Level::error, "statement_unfit")
            .add("pool", pool_name())
            .add("error", error.what());
        return false;
    } catch (const Failure&) {
        LogLine(Level::warning, "database_away").add("pool", pool_name());
        return !checking();
    }
}

int Program::serve(Database& db, Routes routes) {
    if (describing()) return std::puts(describe_routes(area_, routes).c_str()) < 0;
    if (checking()) return fits(db) ? 0 : 1;
    if (!apart([&] { return fits(db); })) return 1;
    return run_pool(db, std::move(routes));
}

int Program::run_pool(Database& db, Routes routes) {
    PreforkOptions options{.name = pool_name(), .command = arguments_};
    options.children = static_cast<int>(hash_pool_ ? settings_.number("HASH_CHILDREN")
                                                   : settings_.children(area_));
    options.max_requests = settings_.number("MAX_REQUESTS");
    options.request_timeout = std::chrono::seconds{settings_.number("REQUEST_TIMEOUT_S")};
    options.shutdown_timeout = std::chrono::seconds{settings_.number("SHUTDOWN_TIMEOUT_S")};

    RateLimit limits{redis_, std::chrono::seconds{settings_.number("RATE_LIMIT_WINDOW_S")},
                     options.children};
    auto multiplier = settings_.number("RATE_LIMIT_MULTIPLIER");
    WorkerOptions rules;
    rules.allowed_origins = settings_.list("ALLOWED_ORIGINS");
    rules.allowed_origins.push_back(settings_.text("PUBLIC_URL"));
    rules.limit_multiplier = multiplier;
    rules.anonymous_limit = 100 * multiplier * settings_.number("THROTTLE_MULTIPLIER");
    Worker worker{db, limits, redis_.effort(), tokens_, box_, messages(), rules, std::move(routes)};

    auto folder = settings_.text("RUN_FOLDER");
    std::vector<std::string> patterns;
    for (const auto& route : worker.routes()) patterns.push_back(route.pattern());
    Metrics metrics{folder, pool_name(), patterns, options.children};
    int listener = listening_socket(folder + "/" + pool_name() + ".sock",
                                    static_cast<int>(settings_.number("BACKLOG")));
    return prefork(options, listener, &metrics, [&](Child& child) {
        try {
            db.open();
            child.ready();
        } catch (const Failure&) {
            LogLine(Level::warning, "database_away").add("pool", pool_name());
        }
        serve_requests(child, worker, metrics);
    });
}

int run_program(int argc, char** argv, const std::string& area,
                const std::function<int(Program&)>& body) {
    std::vector<std::string> arguments(argv, argv + argc);
    if (has(arguments, "--help")) return std::printf(usage, argv[0]) < 0;
    if (has(arguments, "--settings=example")) {
        return std::fputs(Settings::example().c_str(), stdout) < 0;
    }
    try {
        if (has(arguments, "--settings")) {
            return std::fputs(Settings::from_environment().describe().c_str(), stdout) < 0;
        }
        Program program{area, arguments};
        return body(program);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 2;
    }
}
