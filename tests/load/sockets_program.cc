// Puts people on WebSockets into watch parties and measures what comes back:
//   sockets_program --targets URL,... --tokens FILE [OPTION VALUE]...
//   --targets    ws://127.0.0.1:PORT/PATH, wss://..., unix:/FILE; people take them in turn, so that
//                everybody in a room is somewhere else
//   --tokens     a file with an access token in each line; people take them in turn
//   --rooms, --people      1000 rooms of 10 people
//   --seconds    10, of talking
//   --seek-every, --chat-every    seconds, in each room (30, 5); 0: never
//   --ping-every, --report-every  seconds, of each person (0)
//   --storm      so many in each room chat as fast as their messages come back to them (0)
//   --at-once    connections that are being made at a time (100)
//   --idle       seconds before the memory of idle connections is taken (2)
//   --threads    of this program (1)
//   --watch      NAME=PID,...: programs whose CPU time and memory are printed; may be repeated
// Prints `NAME VALUE` lines. Connects, waits, makes the rooms, waits, talks. A delivery is a seek
// or a chat message that has reached one of the people in the room. See ops/bench.
#include <cstdio>
#include <exception>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "tests/load/crowd.h"
#include "tests/load/watched.h"

namespace {

struct Options {
    Plan plan{.rooms = 1000};
    double seconds = 10, idle_s = 2;
    int threads = 1;
    std::vector<Watched> watched{{"client", {static_cast<int>(::getpid())}}};
};

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream stream{text};
    for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
    return parts;
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    if (lines.empty()) throw std::runtime_error(path + " is empty");
    return lines;
}

Watched read_watched(const std::string& text) {
    auto equals = text.find('=');
    Watched result{text.substr(0, equals), {}};
    if (equals == text.npos) throw std::invalid_argument("--watch has NAME=PID,..., not " + text);
    for (const auto& pid : split(text.substr(equals + 1), ','))
        result.pids.push_back(std::stoi(pid));
    return result;
}

// Whether there is such an option.
bool set(Options& options, const std::string& name, const std::string& value) {
    auto& plan = options.plan;
    const std::map<std::string, int*> counts{{"--rooms", &plan.rooms},
                                             {"--people", &plan.people_a_room},
                                             {"--at-once", &plan.at_once},
                                             {"--storm", &plan.storm},
                                             {"--threads", &options.threads}};
    const std::map<std::string, double*> times{
        {"--seek-every", &plan.seek_every_s}, {"--chat-every", &plan.chat_every_s},
        {"--ping-every", &plan.ping_every_s}, {"--report-every", &plan.report_every_s},
        {"--seconds", &options.seconds},      {"--idle", &options.idle_s}};
    if (auto count = counts.find(name); count != counts.end())
        *count->second = std::stoi(value);
    else if (auto time = times.find(name); time != times.end())
        *time->second = std::stod(value);
    else if (name == "--tokens")
        plan.tokens = lines_of(value);
    else if (name == "--watch")
        options.watched.push_back(read_watched(value));
    else if (name == "--targets")
        for (const auto& url : split(value, ',')) plan.targets.emplace_back(url);
    else
        return false;
    return true;
}

std::optional<Options> read_options(int argc, char** argv) {
    Options options;
    if (argc % 2 == 0) return std::nullopt;
    for (int at = 1; at < argc; at += 2)
        if (!set(options, argv[at], argv[at + 1])) return std::nullopt;
    if (options.plan.targets.empty() || options.plan.tokens.empty()) return std::nullopt;
    return options;
}

void print(const std::string& name, double value) { std::printf("%s %.6g\n", name.c_str(), value); }

class Measurement {
  public:
    explicit Measurement(Options options)
        : options_{std::move(options)}, board_{static_cast<std::size_t>(options_.plan.rooms)} {
        auto threads = static_cast<std::size_t>(options_.threads);
        for (std::size_t first = 0; first < threads; ++first)
            crowds_.push_back(std::make_unique<Crowd>(options_.plan, board_, first, threads));
    }

