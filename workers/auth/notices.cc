#include "workers/auth/notices.h"

#include "common/accounts/notifications_sql.h"

namespace auth {

Page<Notification> Notices::list(const Request& request, const FromQuery<NoticeQuery>& query) {
    namespace sql = notifications::sql;
    auto [unread, page, limit] = query.value;
    auto [found, total] =
        db_.pipeline(rows<Notification>(sql::list_notifications, request.user, unread, limit,
                                        offset(page, limit)),
                     row<std::int64_t>(sql::count_notifications, request.user, unread));
    return {std::move(found), page, limit, total.value()};
}

// Ids of others, or of nothing, mark nothing.
NowRead Notices::mark(const Request& request, const ReadMarks& marks) {
    if (!marks.ids) throw Failure(validation_failed).with_faults({{"ids", "field_required", {}}});
    return {notifications_.mark_read(request.user, *marks.ids)};
}

NowRead Notices::mark_one(const Request& request) {
    auto id = request.uuid("id");
    if (!db_.get<bool>(notifications::sql::has_notification, request.user, id)) {
        throw Failure(not_found);
    }
    return {notifications_.mark_read(request.user, {id})};
}

}  // namespace auth
