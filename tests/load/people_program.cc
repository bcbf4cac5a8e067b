// The part of a load test's people that only the service's keys can make; the rest is people.sql.
// `people_program COUNT FOLDER` writes into FOLDER
//   tokens.txt      a line for each person: an access token, signed in with the first profile
//   passwords.txt   the Argon2id string of the password that all have, `load-pass-1`
//   playlists.tsv   number of the person, number of the playlist, sealed username, sealed password
// Keys come as for a worker, in TOKEN_KEYS_FILE and DATA_KEYS_FILE.
#include <cstdio>
#include <exception>
#include <fstream>

#include "common/base/text.h"
#include "common/crypto/password.h"
#include "common/crypto/secret_box.h"
#include "common/crypto/token.h"
#include "common/process/settings.h"

namespace {

constexpr int playlists = 10;

// What people.sql calls `load_id`: the number's digits at the end tell the kind and whose it is.
std::string id(int kind, std::int64_t person, int number = 0) {
    char text[37];
    std::snprintf(text, sizeof text, "00000000-0000-7000-800%d-%09lld%03d", kind,
                  static_cast<long long>(person), number);
    return text;
}

AccessToken claims(std::int64_t person, Instant now) {
    return {.user = *Uuid::parse(id(0, person)),
            .session = *Uuid::parse(id(1, person)),
            .role = "user",
            .plan = "premium",
            .rate_limit = 500,
            .profile = Uuid::parse(id(2, person, 1)),
            .language = "en",
            .issued = now,
            .expires = now + std::chrono::hours{24}};
}

void write_playlists(std::ostream& out, const SecretBox& box, std::int64_t person) {
    for (int number = 1; number <= playlists; ++number) {
        auto place = "playlists|" + id(3, person, number) + "|";
        auto sealed = [&](const std::string& value, const char* column) {
            return "\t\\\\x" + hex(box.seal(value, place + column));
        };
        out << person << '\t' << number << sealed("viewer" + std::to_string(person), "username")
            << sealed("provider-pass", "password") << '\n';
    }
}

void write_all(std::int64_t count, const std::string& folder) {
    auto settings = Settings::from_environment({"TOKEN_KEYS", "DATA_KEYS"});
    Tokens tokens{Keyring{settings.secret("TOKEN_KEYS").reveal()}, settings.text("TOKEN_ISSUER"),
                  settings.text("TOKEN_AUDIENCE")};
    SecretBox box{Keyring{settings.secret("DATA_KEYS").reveal()}};
    Passwords passwords{{settings.number("ARGON2_MEMORY_KIB"), settings.number("ARGON2_PASSES")}};
    std::ofstream(folder + "/passwords.txt") << passwords.hash(Secret{"load-pass-1"}) << '\n';
    std::ofstream token_file{folder + "/tokens.txt"}, playlist_file{folder + "/playlists.tsv"};
    auto now = system_now();
    for (std::int64_t person = 1; person <= count; ++person) {
        token_file << tokens.sign(claims(person, now)) << '\n';
        write_playlists(playlist_file, box, person);
    }
}

}  // namespace

int main(int argc, char** argv) {
    auto count = argc == 3 ? parse_integer(argv[1]) : std::nullopt;
    if (!count || *count < 1) {
        std::fprintf(stderr, "usage: %s COUNT FOLDER\n", argv[0]);
        return 2;
    }
    try {
        write_all(*count, argv[2]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
        return 1;
    }
}
