// The audit log: who did what with rights over others, how it was before and after, from where. The
// table, which is only ever added to, is in sql/migrations/0009_admin.sql. Written by the admin
// worker; who may act, and what a deed changes, is the caller's.
#pragma once

#include <optional>
#include <string>

#include "common/base/uuid.h"
#include "common/db/database.h"
#include "common/json/write.h"

struct Deed {
    std::optional<Uuid> actor{};  // none: whoever has the machine
    std::string action;           // `role_changed`
    std::string target_type, target_id;
    JsonText before{}, after{};  // null: it was not there, or is not any more
    std::string ip{}, request_id{};
};

class Audit {
  public:
    // The statements `audit::sql::all` must be among those of the database.
    explicit Audit(Database& db) : db_(db) {}

    // In the transaction of the deed.
    void note(const Deed& deed);

  private:
    Database& db_;
};

// A struct as the log keeps it, by its `fields()`.
template <HasFields T>
JsonText json_of(const T& value) {
    JsonWriter writer;
    write_json(writer, value, View{});
    return {writer.take()};
}
