#include "workers/party/node/records.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "common/db/error.h"
#include "common/process/log.h"
#include "workers/party/party_sql.h"

namespace party {

namespace {

constexpr std::size_t most_waiting = 20'000;
constexpr std::chrono::seconds pause_when_away{1};

struct PersonRow {
    Uuid profile;
    std::string name;
    std::optional<std::string> avatar;
    bool kids = false;
    std::optional<std::string> max_rating;
    std::int64_t party_size = 10;
    bool admin = false;
    static constexpr auto fields() {
        return std::tuple{Field{"profile", &PersonRow::profile},
                          Field{"name", &PersonRow::name},
                          Field{"avatar", &PersonRow::avatar},
                          Field{"kids", &PersonRow::kids},
                          Field{"max_rating", &PersonRow::max_rating},
                          Field{"party_size", &PersonRow::party_size},
                          Field{"admin", &PersonRow::admin}};
    }
};

Person person_of(const std::string& user, PersonRow row) {
    Person person;
    person.user = user;
    person.profile = row.profile.text();
    person.name = std::move(row.name);
    person.avatar = std::move(row.avatar);
    person.kids = row.kids;
    person.max_rating = std::move(row.max_rating);
    person.party_size = row.party_size;
    person.admin = row.admin;
    return person;
}

}  // namespace

struct Records::Engine {
    struct Task {
        std::function<void(Database&)> work;
        std::function<void(bool)> done;
        bool again = false;  // may be tried once more
    };

    void live(const Connect& connect) {
        auto database = connect();
        while (auto task = take()) perform(*database, *std::move(task));
    }

    std::optional<Task> take() {
        std::unique_lock lock{mutex};
        changed.wait(lock, [this] { return ending || !tasks.empty(); });
        if (tasks.empty()) return std::nullopt;
        auto task = std::move(tasks.front());
        tasks.pop_front();
        return task;
    }

    void perform(Database& database, Task task) {
        bool well = false, away = false;
        try {
            task.work(database);
            well = true;
        } catch (const Failure& failure) {
            away = failure.problem().status == unavailable.status;
        } catch (const std::exception& error) {
            LogLine(Level::error, "record_failed").add("error", error.what());
        }
        if (away && task.again && !ending) {
            std::this_thread::sleep_for(pause_when_away);
            task.again = false;
            push(std::move(task));
            return;
        }
        if (away && !task.done)
            LogLine(Level::warning, "record_lost").add("reason", "database_away");
        if (task.done) task.done(well);
    }

    bool push(Task task) {
        {
            std::lock_guard lock{mutex};
            if (ending || tasks.size() >= most_waiting) {
                LogLine(Level::warning, "record_lost")
                    .add("reason", ending ? "ending" : "too_many_wait");
                return false;
            }
            tasks.push_back(std::move(task));
        }
        changed.notify_one();
        return true;
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Task> tasks;
    std::atomic<bool> ending{false};
    std::vector<std::thread> threads;
};

Records::Records(const Connect& connect, int threads) : engine_(std::make_unique<Engine>()) {
    for (int i = 0; i < threads; ++i) {
        engine_->threads.emplace_back([engine = engine_.get(), connect] { engine->live(connect); });
    }
}

Records::~Records() { finish(); }

void Records::finish() {
    {
        std::lock_guard lock{engine_->mutex};
        engine_->ending = true;
    }
    engine_->changed.notify_all();
    for (auto& thread : engine_->threads) thread.join();
    engine_->threads.clear();
}

// `done` may be the last to hold a connection, so nothing of it stays on this thread.
bool Records::run(Loop& loop, std::function<void(Database&)> work, std::function<void(bool)> done) {
    return engine_->push({std::move(work), [&loop, done = std::move(done)](bool well) mutable {
                              loop.post([done = std::move(done), well] { done(well); });
                          }});
}

std::size_t Records::waiting() const {
    std::lock_guard lock{engine_->mutex};
    return engine_->tasks.size();
}

bool Records::note(std::function<void(Database&)> work) {
    return engine_->push({std::move(work), {}, true});
}

void Records::find_person(Loop& loop, const std::string& user, const std::string& profile,
                          const std::function<void(std::optional<Person>, bool)>& done) {
    auto found = std::make_shared<std::optional<Person>>();
    auto id = Uuid::parse(user), wanted = Uuid::parse(profile);
    bool taken = id && run(
                           loop,
                           [found, user, id, wanted](Database& db) {
                               auto row = db.find<PersonRow>(sql::find_person, *id, wanted);
                               if (row) *found = person_of(user, *std::move(row));
                           },
                           [found, done](bool well) { done(*found, !well); });
    if (!taken) loop.post([done] { done({}, true); });
}

}  // namespace party
