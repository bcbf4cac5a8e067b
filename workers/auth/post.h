// The letters of this area: each is put into the outbox in the caller's transaction, in the
// language of its reader. Links that let somebody in carry a token of which only the digest is
// stored, and which works once.
#pragma once

#include "common/accounts/notifications.h"
#include "common/mail/outbox.h"
#include "workers/auth/auth.h"

namespace auth {

// Somebody with an account, as far as letters go.
struct Reader {
    Uuid id;
    std::string email, full_name, language;
    bool email_verified = false;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Reader::id}, Field{"email", &Reader::email},
                          Field{"full_name", &Reader::full_name},
                          Field{"language", &Reader::language},
                          Field{"email_verified", &Reader::email_verified}};
    }
};

class Post {
  public:
    // `public_url`: where the pages of the links are.
    Post(Database& db, const SecretBox& box, Notifications notifications, std::string public_url)
        : db_(db),
          outbox_(db, box),
          notifications_(notifications),
          public_url_(std::move(public_url)) {}

    void verify_email(const Reader& reader);
    void reset_password(const Reader& reader);
    void change_email(const Reader& reader, const std::string& new_email);
    // By a letter and in the app, in the same words.
    void new_device(const Reader& reader, const std::string& device);
    void tell(const Reader& reader, const Occasion& occasion);

    std::optional<Reader> reader(const Uuid& user);
    std::optional<Reader> reader(const std::string& email);

  private:
    struct Link {
        const char* purpose;
        const char* page;
        std::int64_t lifetime_s;
    };
    static constexpr Link verification{"verify_email", "/verify-email", 86'400};
    static constexpr Link reset{"reset_password", "/reset-password", 1'800};
    static constexpr Link new_address{"change_email", "/verify-email", 86'400};

    Secret link_for(const Reader& reader, const Link& link,
                    const std::optional<std::string>& new_email = {});
    static Letter letter(const Reader& reader, const char* name);

    Database& db_;
    Outbox outbox_;
    Notifications notifications_;
    std::string public_url_;
};

}  // namespace auth
