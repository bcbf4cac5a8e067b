#include "workers/auth/account.h"

#include "workers/auth/account_sql.h"
#include "workers/auth/auth_sql.h"

namespace auth {

namespace {

struct Obstacles {
    bool clients = false;
    static constexpr auto fields() { return std::tuple{Field{"clients", &Obstacles::clients}}; }
};

std::optional<std::string> trimmed(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    return std::string{trim(*text)};
}

}  // namespace

User Account::me(const Request& request) {
    auto user = db_.find<User>(sql::find_account, request.user);
    if (!user) throw Failure(unauthenticated);
    return *std::move(user);
}

User Account::change(const Request& request, const AccountChange& change) {
    if (change.email) ask_new_address(request, change);
    auto user = db_.find<User>(sql::update_account, request.user, trimmed(change.full_name),
                               change.language);
    if (!user) throw Failure(unauthenticated);
    std::vector<std::string> settings;
    if (change.full_name) settings.emplace_back("full_name");
    if (change.language) settings.emplace_back("language");
    if (!settings.empty()) {
        announcements_.tell(request.user, "settings:changed",
                            Changed{version_of(clock_()), std::move(settings), {}});
    }
    return *std::move(user);
}

// Whether the new address has an account already is not told here: it shows when the link is
// opened.
void Account::ask_new_address(const Request& request, const AccountChange& change) {
    if (!change.current_password) {
        throw Failure(validation_failed).with_faults({{"current_password", "field_required", {}}});
    }
    identity_.confirm(request, *change.current_password);
    throttles_.count(throttle::letter_account, request.user.text());
    auto reader = post_.reader(request.user);
    if (!reader) throw Failure(unauthenticated);
    auto address = lower_ascii(*change.email);
    if (address == lower_ascii(reader->email)) return;
    db_.transaction([&] {
        post_.change_email(*reader, address);
        identity_.note(request, request.user, event::email_change_requested);
    });
}

Answer<Done> Account::erase(const Request& request, const Farewell& farewell) {
    auto credentials = identity_.confirm(request, farewell.password);
    db_.transaction([&] {
        erase_rows(request, credentials);
        sessions_.end_all(request.user, "erased");
    });
    return {{}, 200, "", no_cookie()};
}

void Account::refuse_if_needed(const Credentials& credentials) {
    if (credentials.role == "admin" && db_.list<Uuid>(sql::lock_admins).size() < 2) {
        throw Failure(last_admin);
    }
    auto in_the_way = db_.get<Obstacles>(sql::find_obstacles, credentials.id);
    if (in_the_way.clients) throw Failure(has_clients);
}

// Whatever Stripe would go on charging ends there as well, and the customer with its cards is
// deleted: not here but by errands that are kept with the erasure, so that the account is gone at
// once also while Stripe is away, and no crash comes between the two.
void Account::erase_rows(const Request& request, const Credentials& credentials) {
    db_.find<bool>(sql::lock_library, credentials.id);
    refuse_if_needed(credentials);
    errands_.take_leave(credentials.id);
    if (db_.run(sql::delete_account, credentials.id) == 0) throw Failure(unauthenticated);
    db_.run(sql::delete_answers, "u:" + credentials.id.text());
    db_.run(sql::insert_event, Uuid::make(), std::nullopt, std::nullopt, event::account_erased,
            request.ip);
}

}  // namespace auth
