#include "common/process/settings_table.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <thread>

namespace {

using Kind = SettingKind;

std::int64_t cores() { return std::max(1U, std::thread::hardware_concurrency()); }
std::string children_by_cores() { return std::to_string(std::max<std::int64_t>(4, 2 * cores())); }
std::string hash_children_by_cores() {
    return std::to_string(std::max<std::int64_t>(1, cores() - 1));
}
std::string messages_beside_program() {
    auto program = std::filesystem::read_symlink("/proc/self/exe");
    return (program.parent_path().parent_path() / "messages").string();
}

constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t most_children = 512;

constexpr Setting table[] = {
    {"DATABASE_URL", "dbname=syncstream", Kind::text,
     "Where PostgreSQL is: a libpq connection string without user and password."},
    {"DATABASE_PASSWORD", "", Kind::secret, "Password of the program's database role, if any."},
    {"REDIS_DURABLE", "/run/redis-durable/redis.sock", Kind::text,
     "The Redis that forgets nothing: a unix path or host:port."},
    {"REDIS_CACHE", "/run/redis-cache/redis.sock", Kind::text,
     "The Redis that may evict: a unix path or host:port."},
    {"RUN_FOLDER", "/run/syncstream", Kind::text, "Folder of the sockets and the metrics."},
    {"MESSAGES_FOLDER", "", Kind::text,
     "Folder of the compiled messages; by default `messages` beside the folder of the program.", 0,
     0, messages_beside_program},
    {"RATE_LIMIT_WINDOW_S", "900", Kind::number, "Seconds in which a plan's rate limit is granted.",
     1, day_s},
    {"RATE_LIMIT_MULTIPLIER", "1", Kind::number, "Multiplies the rate limits of all plans.", 1,
     1'000'000},
    {"THROTTLE_MULTIPLIER", "1", Kind::number,
     "Multiplies the limits of attempts at passwords, PINs and codes.", 1, 1'000'000},
    {"TRIAL_DAYS", "14", Kind::number, "Days of the trial that a new user gets.", 0, 365},
    {"GRACE_DAYS", "7", Kind::number, "Days for which an unpaid subscription still holds.", 0, 365},
    {"ALLOWED_ORIGINS", "https://app.syncstream.tv", Kind::list,
     "Web origins that may call with cookies and read the answers."},
    {"CHECKOUT_RETURN_ORIGINS", "https://app.syncstream.tv", Kind::list,
     "Web origins to which a checkout may return."},
    {"PUBLIC_URL", "https://localhost:8443", Kind::text,
     "Address of this server for people: links in mails, and where a TV's code is entered."},
    {"TOKEN_KEYS", "", Kind::secret,
     "Keys of access tokens, a line each: `<kid> <base64url key>`; the first one signs."},
    {"DATA_KEYS", "", Kind::secret,
     "Keys that seal stored credentials, a line each: `<number> <base64url, 32 bytes>`; the first "
     "one seals."},
    {"TOKEN_ISSUER", "syncstream", Kind::text, "The `iss` of access tokens."},
    {"TOKEN_AUDIENCE", "syncstream-api", Kind::text, "The `aud` of access tokens."},
    {"ACCESS_TOKEN_S", "900", Kind::number, "Seconds for which an access token holds.", 30, day_s},
    {"CHILDREN", "", Kind::number,
     "Children of an area; CHILDREN_<AREA> overrides it for one. By default two for each core, at "
     "least four.",
     1, most_children, children_by_cores},
    {"HASH_CHILDREN", "", Kind::number,
     "Children that hash passwords and PINs. By default one fewer than the cores, at least one.", 1,
     most_children, hash_children_by_cores},
    {"MAX_REQUESTS", "20000", Kind::number, "Requests after which a child is replaced.", 1},
    {"REQUEST_TIMEOUT_S", "20", Kind::number, "Seconds after which a stuck child is killed.", 1,
     3600},
    {"SHUTDOWN_TIMEOUT_S", "10", Kind::number, "Seconds that requests in flight get at the end.", 1,
     3600},
    {"BACKLOG", "1024", Kind::number, "Connections that may wait at a socket opened here.", 1,
     65'535},
    {"ARGON2_MEMORY_KIB", "19456", Kind::number, "Memory of one password hash, in KiB.", 8,
     4'194'304},
    {"ARGON2_PASSES", "2", Kind::number, "Passes of one password hash over its memory.", 1, 100},
    {"STRIPE_SECRET_KEY", "", Kind::secret,
     "Key of the Stripe account; without it nothing can be bought, and webhooks still count."},
    {"STRIPE_API_BASE", "https://api.stripe.com", Kind::text, "Where Stripe is."},
    {"STRIPE_API_VERSION", "2026-10-28.endive", Kind::text,
     "Version of Stripe's API that calls ask for."},
    {"STRIPE_WEBHOOK_SECRETS", "", Kind::secret,
     "Secrets of Stripe's webhook endpoints (whsec_...), comma separated; without any, no webhook "
     "is "
     "taken."},
    {"MAIL_TRANSPORT", "files", Kind::text,
     "How mail leaves: `files` writes it to MAIL_FOLDER, `smtp` hands it to SMTP_URL, `resend` to "
     "Resend."},
    {"MAIL_FOLDER", "/var/lib/syncstream/mail", Kind::text, "Folder that `files` writes mail to."},
    {"MAIL_FROM", "SyncStream TV <no-reply@syncstream.tv>", Kind::text, "Sender of all mail."},
    {"SMTP_URL", "smtp://localhost:587", Kind::text,
     "The mail server: `smtp://host:587`, which becomes TLS by STARTTLS, or `smtps://host:465`."},
    {"SMTP_USER", "", Kind::text, "Who we are to the mail server, if it asks."},
    {"SMTP_PASSWORD", "", Kind::secret, "The password of SMTP_USER."},
    {"SMTP_NEEDS_TLS", "1", Kind::flag,
     "Whether mail waits when there is no TLS; 0 only for a relay on this machine."},
    {"RESEND_API_KEY", "", Kind::secret, "Key of the Resend account."},
    {"RESEND_API_BASE", "https://api.resend.com", Kind::text, "Where Resend is."},
    {"RESEND_WEBHOOK_SECRETS", "", Kind::secret,
     "Secrets of Resend's webhook endpoints (whsec_...), comma separated; without any, no webhook "
     "is taken."},
    {"PARTY_THREADS", "1", Kind::number, "Threads of a party program; each is a node of its own.",
     1, 64},
    {"PARTY_LISTEN", "", Kind::text,
     "Where a party program listens: host:port; by default its unix socket in RUN_FOLDER."},
    {"PARTY_SOCKETS_PER_USER", "5", Kind::number,
     "WebSockets that a user may have open; THROTTLE_MULTIPLIER multiplies it.", 1, 1'000'000},
    {"PARTY_CONNECTS_PER_S", "20", Kind::number,
     "WebSockets that an address may open in a second; THROTTLE_MULTIPLIER multiplies it.", 1,
     1'000'000},
    {"PARTY_DRAIN_S", "10", Kind::number,
     "Seconds over which a party program sends its WebSockets elsewhere at its end.", 1, 3600},
    {"SYNCSTREAM_DEMO", "0", Kind::flag, "Whether the demonstration accounts may exist."},
    {"ADMIN_TOTP_REQUIRED", "0", Kind::flag, "Whether admins need a second factor."},
};

}  // namespace

std::span<const Setting> all_settings() { return table; }

const Setting* find_setting(std::string_view name) {
    auto at = std::find_if(std::begin(table), std::end(table),
                           [&](const Setting& setting) { return setting.name == name; });
    return at == std::end(table) ? nullptr : at;
}
