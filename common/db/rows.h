// The rows of an answer and how they become C++ values. Columns are matched to `fields()` by name,
// so the order of a select list does not matter; the members of a nested struct are columns of
// their own names. A column that is missing or of an unexpected shape is a DatabaseError: our bug.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/json/fields.h"

struct pg_result;

class Rows {
  public:
    explicit Rows(pg_result* result) : result_(result) {}

    int count() const;
    std::int64_t affected() const;       // rows that a change touched
    int column(const char* name) const;  // throws DatabaseError when there is none
    bool null(int row, int column) const;
    std::string_view bytes(int row, int column) const;

  private:
    struct Clear {
        void operator()(pg_result* result) const;
    };
    std::unique_ptr<pg_result, Clear> result_;
};

// One value out of its binary form.
void decode(std::string_view bytes, std::string& value);
void decode(std::string_view bytes, Secret& value);
void decode(std::string_view bytes, bool& value);
void decode(std::string_view bytes, std::int16_t& value);
void decode(std::string_view bytes, std::int32_t& value);
void decode(std::string_view bytes, std::int64_t& value);
void decode(std::string_view bytes, double& value);
void decode(std::string_view bytes, Uuid& value);
void decode(std::string_view bytes, Instant& value);
void decode(std::string_view bytes, Bytes& value);
void decode(std::string_view bytes, Cents& value);
void decode(std::string_view bytes, JsonText& value);
void decode(std::string_view bytes, std::vector<std::string>& value);
[[noreturn]] void null_where_none_may_be(const char* name);

template <class T>
void decode_column(const Rows& rows, int row, int column, const char* name, T& value) {
    if constexpr (is_optional<T>) {
        if (rows.null(row, column)) return;
        decode_column(rows, row, column, name, value.emplace());
    } else {
        if (rows.null(row, column)) null_where_none_may_be(name);
        decode(rows.bytes(row, column), value);
    }
}

// The columns of a struct's members, found once for all rows.
template <HasFields T>
void find_columns(const Rows& rows, std::vector<int>& columns) {
    each_field<T>([&]<class S, class M, class... R>(const Field<S, M, R...>& field) {
        if constexpr (HasFields<M>) {
            find_columns<M>(rows, columns);
        } else {
            columns.push_back(rows.column(field.name));
        }
    });
}

template <HasFields T>
void decode_struct(const Rows& rows, int row, const int*& column, T& value) {
    each_field<T>([&]<class S, class M, class... R>(const Field<S, M, R...>& field) {
        if constexpr (HasFields<M>) {
            decode_struct(rows, row, column, value.*(field.member));
        } else {
            decode_column(rows, row, *column++, field.name, value.*(field.member));
        }
    });
}

// All rows as structs, or as single values from the first column.
template <class T>
std::vector<T> decode_rows(const Rows& rows) {
    std::vector<T> decoded;
    decoded.reserve(rows.count());
    std::vector<int> columns;
    if constexpr (HasFields<T>) find_columns<T>(rows, columns);
    for (int row = 0; row < rows.count(); ++row) {
        T value{};
        if constexpr (HasFields<T>) {
            const int* next = columns.data();
            decode_struct(rows, row, next, value);
        } else {
            decode_column(rows, row, 0, "the first column", value);
        }
        decoded.push_back(std::move(value));
    }
    return decoded;
}
