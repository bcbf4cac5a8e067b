// The auth worker in the house, with cheap hashes, a clock that a test can move, and eyes for what
// goes out by post.
#pragma once

#include <string>

#include "tests/support/house.h"
#include "workers/auth/routes.h"

// Somebody who has just signed up through the door.
struct Newcomer {
    std::string id, email, access, refresh;
};

class FrontDoor {
  public:
    // `more` are statements of a test's own.
    explicit FrontDoor(auth::Rules rules = {}, Statements more = {});

    Answered post(const std::string& path, const std::string& body = "",
                  const std::string& token = "", Headers headers = {});
    Answered get(const std::string& path, const std::string& token);
    Answered patch(const std::string& path, const std::string& body, const std::string& token);
    Answered remove(const std::string& path, const std::string& token,
                    const std::string& body = "");
    // From another address than the one that all others come from.
    Answered post_from(const std::string& address, const std::string& path,
                       const std::string& body);

    // Signs up `<name>@example.com` with `password`.
    Newcomer newcomer(const std::string& name);
    Answered login(const std::string& email, const std::string& with = password,
                   const std::string& totp = "");

    // The token of the link in the last letter of that name to somebody; empty when there is none.
    std::string link(const std::string& email, const std::string& letter);
    std::int64_t letters(const std::string& email, const std::string& letter);
    std::int64_t events(const std::string& user, const std::string& event);
    // Runs a change of the table below, by its name.
    void change(const std::string& name, const std::string& argument);

    static constexpr const char* password = "correct horse battery";
    static constexpr const char* another_password = "wrong donkey charger";

    House house;
    Instant now;

  private:
    auth::Auth auth_;
    Worker worker_;
};

// A JSON object of texts: pairs of names and values.
std::string object(std::initializer_list<std::pair<std::string, std::string>> members);
