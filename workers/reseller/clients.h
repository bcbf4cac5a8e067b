// A reseller's clients as they are: to find, to rename, to suspend, to help back in. What costs
// credits is in sales.h.
#pragma once

#include "common/cache/revocations.h"
#include "common/crypto/password.h"
#include "common/db/database.h"
#include "common/http/reply.h"
#include "common/http/request.h"
#include "common/http/route.h"
#include "common/mail/outbox.h"
#include "workers/reseller/reseller.h"

namespace reseller {

struct ClientQuery {
    std::int64_t page = 1;
    std::int64_t limit = 20;
    std::optional<std::string> search;  // in address and name
    std::optional<std::string> status;
    static constexpr auto fields() {
        return std::tuple{Field{"page", &ClientQuery::page, Paging::pages},
                          Field{"limit", &ClientQuery::limit, Paging::limits},
                          Field{"search", &ClientQuery::search, Length{0, 200}},
                          Field{"status", &ClientQuery::status, client_statuses}};
    }
};

// What is not sent stays as it is.
struct ClientChange {
    std::optional<std::string> full_name, status;
    std::optional<Secret> password;
    static constexpr auto fields() {
        return std::tuple{Field{"full_name", &ClientChange::full_name, name_length, not_blank},
                          Field{"status", &ClientChange::status, OneOf{"active", "suspended"}},
                          Field{"password", &ClientChange::password, password_length}};
    }
};

class Clients {
  public:
    Clients(Database& db, const SecretBox& box, Revocations revocations, Passwords passwords,
            std::chrono::seconds access_lifetime, Clock clock)
        : db_(db),
          outbox_(db, box),
          revocations_(revocations),
          passwords_(passwords),
          access_lifetime_(access_lifetime),
          clock_(std::move(clock)) {}

    Page<Client> list(const Request& request, const FromQuery<ClientQuery>& query);
    Client read(const Request& request);
    Client change(const Request& request, const ClientChange& wanted);

  private:
    std::optional<std::string> new_hash(const Client& client, const ClientChange& wanted) const;
    Client store(const Request& request, const Client& before, const ClientChange& wanted,
                 const std::optional<std::string>& hash);
    void tell_new_password(const Client& client);
    void sign_out(const Client& client);

    Database& db_;
    Outbox outbox_;
    Revocations revocations_;
    Passwords passwords_;
    std::chrono::seconds access_lifetime_;
    Clock clock_;
};

}  // namespace reseller
