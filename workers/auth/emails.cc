#include "workers/auth/emails.h"

#include "common/accounts/new_account.h"
#include "workers/auth/account_sql.h"

namespace auth {

namespace {

struct UsedLink {
    Uuid user;
    std::optional<std::string> new_email;
    static constexpr auto fields() {
        return std::tuple{Field{"user_id", &UsedLink::user},
                          Field{"new_email", &UsedLink::new_email}};
    }
};

}  // namespace

void Emails::verify(const Request& request, const Verification& sent) {
    throttles_.count(throttle::link_address, request.ip);
    db_.transaction([&] {
        auto link = db_.find<UsedLink>(sql::use_link, digest_of(sent.token),
                                       std::vector<std::string>{"verify_email", "change_email"});
        if (!link) throw Failure(invalid_token);
        auto reader = post_.reader(link->user);
        if (!reader) throw Failure(invalid_token);
        announcements_.tell(link->user, "settings:changed",
                            Changed{version_of(clock_()), {"email"}, {}});
        if (link->new_email) return take_over(request, *reader, *link->new_email);
        if (db_.run(sql::verify_email, link->user) == 0) return;
        identity_.note(request, link->user, event::email_verified);
    });
    throttles_.forgive(throttle::link_address, request.ip);
}

// The old address hears of it. Links that were sent before speak of an address that is gone.
void Emails::take_over(const Request& request, const Reader& reader, const std::string& new_email) {
    if (!db_.find<bool>(sql::change_email, reader.id, new_email)) throw Failure(email_taken);
    db_.run(sql::delete_email_links, reader.id);
    post_.tell(reader, occasion::email_changed);
    identity_.note(request, reader.id, event::email_changed);
}

void Emails::resend(const Request& request) {
    auto reader = post_.reader(request.user);
    if (!reader) throw Failure(unauthenticated);
    if (reader->email_verified) return;
    throttles_.count(throttle::letter_account, request.user.text());
    db_.transaction([&] { post_.verify_email(*reader); });
}

}  // namespace auth
