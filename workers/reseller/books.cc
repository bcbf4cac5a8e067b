#include "workers/reseller/books.h"

#include "common/base/csv.h"
#include "workers/reseller/reseller_sql.h"

using namespace std::chrono_literals;

namespace reseller {

namespace {

constexpr std::int64_t most_lines = 100'000;  // of a file
constexpr std::size_t date_length = 10;       // 2024-01-15

std::optional<Instant> day(std::string_view text) {
    if (text.size() != date_length) return std::nullopt;
    return parse_rfc3339(std::string{text} + "T00:00:00Z");
}

std::optional<Instant> beginning(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    auto whole = day(*text);
    return whole ? whole : parse_rfc3339(*text);
}

// The first instant that is not meant any more.
std::optional<Instant> end(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    if (auto whole = day(*text)) return *whole + 24h;
    return parse_rfc3339(*text).value() + 1us;
}

Text file_of(const std::vector<Transaction>& transactions) {
    CsvWriter csv;
    for (const char* name : {"created_at", "type", "amount", "balance_after", "client_email",
                             "description", "client_id", "id"}) {
        csv.text(name);
    }
    csv.end_line();
    for (const auto& one : transactions) {
        csv.text(rfc3339(one.created_at));
        csv.text(one.type);
        csv.number(one.amount);
        csv.number(one.balance_after);
        csv.text(one.client_email.value_or(""));
        csv.text(one.description);
        csv.text(one.client_id ? one.client_id->text() : "");
        csv.text(one.id.text());
        csv.end_line();
    }
    return {"text/csv; charset=utf-8", csv.take()};
}

}  // namespace

bool day_or_instant(std::string_view text) { return day(text) || parse_rfc3339(text); }

Dashboard Books::dashboard(const Request& request) {
    return db_.get<Dashboard>(sql::find_dashboard, request.user);
}

std::variant<Page<Transaction>, Text> Books::transactions(
    const Request& request, const FromQuery<TransactionQuery>& query) {
    const auto& wanted = query.value;
    bool file = wanted.format == "csv";
    auto limit = wanted.limit.value_or(file ? most_lines : Paging{}.limit);
    auto from = beginning(wanted.from), until = end(wanted.to);
    auto [transactions, total] = db_.pipeline(
        rows<Transaction>(sql::list_transactions, request.user, wanted.type, from, until, limit,
                          offset(wanted.page, limit)),
        row<std::int64_t>(sql::count_transactions, request.user, wanted.type, from, until));
    if (file) return file_of(transactions);
    return Page<Transaction>{std::move(transactions), wanted.page, limit, *total};
}

std::vector<Package> Books::packages(const Request&) {
    return db_.list<Package>(sql::list_packages);
}

}  // namespace reseller
