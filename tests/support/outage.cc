#include "tests/support/outage.h"

#include <cppunit/TestAssert.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

namespace {

Process find_process(pid_t pid) {
    for (const auto& process : processes()) {
        if (process.pid == pid) return process;
    }
    throw std::runtime_error("no process " + std::to_string(pid));
}

bool can_sign_up(Client& client) {
    try {
        sign_up(client);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

// Something of every pool, many times: each child finds its way back by itself.
std::vector<Question> questions_to_all() {
    std::vector<Question> all;
    for (int i = 0; i < 12; ++i) {
        for (const char* path : {"/api/v1/profiles", "/api/v1/favorites", "/api/v1/auth/me",
                                 "/api/v1/subscriptions/plans", "/api/v1/health"}) {
            all.push_back({"GET", path});
        }
    }
    return all;
}

bool is_well(const Answered& answered) {
    return answered.status == 200 && answered.body.find("degraded") == std::string::npos;
}

}  // namespace

// What a store forked works in its folder and takes a moment to see that it is alone.
Away::Away(pid_t pid) {
    auto store = find_process(pid);
    keeper_ = store.parent;
    kill(keeper_, SIGSTOP);
    kill(pid, SIGKILL);
    CPPUNIT_ASSERT(comes_true([&] {
        auto all = processes();
        return std::none_of(all.begin(), all.end(),
                            [&](const Process& one) { return one.folder == store.folder; });
    }));
}

Away::~Away() { kill(keeper_, SIGCONT); }

bool heals(World& world) {
    Client probe{world};
    auto questions = questions_to_all();
    bool signed_up = false;
    return comes_true(
        [&] {
            signed_up = signed_up || can_sign_up(probe);
            auto answers = probe.ask_at_once(questions);
            return signed_up && std::all_of(answers.begin(), answers.end(), is_well);
        },
        std::chrono::seconds{30});
}

void nothing_lost(World& world, Load& load) {
    load.stop();
    CPPUNIT_ASSERT_EQUAL(std::string{}, load.indecent());
    CPPUNIT_ASSERT(heals(world));
    auto missing = load.lost();
    CPPUNIT_ASSERT_MESSAGE(missing.empty() ? "" : missing.front(), missing.empty());
}
