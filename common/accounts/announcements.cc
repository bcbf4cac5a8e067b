#include "common/accounts/announcements.h"

#include <utility>

void Announcements::publish(const Uuid& user, const char* type, std::string json,
                            std::vector<std::string> profiles) {
    db_.after_commit(
        [&redis = redis_, user, type, json = std::move(json), profiles = std::move(profiles)] {
            Personal{redis}.publish(user, type, json, profiles);
        });
}
