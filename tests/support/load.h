// Devices that report progress and add favourites without pause, each for an account of its own,
// and remember what was acknowledged: for tests that break something meanwhile.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/account.h"

class Load {
  public:
    Load(World& world, int devices);
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;
    ~Load() { stop(); }

    void stop();  // waits until all have their last answer
    // Waits until so many more requests were answered, however.
    void answers(int more) const;

    // How often each status was seen; 0 is no answer at all.
    std::map<int, int> statuses() const;
    int failed() const;  // all but successes
    // The first answer that is neither a success nor a decent refusal with 503; empty: none.
    std::string indecent() const;
    // What was acknowledged and is not there any more. After `stop`.
    std::vector<std::string> lost();

  private:
    struct Device {
        Client client;
        Account account;
        std::set<std::string> progress, favorites;  // acknowledged
    };
    static bool moves_in(Device& device);
    void run(Device& device);
    bool note(const Answered& answered);

    std::vector<std::unique_ptr<Device>> devices_;
    std::vector<std::thread> threads_;
    std::atomic<bool> ends_ = false;
    std::atomic<int> answered_ = 0;
    mutable std::mutex mutex_;
    std::map<int, int> statuses_;
    std::string indecent_;
};
