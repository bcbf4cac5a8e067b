#include "workers/reseller/hashing.h"

#include <algorithm>
#include <atomic>
#include <future>

#include "common/base/problem.h"

using namespace std::chrono_literals;
using Moment = std::chrono::steady_clock::time_point;

namespace reseller {

namespace {

Moment now() { return std::chrono::steady_clock::now(); }

// What the threads share: each takes the next password until none is left or time is up.
struct Work {
    const Passwords& passwords;
    const std::vector<const Secret*>& all;
    Moment deadline;
    std::vector<std::string> hashes = std::vector<std::string>(all.size());
    std::atomic<std::size_t> next = 0;

    void run() {
        for (auto i = next++; i < all.size() && now() < deadline; i = next++) {
            hashes[i] = passwords.hash(*all[i]);
        }
    }
};

}  // namespace

std::vector<std::string> HashCrew::hash(const std::vector<const Secret*>& all,
                                        const std::function<void()>& meanwhile) const {
    Work work{passwords, all, now() + patience};
    std::vector<std::future<void>> crew;
    for (auto i = std::min<std::int64_t>(threads, static_cast<std::int64_t>(all.size())); i > 0;
         --i) {
        crew.push_back(std::async(std::launch::async, [&] { work.run(); }));
    }
    for (auto& member : crew) {
        while (member.wait_for(1s) != std::future_status::ready) meanwhile();
        member.get();
    }
    auto done = std::none_of(work.hashes.begin(), work.hashes.end(),
                             [](const auto& hash) { return hash.empty(); });
    if (!done) throw Failure(unavailable).retry_after(5s);
    return std::move(work.hashes);
}

}  // namespace reseller
