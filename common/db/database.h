// What a worker asks of PostgreSQL. Statements live in the worker's `.sql` file; the verb of a
// call says how many rows are expected:
//
//     db.list<Profile>(sql::list_profiles, user)      any        -> vector
//     db.find<Profile>(sql::find_profile, user, id)   none or 1  -> optional
//     db.get<Profile>(sql::find_profile, user, id)    1          -> the row, else not_found
//     db.run(sql::delete_profile, user, id)                      -> rows affected
//
// One process has one connection and one request at a time, so a transaction is the state that the
// connection is in, not an object. For errors see connection.h.
#pragma once

#include <functional>
#include <initializer_list>
#include <span>
#include <tuple>

#include "common/base/effort.h"
#include "common/base/problem.h"
#include "common/db/connection.h"

// The statements of one `.sql` file, as the build embeds them.
using Statements = std::span<const Statement* const>;

// A statement and its arguments, to travel with others in one round trip.
template <class Result>
struct Asked {
    Call call;
};

class Database {
  public:
    Database(DatabaseOptions options, const std::vector<Statements>& statements);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    template <class T, class... Arguments>
    std::vector<T> list(const Statement& statement, const Arguments&... arguments) {
        return decode_rows<T>(run_one(call(statement, arguments...)));
    }
    // Throws DatabaseError when there is more than one row.
    template <class T, class... Arguments>
    std::optional<T> find(const Statement& statement, const Arguments&... arguments) {
        return single(decode_rows<T>(run_one(call(statement, arguments...))), statement);
    }
    template <class T, class... Arguments>
    T get(const Statement& statement, const Arguments&... arguments) {
        auto row = find<T>(statement, arguments...);
        if (!row) throw Failure(not_found);
        return *std::move(row);
    }
    template <class... Arguments>
    std::int64_t run(const Statement& statement, const Arguments&... arguments) {
        return run_one(call(statement, arguments...)).affected();
    }

    // Independent statements in one round trip:
    //     auto [limits, profiles] = db.pipeline(row<Limits>(sql::find_limits, user),
    //                                           rows<Profile>(sql::list_profiles, user));
    template <class... Results>
    std::tuple<Results...> pipeline(Asked<Results>... queries) {
        std::vector<Call> calls;
        (calls.push_back(std::move(queries.call)), ...);
        auto all = execute(std::move(calls));
        return [&]<std::size_t... At>(std::index_sequence<At...>) {
            return std::tuple<Results...>{decode_result<Results>(all[At])...};
        }
        (std::index_sequence_for<Results...>{});
    }

    // Commits when the body returns, undoes when it throws. Inside another one it is a savepoint.
    // The outermost body runs again, up to three times, when other transactions were in the way:
    // it must not change anything but the database.
    template <class Body>
    auto transaction(Body&& body) {
        for (int attempt = 1;; ++attempt) {
            begin();
            try {
                return finish(body);
            } catch (const Collision&) {
                rollback();
                if (in_transaction() || attempt == 3) throw;
                pause(attempt);
            } catch (...) {
                rollback();
                throw;
            }
        }
    }

    // Runs `act` when the outermost transaction has been committed, and never when this one is
    // undone; at once outside of any. For what other stores are to hear; it must not throw.
    void after_commit(std::function<void()> act);

    // For `transaction` and for tests, whose every change is rolled back.
    void begin();
    void commit();
    void rollback();
    bool in_transaction() const { return !levels_.empty(); }

    // Connects and prepares all statements now instead of at first use. For errors see
    // Connection::open.
    void open() { connection_.open(); }
    // Leaves the server; the next use connects again. Before fork().
    void close() { connection_.close(); }
    bool answers();  // one trivial round trip, for health checks

    Effort& effort() { return effort_; }

  private:
    struct Level {
        bool sent = false;  // `begin` and `savepoint` travel with the first statement
        std::vector<std::function<void()>> after{};
    };

    template <class... Arguments>
    static Call call(const Statement& statement, const Arguments&... arguments) {
        return {&statement, {}, {encode(arguments)...}};
    }
    template <class T>
    static std::optional<T> single(std::vector<T> found, const Statement& statement) {
        if (found.size() > 1) more_than_one(statement);
        if (found.empty()) return std::nullopt;
        return std::move(found.front());
    }
    template <class Result>
    static Result decode_result(const Rows& answer) {
        if constexpr (is_vector<Result>) {
            return decode_rows<typename vector_traits<Result>::Inner>(answer);
        } else if constexpr (is_optional<Result>) {
            auto found = decode_rows<typename optional_traits<Result>::Inner>(answer);
            return found.empty() ? Result{} : Result{std::move(found.front())};
        } else {
            return answer.affected();
        }
    }
    template <class Body>
    auto finish(Body& body) {
        if constexpr (std::is_void_v<decltype(body())>) {
            body();
            commit();
        } else {
            auto result = body();
            commit();
            return result;
        }
    }
    [[noreturn]] static void more_than_one(const Statement& statement);
    static void pause(int attempt);

    Rows run_one(Call call);
    std::vector<Rows> execute(std::vector<Call> calls);
    std::vector<Call> opening();
    void control(std::string command);

    Connection connection_;
    std::vector<Level> levels_;
    std::vector<std::string> releases_;  // savepoints to release with the next round trip
    Effort effort_;

    template <class T, class... Arguments>
    friend Asked<std::vector<T>> rows(const Statement&, const Arguments&...);
    template <class T, class... Arguments>
    friend Asked<std::optional<T>> row(const Statement&, const Arguments&...);
    template <class... Arguments>
    friend Asked<std::int64_t> change(const Statement&, const Arguments&...);
};

// Parts of a pipeline: any rows, at most one row, rows affected.
template <class T, class... Arguments>
Asked<std::vector<T>> rows(const Statement& statement, const Arguments&... arguments) {
    return {Database::call(statement, arguments...)};
}
template <class T, class... Arguments>
Asked<std::optional<T>> row(const Statement& statement, const Arguments&... arguments) {
    return {Database::call(statement, arguments...)};
}
template <class... Arguments>
Asked<std::int64_t> change(const Statement& statement, const Arguments&... arguments) {
    return {Database::call(statement, arguments...)};
}
