#include "tests/support/load.h"

#include <chrono>
#include <stdexcept>

namespace {

// Asks until it is served.
Answered served(Client& client, const std::string& path) {
    Answered answer;
    comes_true([&] {
        answer = client.get(path);
        return answer.status == 200;
    });
    return answer;
}

// All item ids of a list, page by page.
std::set<std::string> items(Client& client, const std::string& list) {
    std::set<std::string> found;
    for (int page = 1;; ++page) {
        auto path = "/api/v1/" + list + "?limit=1000&page=" + std::to_string(page);
        auto answer = served(client, path);
        for (const auto& row : answer.data(list).list) found.insert(row.find("item_id")->text);
        if (page >= answer.number("pagination.pages")) return found;
    }
}

bool is_decent(const Answered& answered) {
    return answered.status == 503 && answered.code() == "unavailable" &&
           !answered.header("Retry-After").empty();
}

}  // namespace

Load::Load(World& world, int devices) {
    for (int i = 0; i < devices; ++i) {
        auto& device = devices_.emplace_back(new Device{Client{world}, {}, {}, {}});
        // After an earlier fault a worker may still wait before it tries again.
        comes_true([&] { return moves_in(*device); });
    }
    for (auto& device : devices_) {
        threads_.emplace_back([this, one = device.get()] { run(*one); });
    }
}

bool Load::moves_in(Device& device) {
    try {
        device.account = sign_up(device.client);
        subscribe(device.client, device.account, "premium");
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

void Load::run(Device& device) {
    for (int i = 0; !ends_; ++i) {
        auto item = std::to_string(i);
        bool kept = note(device.client.put(
            "/api/v1/progress", R"({"item_id": ")" + item + R"(", "progress_seconds": 1})"));
        if (kept) device.progress.insert(item);
        kept = note(device.client.post(
            "/api/v1/favorites",
            object({{"item_id", item}, {"item_type", "movie"}, {"item_name", item}})));
        if (kept) device.favorites.insert(item);
    }
}

bool Load::note(const Answered& answered) {
    bool good = answered.status == 200 || answered.status == 201;
    {
        std::lock_guard lock(mutex_);
        ++statuses_[answered.status];
        if (!good && !is_decent(answered) && indecent_.empty()) {
            indecent_ = std::to_string(answered.status) + " " + answered.body;
        }
    }
    ++answered_;
    // A device that is refused waits, if not as long as it is told.
    std::this_thread::sleep_for(std::chrono::milliseconds{good ? 2 : 20});
    return good;
}

void Load::stop() {
    ends_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void Load::answers(int more) const {
    auto wanted = answered_ + more;
    comes_true([&] { return answered_ >= wanted; }, std::chrono::seconds{30});
}

std::map<int, int> Load::statuses() const {
    std::lock_guard lock(mutex_);
    return statuses_;
}

int Load::failed() const {
    int number = 0;
    for (auto [status, count] : statuses()) number += status == 200 || status == 201 ? 0 : count;
    return number;
}

std::string Load::indecent() const {
    std::lock_guard lock(mutex_);
    return indecent_;
}

std::vector<std::string> Load::lost() {
    std::vector<std::string> missing;
    for (auto& device : devices_) {
        for (auto [list, acknowledged] : {std::pair{"progress", &device->progress},
                                          std::pair{"favorites", &device->favorites}}) {
            auto found = items(device->client, list);
            for (const auto& item : *acknowledged) {
                if (!found.count(item)) missing.push_back(std::string{list} + " " + item);
            }
        }
    }
    return missing;
}
