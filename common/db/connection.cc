#include "common/db/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <random>

#include "common/db/error.h"

using namespace std::chrono_literals;

namespace {

constexpr int binary = 1;

std::string field(const PGresult* result, int which) {
    const char* text = PQresultErrorField(result, which);
    return text ? text : "";
}

// What an SQLSTATE means for the client. Everything that is not named here is our bug.
[[noreturn]] void raise(const PGresult* result, const std::string& name) {
    auto state = field(result, PG_DIAG_SQLSTATE);
    auto category = state.substr(0, 2);
    if (state == "40001" || state == "40P01") throw Collision();
    if (category == "40" || (category == "08" && state != "08P01") || category == "53" ||
        category == "57" || state == "55P03" || state == "25006") {
        throw Failure(unavailable).retry_after(1s);
    }
    if (category == "22") throw Failure(validation_failed);
    if (state == "23505" || state == "23503") throw Failure(conflict);
    throw DatabaseError(name + ": " + state + " " + field(result, PG_DIAG_MESSAGE_PRIMARY) + " " +
                            field(result, PG_DIAG_CONSTRAINT_NAME),
                        state);
}

const std::string session_options(const DatabaseOptions& options) {
    auto limit = std::to_string(options.statement_timeout.count());
    return "-c statement_timeout=" + limit +
           " -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000"
           " -c timezone=UTC -c jit=off -c client_min_messages=warning";
}

// By up to a quarter, by chance: children that lost the database together come back one by one.
std::chrono::milliseconds shortened(std::chrono::milliseconds time) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> off{0, time.count() / 4};
    return time - std::chrono::milliseconds{off(random)};
}

}  // namespace

void Connection::Finish::operator()(pg_conn* connection) const { PQfinish(connection); }

Connection::Connection(DatabaseOptions options, std::vector<const Statement*> statements)
    : options_(std::move(options)), statements_(std::move(statements)) {}

// An idle server has nothing to say but that it ends our session (or, rarely, that its settings
// changed): whatever can be read now is reason to come anew, and costs the client nothing.
bool Connection::stale() const {
    pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
    return poll(&socket, 1, 0) > 0;
}

void Connection::open() {
    if (connection_ && stale()) connection_.reset();
    if (connection_) return;
    if (std::chrono::steady_clock::now() < next_attempt_) {
        throw Failure(unavailable).retry_after(1s);
    }
    connect();
    prepare();
}

void Connection::connect() {
    auto options = session_options(options_);
    const char* names[] = {"dbname",          "application_name", "connect_timeout", "options",
                           "keepalives_idle", "tcp_user_timeout", "password",        nullptr};
    const char* values[] = {options_.conninfo.c_str(),
                            options_.application.c_str(),
                            "2",
                            options.c_str(),
                            "30",
                            "10000",
                            options_.password ? options_.password->reveal().c_str() : nullptr,
                            nullptr};
    connection_.reset(PQconnectdbParams(names, values, /*expand_dbname=*/1));
    if (PQstatus(connection_.get()) != CONNECTION_OK || !PQenterPipelineMode(connection_.get())) {
        connection_.reset();
        backoff_ = std::clamp(backoff_ * 2, 100ms, 1000ms);
        next_attempt_ = std::chrono::steady_clock::now() + shortened(backoff_);
        throw Failure(unavailable).retry_after(1s);
    }
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
    backoff_ = 0ms;
}

void Connection::prepare() {
    std::vector<Call> sent;
    for (const auto* statement : statements_) {
        PQsendPrepare(connection_.get(), statement->name, statement->text, 0, nullptr);
        sent.push_back({statement, {}, {}});
    }
    try {
        receive(sent);
    } catch (...) {
        connection_.reset();
        throw;
    }
}

void Connection::send(const Call& call) {
    std::vector<const char*> values;
    std::vector<int> lengths, formats;
    for (const auto& parameter : call.parameters) {
        values.push_back(parameter.null ? nullptr : parameter.bytes.c_str());
        lengths.push_back(static_cast<int>(parameter.bytes.size()));
        formats.push_back(parameter.binary);
    }
    auto count = static_cast<int>(values.size());
    if (call.statement) {
        PQsendQueryPrepared(connection_.get(), call.statement->name, count, values.data(),
                            lengths.data(), formats.data(), binary);
    } else {
        PQsendQueryParams(connection_.get(), call.command.c_str(), count, nullptr, values.data(),
                          lengths.data(), formats.data(), binary);
    }
}

std::vector<Rows> Connection::run(const std::vector<Call>& calls) {
    for (const auto& call : calls) send(call);
    return receive(calls);
}

void Connection::lost() {
    connection_.reset();
    throw ConnectionLost();
}

// Ends the round trip and collects one result a call. The first error decides; the rest of the
// answers are drained so that the connection stays usable.
std::vector<Rows> Connection::receive(const std::vector<Call>& calls) {
    if (!PQpipelineSync(connection_.get())) lost();
    std::vector<Rows> all;
    std::unique_ptr<PGresult, decltype(&PQclear)> error{nullptr, &PQclear};
    std::string failed;
    for (const auto& call : calls) {
        PGresult* result = PQgetResult(connection_.get());
        if (!result) lost();
        auto status = PQresultStatus(result);
        if (status == PGRES_FATAL_ERROR && !error) {
            error.reset(result);
            failed = call.statement ? call.statement->name : call.command;
        } else {
            all.emplace_back(result);
        }
        PQclear(PQgetResult(connection_.get()));  // the null that ends a call
    }
    PQclear(PQgetResult(connection_.get()));  // the sync
    if (PQstatus(connection_.get()) != CONNECTION_OK) lost();
    if (error) raise(error.get(), failed);
    return all;
}
