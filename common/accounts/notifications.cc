#include "common/accounts/notifications.h"

#include "common/accounts/notifications_sql.h"

namespace sql = notifications::sql;

namespace {

struct News {
    Uuid id;
    std::string kind, title, body;
    std::optional<std::string> action;
    Instant created_at;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &News::id},         Field{"kind", &News::kind},
                          Field{"title", &News::title},   Field{"body", &News::body},
                          Field{"action", &News::action}, Field{"createdAt", &News::created_at}};
    }
};

struct WasRead {
    std::vector<Uuid> ids;
    static constexpr auto fields() { return std::tuple{Field{"ids", &WasRead::ids}}; }
};

struct NamedPlan {
    std::string code, language, name;
    static constexpr auto fields() {
        return std::tuple{Field{"code", &NamedPlan::code}, Field{"language", &NamedPlan::language},
                          Field{"name", &NamedPlan::name}};
    }
};

LanguageId spoken_or_english(const std::string& code) {
    return find_language(code).value_or(english);
}

}  // namespace

void Notifications::add(const Uuid& user, const Occasion& occasion,
                        const std::vector<Detail>& details) {
    auto language = db_.find<std::string>(sql::find_language, user);
    if (language) add(user, spoken_or_english(*language), occasion, details);
}

void Notifications::add(const Uuid& user, LanguageId language, const Occasion& occasion,
                        const std::vector<Detail>& details) {
    auto row =
        db_.get<Notification>(sql::insert_notification, Uuid::make(), user, occasion.kind,
                              messages_.text(language, occasion.title, details),
                              messages_.text(language, occasion.body, details), occasion.action);
    announcements_.tell(user, "notify:new",
                        News{row.id, row.kind, row.title, row.body, row.action, row.created_at});
}

void Notifications::compare_plan(const Uuid& user, const std::string& former) {
    auto now = db_.find<NamedPlan>(sql::find_plan_name, user);
    if (!now || now->code == former) return;
    add(user, spoken_or_english(now->language), occasion::plan_changed, {{"plan", now->name}});
}

std::vector<Uuid> Notifications::mark_read(const Uuid& user, const std::vector<Uuid>& ids) {
    auto read = db_.list<Uuid>(sql::mark_read, user, ids);
    if (!read.empty()) announcements_.tell(user, "notify:read", WasRead{read});
    return read;
}