    void run() {
        auto fresh = usages();
        double connecting = each([](Crowd& crowd) { crowd.connect(120); });
        each([&](Crowd& crowd) { crowd.listen(options_.idle_s); });
        open_ = sum(&Crowd::open);
        print("sockets", open_);
        print("connects_per_s", open_ / connecting);
        print_memory("idle", fresh);
        double making = each([](Crowd& crowd) { crowd.make_rooms(120); });
        double joining = each([](Crowd& crowd) { crowd.join(120); });
        each([&](Crowd& crowd) { crowd.listen(options_.idle_s); });
        print("joined", sum(&Crowd::joined));
        print("rooms_per_s", options_.plan.rooms / making);
        print("joins_per_s", (sum(&Crowd::joined) - options_.plan.rooms) / joining);
        print_memory("joined", fresh);
        print_faults();
        auto before = usages();
        double talking = each([&](Crowd& crowd) { crowd.talk(options_.seconds); });
        each([&](Crowd& crowd) { crowd.listen(1); });
        print_talk(talking, before);
    }

  private:
    std::vector<Usage> usages() const {
        std::vector<Usage> result;
        for (const auto& watched : options_.watched) result.push_back(usage_of(watched));
        return result;
    }

    // Every crowd does it, in its own thread; how long that took, in seconds.
    template <class Part>
    double each(Part part) {
        auto begun = std::chrono::steady_clock::now();
        std::vector<std::jthread> threads;
        for (auto& crowd : crowds_) threads.emplace_back([&] { part(*crowd); });
        threads.clear();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    }

    double sum(std::size_t (Crowd::*count)() const) const {
        std::size_t result = 0;
        for (const auto& crowd : crowds_) result += (*crowd.*count)();
        return static_cast<double>(result);
    }

    Seen seen() const {
        Seen all;
        for (const auto& crowd : crowds_) all.add(crowd->seen());
        return all;
    }

    void print_memory(const std::string& when, const std::vector<Usage>& before) const {
        auto after = usages();
        for (std::size_t at = 0; at < after.size(); ++at)
            print("kib_" + when + "_" + options_.watched[at].name,
                  (after[at].resident_kib - before[at].resident_kib) / open_);
    }

    void print_faults() const {
        for (const auto& [fault, count] : seen().faults)
            std::printf("fault %llu %s\n", static_cast<unsigned long long>(count), fault.c_str());
    }

    static void print_times(const std::string& name, const Times& times) {
        print(name + "_deliveries", static_cast<double>(times.size()));
        for (auto [share, word] : {std::pair{0.5, "p50"}, {0.99, "p99"}, {1.0, "max"}})
            print(name + "_" + word + "_ms", percentile_ms(times, share));
    }

    void print_talk(double seconds, const std::vector<Usage>& before) const {
        auto after = usages();
        auto all = seen();
        auto deliveries = static_cast<double>(all.deliveries());
        print("seconds", seconds);
        print("deliveries_per_s", deliveries / seconds);
        print("missing", static_cast<double>(all.expected) - deliveries);
        print("frames_per_s", static_cast<double>(all.frames) / seconds);
        print("mib_per_s", static_cast<double>(all.bytes) / seconds / 1048576);
        print_times("seek", all.seeks);
        print_times("chat", all.chats);
        print_times("pong", all.pongs);
        double server = 0;
        for (std::size_t at = 0; at < after.size(); ++at) {
            auto cpu = after[at].cpu_s - before[at].cpu_s;
            print("cpu_" + options_.watched[at].name + "_s", cpu);
            if (at > 0) server += cpu;
        }
        print("deliveries_per_cpu_s", server > 0 ? deliveries / server : 0);
        print_faults();
    }

    Options options_;
    Board board_;
    std::vector<std::unique_ptr<Crowd>> crowds_;
    double open_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        auto options = read_options(argc, argv);
        if (!options) {
            std::fprintf(stderr, "usage: %s --targets URL,... --tokens FILE [OPTION VALUE]...\n",
                         argv[0]);
            return 2;
        }
        Measurement{std::move(*options)}.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
