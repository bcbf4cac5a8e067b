// What an account is told in the app: rows that stay until they are read, and for who is connected
// `notify:new`. Used by the areas where the things happen that are worth telling, by the auth
// worker that lists them, and by the party worker. The table is in
// sql/migrations/0014_notifications.sql.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/accounts/announcements.h"
#include "common/base/problem.h"
#include "common/base/time.h"
#include "common/messages/messages.h"

// A reason to tell: keys of its words, and what an app may open for it.
struct Occasion {
    const char *kind, *title, *body, *action;
};

namespace occasion {
// These have the words of the letters that are sent as well.
inline constexpr Occasion trial_ending{"trial_ending", "mail_trial_ending_subject",
                                       "mail_trial_ending_body", "subscription"};
inline constexpr Occasion payment_failed{"payment_failed", "mail_payment_failed_subject",
                                         "mail_payment_failed_body", "subscription"};
inline constexpr Occasion new_device{"new_device", "mail_new_device_subject",
                                     "mail_new_device_body", "sessions"};
inline constexpr Occasion password_changed{"password_changed", "mail_password_changed_subject",
                                           "mail_password_changed_body", "sessions"};
inline constexpr Occasion email_changed{"email_changed", "mail_email_changed_subject",
                                        "mail_email_changed_body", "sessions"};
inline constexpr Occasion session_reuse{"session_reuse", "mail_session_reuse_subject",
                                        "mail_session_reuse_body", "sessions"};
inline constexpr Occasion plan_changed{"plan_changed", "notice_plan_changed_title",
                                       "notice_plan_changed_body", "subscription"};
}  // namespace occasion

// As REST shows it; `notify:new` has the same under `createdAt` and never `read_at`.
struct Notification {
    Uuid id;
    std::string kind, title, body;
    std::optional<std::string> action;
    Instant created_at;
    std::optional<Instant> read_at;
    static constexpr const char* singular = "notification";
    static constexpr const char* plural = "notifications";
    static constexpr auto fields() {
        return std::tuple{
            Field{"id", &Notification::id},          Field{"kind", &Notification::kind},
            Field{"title", &Notification::title},    Field{"body", &Notification::body},
            Field{"action", &Notification::action},  Field{"created_at", &Notification::created_at},
            Field{"read_at", &Notification::read_at}};
    }
};

class Notifications {
  public:
    // The statements `notifications::sql::all` must be among those of the database. What is handed
    // in must outlive the object.
    Notifications(Database& db, Redis& redis, const Messages& messages)
        : db_(db), announcements_(db, redis), messages_(messages) {}

    // In the transaction of what it is about. Nothing happens when there is no such user.
    void add(const Uuid& user, const Occasion& occasion, const std::vector<Detail>& details);
    // Tells of another plan, if the one that counts is not `former` any more.
    void compare_plan(const Uuid& user, const std::string& former);

    // Those that were unread until now; the other devices hear of them (`notify:read`).
    std::vector<Uuid> mark_read(const Uuid& user, const std::vector<Uuid>& ids);

  private:
    void add(const Uuid& user, LanguageId language, const Occasion& occasion,
             const std::vector<Detail>& details);

    Database& db_;
    Announcements announcements_;
    const Messages& messages_;
};
