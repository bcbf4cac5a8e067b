#include "workers/jobs/key_rotation.h"

#include <cstdio>

#include "workers/jobs/key_rotation_sql.h"

namespace jobs {

// Where sealed values stand, and the context that each is bound to: `table|id|name`.
struct SealedColumn {
    const char* table;
    const char* column;
    const char* name;
    const Statement& next;
    const Statement& put;
};

namespace {

constexpr SealedColumn columns[] = {
    {"playlists", "url_sealed", "url", sql::next_playlist_urls, sql::put_playlist_url},
    {"playlists", "epg_url_sealed", "epg_url", sql::next_playlist_guides, sql::put_playlist_guide},
    {"playlists", "username_sealed", "username", sql::next_playlist_usernames,
     sql::put_playlist_username},
    {"playlists", "password_sealed", "password", sql::next_playlist_passwords,
     sql::put_playlist_password},
    {"users", "totp_secret", "totp_secret", sql::next_totp_secrets, sql::put_totp_secret},
    {"outbox", "secret_parameters", "link", sql::next_letter_links, sql::put_letter_link},
};

struct SealedValue {
    Uuid id;
    Bytes sealed;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &SealedValue::id}, Field{"sealed", &SealedValue::sealed}};
    }
};

// The first bytes of all that the active key seals.
Bytes active_header(const SecretBox& box) {
    auto sealed = box.seal("", "");
    return {sealed.begin(), sealed.begin() + 3};
}

}  // namespace

KeyRotation::Outcome KeyRotation::run() {
    Outcome outcome;
    for (const auto& column : columns) {
        Uuid last;
        while (seal_some(column, last, outcome)) {
        }
    }
    return outcome;
}

// One batch after `last`. True when there may be more.
bool KeyRotation::seal_some(const SealedColumn& column, Uuid& last, Outcome& outcome) {
    Outcome done;
    std::vector<SealedValue> values;
    db_.transaction([&] {
        done = {};
        values = db_.list<SealedValue>(column.next, active_header(box_), last, batch_);
        for (const auto& [id, sealed] : values) {
            auto context = std::string{column.table} + "|" + id.text() + "|" + column.name;
            if (auto plain = box_.open(sealed, context)) {
                done.sealed_again += db_.run(column.put, id, box_.seal(*plain, context));
            } else {
                done.unreadable.push_back(std::string{column.table} + "." + column.column + " " +
                                          id.text());
            }
        }
    });
    outcome.sealed_again += done.sealed_again;
    outcome.unreadable.insert(outcome.unreadable.end(), done.unreadable.begin(),
                              done.unreadable.end());
    if (!values.empty()) last = values.back().id;
    return static_cast<std::int64_t>(values.size()) == batch_;
}

std::vector<KeyRotation::Count> KeyRotation::count_by_key() {
    return db_.list<Count>(sql::count_by_key);
}

int rotate_keys(Database& db, const SecretBox& box) {
    KeyRotation rotation{db, box};
    auto outcome = rotation.run();
    for (const auto& value : outcome.unreadable) std::printf("does not open: %s\n", value.c_str());
    std::printf("%lld sealed again\n", static_cast<long long>(outcome.sealed_again));
    bool left = !outcome.unreadable.empty();
    for (const auto& [key_id, number] : rotation.count_by_key()) {
        bool active = key_id == box.active_key_id();
        left |= !active;
        std::printf("key %lld%s: %lld\n", static_cast<long long>(key_id), active ? ", active" : "",
                    static_cast<long long>(number));
    }
    return left ? 1 : 0;
}

}  // namespace jobs
