// The list of what an account was told in the app, and the marks of what has been read. What is
// worth telling is common/accounts/notifications.h.
#pragma once

#include "common/accounts/notifications.h"
#include "common/http/route.h"
#include "workers/auth/auth.h"

namespace auth {

struct NoticeQuery {
    std::optional<bool> unread;
    std::int64_t page = 1, limit = 20;
    static constexpr auto fields() {
        return std::tuple{Field{"unread", &NoticeQuery::unread},
                          Field{"page", &NoticeQuery::page, Paging::pages},
                          Field{"limit", &NoticeQuery::limit, Paging::limits}};
    }
};

struct ReadMarks {
    std::optional<std::vector<Uuid>> ids;  // demanded
    static constexpr auto fields() {
        return std::tuple{Field{"ids", &ReadMarks::ids, Entries{1, 100}}};
    }
};

// Those that were unread until now.
struct NowRead {
    std::vector<Uuid> ids;
    static constexpr auto fields() { return std::tuple{Field{"ids", &NowRead::ids}}; }
};

class Notices {
  public:
    Notices(Database& db, Notifications notifications) : db_(db), notifications_(notifications) {}

    Page<Notification> list(const Request& request, const FromQuery<NoticeQuery>& query);
    NowRead mark(const Request& request, const ReadMarks& marks);
    NowRead mark_one(const Request& request);

  private:
    Database& db_;
    Notifications notifications_;
};

}  // namespace auth
