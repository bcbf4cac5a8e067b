// The worker for what happens together and at once: watch parties and personal push over WebSocket.
// Unlike the others it keeps its connections, so it is one process with a node on each of a few
// threads. Options besides those of common/http/program.h: `--node N`, the number of this program
// among those of the machine.
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <system_error>
#include <thread>

#include "common/accounts/notifications_sql.h"
#include "common/accounts/progress_sql.h"
#include "common/base/text.h"
#include "common/db/error.h"
#include "common/http/program.h"
#include "common/process/listener.h"
#include "common/process/log.h"
#include "common/process/notify.h"
#include "workers/party/node/figures.h"
#include "workers/party/node/listen.h"
#include "workers/party/node/node.h"
#include "workers/party/node/records.h"
#include "workers/party/party_sql.h"

namespace {

constexpr const char* description =
    R"({"area":"party","routes":[{"method":"GET","path":"/ws/connect","pool":"websocket"}],"schemas":{}})";
constexpr int record_threads = 2;

std::string number_of(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::string_view(argv[i]) == "--node") {
            if (parse_integer(argv[i + 1]).value_or(0) < 1) {
                throw std::runtime_error("--node needs a number from 1 on");
            }
            return argv[i + 1];
        }
    }
    return "1";
}

std::unique_ptr<Database> connect(const Program& program) {
    return std::make_unique<Database>(
        program.database_options(),
        std::vector<Statements>{party::sql::all, notifications::sql::all, progress::sql::all});
}

// As in the other workers: a database that is away is an objection to --check alone.
bool fits(const Program& program) {
    try {
        connect(program)->open();
        return true;
    } catch (const DatabaseError& error) {
        LogLine(Level::error, "statement_unfit").add("pool", "party").add("error", error.what());
        return false;
    } catch (const Failure&) {
        LogLine(Level::warning, "database_away").add("pool", "party");
        return !program.checking();
    }
}

party::Rules rules_of(const Settings& settings) {
    party::Rules rules;
    auto generosity = settings.number("THROTTLE_MULTIPLIER");
    rules.origins = settings.list("ALLOWED_ORIGINS");
    rules.public_url = settings.text("PUBLIC_URL");
    rules.origins.push_back(rules.public_url);
    rules.sockets_a_user = settings.number("PARTY_SOCKETS_PER_USER") * generosity;
    rules.connects_a_second = settings.number("PARTY_CONNECTS_PER_S") * generosity;
    rules.rate_multiplier = static_cast<double>(settings.number("RATE_LIMIT_MULTIPLIER"));
    return rules;
}

// Waits for a signal to end or to begin anew, and tells figures and signs of life meanwhile.
int wait_for_signal(const std::function<void()>& each_second) {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
    const timespec second{1, 0};
    while (true) {
        int signal = sigtimedwait(&wanted, nullptr, &second);
        if (signal > 0) return signal;
        each_second();
    }
}

void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

// Runs until it is told to end; the signal that told it.
int run_nodes(Program& program, const std::string& number, int listener) {
    const auto& settings = program.settings();
    auto messages = Messages::load(program.messages_folder());
    auto rules = rules_of(settings);
    party::Records records{[&program] { return connect(program); }, record_threads};
    std::vector<std::unique_ptr<party::Node>> nodes;
    std::vector<std::thread> threads;
    for (std::int64_t i = 1; i <= settings.number("PARTY_THREADS"); ++i) {
        party::NodeOptions options;
        char host[65] = "";
        gethostname(host, sizeof host - 1);
        options.name = std::string(host) + "-" + number + "." + std::to_string(i);
        options.redis = settings.text("REDIS_DURABLE");
        options.listener = listener;
        options.drain = std::chrono::seconds{settings.number("PARTY_DRAIN_S")};
        nodes.push_back(std::make_unique<party::Node>(options, records, program.tokens(),
                                                      program.box(), messages, rules));
        threads.emplace_back([node = nodes.back().get()] { node->run(); });
    }
    notify_systemd("READY=1");
    party::FiguresFile figures{settings.text("RUN_FOLDER"), "party-" + number, records};
    int signal = wait_for_signal([&] {
        if (figures.update(nodes)) notify_systemd("WATCHDOG=1");
    });
    notify_systemd("STOPPING=1");
    for (auto& node : nodes) node->drain();
    for (auto& thread : threads) thread.join();
    records.finish();
    return signal;
}

int serve(Program& program, int argc, char** argv) {
    if (program.describing()) return std::puts(description) < 0;
    if (program.checking()) return fits(program) ? 0 : 1;
    if (!fits(program)) return 1;
    const auto& settings = program.settings();
    auto number = number_of(argc, argv);
    auto address = settings.text("PARTY_LISTEN");
    auto backlog = static_cast<int>(settings.number("BACKLOG"));
    int listener =
        address.empty()
            ? listening_socket(settings.text("RUN_FOLDER") + "/party-" + number + ".sock", backlog)
            : party::listen_at(address, backlog);
    block_signals();
    if (run_nodes(program, number, listener) != SIGHUP) return 0;
    keep_for_exec(listener);
    // By its name, which may be another program by now.
    bool named = std::string_view(argv[0]).find('/') != std::string_view::npos;
    execv(named ? argv[0] : "/proc/self/exe", argv);
    LogLine(Level::error, "reload_failed").add("error", std::generic_category().message(errno));
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    return run_program(argc, argv, "party",
                       [&](Program& program) { return serve(program, argc, argv); });
}
