#include "common/db/rows.h"

#include <libpq-fe.h>

#include <bit>
#include <charconv>
#include <cstring>

#include "common/db/error.h"

namespace {

constexpr Instant epoch{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};

[[noreturn]] void unexpected(const char* wanted, std::string_view bytes) {
    throw DatabaseError("expected " + std::string{wanted} + ", got " +
                        std::to_string(bytes.size()) + " bytes");
}

// A big-endian integer of whatever width the column has.
std::int64_t integer(std::string_view bytes) {
    if (bytes.size() != 2 && bytes.size() != 4 && bytes.size() != 8)
        unexpected("an integer", bytes);
    std::uint64_t number = static_cast<signed char>(bytes[0]) < 0 ? ~std::uint64_t{0} : 0;
    for (char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
}

std::int32_t take_int(std::string_view& bytes) {
    if (bytes.size() < 4) unexpected("an array", bytes);
    auto number = integer(bytes.substr(0, 4));
    bytes.remove_prefix(4);
    return static_cast<std::int32_t>(number);
}

template <class T>
void narrow(std::string_view bytes, T& value) {
    auto number = integer(bytes);
    value = static_cast<T>(number);
    if (value != number) unexpected("a smaller integer", bytes);
}

}  // namespace

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

int Rows::count() const { return PQntuples(result_.get()); }

std::int64_t Rows::affected() const {
    std::string_view text = PQcmdTuples(result_.get());
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

int Rows::column(const char* name) const {
    for (int i = 0; i < PQnfields(result_.get()); ++i) {
        if (!std::strcmp(PQfname(result_.get(), i), name)) return i;
    }
    throw DatabaseError("no column " + std::string{name});
}

bool Rows::null(int row, int column) const { return PQgetisnull(result_.get(), row, column); }

std::string_view Rows::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

void null_where_none_may_be(const char* name) {
    throw DatabaseError("null in " + std::string{name});
}

void decode(std::string_view bytes, std::string& value) { value = bytes; }
void decode(std::string_view bytes, Secret& value) { value = Secret{std::string{bytes}}; }
void decode(std::string_view bytes, std::int16_t& value) { narrow(bytes, value); }
void decode(std::string_view bytes, std::int32_t& value) { narrow(bytes, value); }
void decode(std::string_view bytes, std::int64_t& value) { value = integer(bytes); }
void decode(std::string_view bytes, Bytes& value) { value = to_bytes(bytes); }
void decode(std::string_view bytes, Cents& value) { value.amount = integer(bytes); }

void decode(std::string_view bytes, bool& value) {
    if (bytes.size() != 1) unexpected("a boolean", bytes);
    value = bytes[0];
}

void decode(std::string_view bytes, double& value) {
    if (bytes.size() != 8) unexpected("a double", bytes);
    value = std::bit_cast<double>(integer(bytes));
}

void decode(std::string_view bytes, Uuid& value) {
    if (bytes.size() != value.bytes.size()) unexpected("a uuid", bytes);
    std::copy(bytes.begin(), bytes.end(), value.bytes.begin());
}

void decode(std::string_view bytes, Instant& value) {
    if (bytes.size() != 8) unexpected("a timestamptz", bytes);
    value = epoch + std::chrono::microseconds{integer(bytes)};
}

void decode(std::string_view bytes, JsonText& value) {
    if (!bytes.empty() && bytes[0] == 1) bytes.remove_prefix(1);  // the version of jsonb
    value.text = bytes;
}

void decode(std::string_view bytes, std::vector<std::string>& value) {
    auto dimensions = take_int(bytes);
    take_int(bytes);  // whether there are nulls
    take_int(bytes);  // the type of the elements
    if (dimensions == 0) return;
    auto count = take_int(bytes);
    take_int(bytes);  // the first index
    for (int i = 0; i < count; ++i) {
        auto length = take_int(bytes);
        if (length < 0) null_where_none_may_be("an array");
        value.emplace_back(bytes.substr(0, length));
        bytes.remove_prefix(length);
    }
}
