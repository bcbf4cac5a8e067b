#include "common/db/database.h"

#include <algorithm>
#include <random>
#include <thread>

#include "common/db/error.h"

namespace {

constexpr Statement ping{"database.ping", "select 1", true};

std::vector<const Statement*> join(const std::vector<Statements>& lists) {
    std::vector<const Statement*> all{&ping};
    for (auto list : lists) all.insert(all.end(), list.begin(), list.end());
    return all;
}

std::string savepoint(std::size_t level) { return "level_" + std::to_string(level); }

}  // namespace

Database::Database(DatabaseOptions options, const std::vector<Statements>& statements)
    : connection_(std::move(options), join(statements)) {}

Rows Database::run_one(Call call) {
    std::vector<Call> calls;
    calls.push_back(std::move(call));
    return std::move(execute(std::move(calls)).front());
}

// Runs the calls, with the openings of transactions that wait before them, and returns the rows of
// the calls alone. Reads outside a transaction are tried again on a new connection.
std::vector<Rows> Database::execute(std::vector<Call> calls) {
    EffortTimer timer{effort_};
    bool repeatable = levels_.empty() && std::all_of(calls.begin(), calls.end(), [](const Call& c) {
                          return c.statement && c.statement->reads;
                      });
    bool continues =
        std::any_of(levels_.begin(), levels_.end(), [](const Level& l) { return l.sent; });
    if (!continues) connection_.open();
    if (!connection_.is_open()) throw ConnectionLost();  // it took the transaction with it
    auto all = opening();
    auto extra = static_cast<std::ptrdiff_t>(all.size());
    std::move(calls.begin(), calls.end(), std::back_inserter(all));
    std::vector<Rows> answers;
    try {
        answers = connection_.run(all);
    } catch (const ConnectionLost&) {
        if (!repeatable) throw;
        connection_.open();
        answers = connection_.run(all);
    }
    answers.erase(answers.begin(), answers.begin() + extra);
    return answers;
}

std::vector<Call> Database::opening() {
    std::vector<Call> calls;
    for (auto& release : releases_) calls.push_back({nullptr, std::move(release), {}});
    releases_.clear();
    for (std::size_t i = 0; i < levels_.size(); ++i) {
        if (std::exchange(levels_[i].sent, true)) continue;
        calls.push_back({nullptr, i ? "savepoint " + savepoint(i) : "begin", {}});
    }
    return calls;
}

void Database::control(std::string command) {
    std::vector<Call> calls;
    calls.push_back({nullptr, std::move(command), {}});
    execute(std::move(calls));
}

void Database::begin() { levels_.push_back({}); }

void Database::commit() {
    auto level = levels_.size() - 1;
    bool sent = levels_[level].sent;
    if (sent && level == 0) control("commit");
    auto after = std::move(levels_[level].after);
    levels_.pop_back();
    if (sent && level > 0) releases_.push_back("release savepoint " + savepoint(level));
    for (auto& act : after) after_commit(std::move(act));
}

void Database::after_commit(std::function<void()> act) {
    if (levels_.empty()) return act();
    levels_.back().after.push_back(std::move(act));
}

// Never throws: where the server cannot be told, the connection goes and the transaction with it.
void Database::rollback() {
    auto level = levels_.size() - 1;
    bool sent = levels_[level].sent;
    levels_.pop_back();
    if (!sent) return;
    std::erase_if(releases_, [&](const auto&) { return true; });
    try {
        EffortTimer timer{effort_};
        if (!connection_.is_open()) return;
        std::vector<Call> calls;
        calls.push_back({nullptr, level ? "rollback to " + savepoint(level) : "rollback", {}});
        connection_.run(calls);
        if (level) releases_.push_back("release savepoint " + savepoint(level));
    } catch (const std::exception&) {
        connection_.close();
    }
}

bool Database::answers() {
    try {
        return find<std::int64_t>(ping).has_value();
    } catch (const Failure&) {
        return false;
    }
}

void Database::more_than_one(const Statement& statement) {
    throw DatabaseError(std::string{statement.name} + ": more than one row");
}

void Database::pause(int attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<int> jitter{1, 20 * attempt};
    std::this_thread::sleep_for(std::chrono::milliseconds{jitter(random)});
}
