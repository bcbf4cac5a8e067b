// That an address belongs to who gave it: the links of letters come back here.
#pragma once

#include "common/accounts/announcements.h"
#include "workers/auth/identity.h"
#include "workers/auth/post.h"

namespace auth {

struct Verification {
    Secret token;
    static constexpr auto fields() {
        return std::tuple{Field{"token", &Verification::token, Length{1, 200}}};
    }
};

class Emails {
  public:
    Emails(Database& db, Throttles& throttles, Identity& identity, Post& post,
           Announcements announcements, Clock clock)
        : db_(db),
          throttles_(throttles),
          identity_(identity),
          post_(post),
          announcements_(announcements),
          clock_(std::move(clock)) {}

    // Confirms the address that the link was sent to, which becomes the account's if it is new.
    void verify(const Request& request, const Verification& sent);
    // Sends the link of the registration again.
    void resend(const Request& request);

  private:
    void take_over(const Request& request, const Reader& reader, const std::string& new_email);

    Database& db_;
    Throttles& throttles_;
    Identity& identity_;
    Post& post_;
    Announcements announcements_;
    Clock clock_;
};

}  // namespace auth
