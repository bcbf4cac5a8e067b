#include "workers/admin/first_admin.h"

#include <istream>
#include <ostream>

#include "common/accounts/audit.h"
#include "common/accounts/new_account.h"
#include "common/accounts/password_rules.h"
#include "common/base/text.h"
#include "workers/admin/admin_sql.h"

namespace admin {

namespace {

struct Role {
    std::string role;
    static constexpr auto fields() { return std::tuple{Field{"role", &Role::role}}; }
};

void promote(Database& db, const Uuid& user, const char* action) {
    db.run(sql::make_admin, user);
    Audit{db}.note({.action = action,
                    .target_type = "user",
                    .target_id = user.text(),
                    .after = json_of(Role{"admin"})});
}

Secret read_password(std::istream& input) {
    std::string line;
    std::getline(input, line);
    return Secret{std::move(line)};
}

const char* fault_of(const Secret& password, const std::string& email) {
    auto length = count_characters(password.reveal());
    if (length < 8 || length > 128) return "a password has 8 to 128 characters";
    if (easy_to_guess(password, {email, "admin", "syncstream tv"})) return "too easy to guess";
    return nullptr;
}

int make(Database& db, const Passwords& passwords, const std::string& email, const Secret& password,
         std::ostream& output) {
    if (const char* fault = fault_of(password, email)) {
        output << "no account was made: " << fault << '\n';
        return 1;
    }
    auto hash = passwords.hash(password);
    auto id = Uuid::make();
    db.transaction([&] {
        Accounts{db}.open({.id = id, .email = email, .password_hash = hash, .full_name = "Admin"});
        promote(db, id, "admin_created");
    });
    output << email << " is an admin now, with a new account\n";
    return 0;
}

}  // namespace

int create_admin(Database& db, const Passwords& passwords, const std::string& email,
                 std::istream& input, std::ostream& output) {
    if (!looks_like_email(email)) {
        output << "this is no e-mail address\n";
        return 2;
    }
    auto known = db.find<Uuid>(sql::find_by_email, email);
    if (!known) return make(db, passwords, email, read_password(input), output);
    db.transaction([&] { promote(db, *known, "role_changed"); });
    output << email << " is an admin now; the password stays as it was\n";
    return 0;
}

}  // namespace admin
