// One connection to PostgreSQL: opens when first used, comes back by itself, runs calls in one
// round trip (libpq's pipeline mode). The only one who speaks libpq; knows nothing of
// transactions, which are `Database`'s.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/problem.h"
#include "common/base/secret.h"
#include "common/db/parameters.h"
#include "common/db/rows.h"

struct pg_conn;

// A named statement of a worker's `.sql` file, prepared when the connection opens.
struct Statement {
    const char* name;  // area.statement
    const char* text;
    bool reads;  // changes nothing, so it may be tried again
};

struct DatabaseOptions {
    std::string conninfo;  // libpq's keywords or URI; several hosts are tried in order
    std::optional<Secret> password;
    std::string application;  // shown in pg_stat_activity
    std::chrono::milliseconds statement_timeout{5000};
};

// One command of a round trip: a prepared statement, or plain SQL such as `begin`.
struct Call {
    const Statement* statement = nullptr;
    std::string command;
    Parameters parameters;
};

// Another transaction was in the way (deadlock, serialization): trying again may succeed.
class Collision : public Failure {
  public:
    Collision() : Failure(unavailable) {}
};

// The connection broke while calls were under way: whether they had an effect is not known.
class ConnectionLost : public Failure {
  public:
    ConnectionLost() : Failure(unavailable) {}
};

class Connection {
  public:
    Connection(DatabaseOptions options, std::vector<const Statement*> statements);

    // Makes sure that there is a living connection with all statements prepared. Throws
    // Failure(unavailable) when the database is away (and again at once, without trying, for a
    // moment that grows to 1 s), DatabaseError naming the statement that does not fit the schema.
    void open();
    void close() { connection_.reset(); }
    bool is_open() const { return connection_ != nullptr; }

    // Runs the calls in order in one round trip; without `begin` among them they are one
    // transaction. Throws ConnectionLost, Collision, Failure(unavailable | conflict |
    // validation_failed) or DatabaseError by SQLSTATE; then none of the calls counts.
    std::vector<Rows> run(const std::vector<Call>& calls);

  private:
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    bool stale() const;
    void connect();
    void prepare();
    void send(const Call& call);
    std::vector<Rows> receive(const std::vector<Call>& calls);
    [[noreturn]] void lost();

    DatabaseOptions options_;
    std::vector<const Statement*> statements_;
    std::unique_ptr<pg_conn, Finish> connection_;
    std::chrono::steady_clock::time_point next_attempt_{};
    std::chrono::milliseconds backoff_{};
};
