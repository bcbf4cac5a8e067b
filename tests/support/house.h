// The rooms of the house, built for tests of workers: a real PostgreSQL (TEST_DATABASE_URL), a real
// Redis (TEST_REDIS_DURABLE), keys of its own, all the words. What a test changes in the database
// is rolled back at its end. Requests go through `Worker::answer`, so guards, validation, SQL and
// the envelope are tested as one.
//
// Named people live in it: `ana` with a running trial (limits of `family`), `bor` on the free plan,
// `cene` on premium, `eva` the admin, `rok` the reseller. Each has a default profile and a session.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/cache/rate_limit.h"
#include "common/cache/redis.h"
#include "common/crypto/secret_box.h"
#include "common/crypto/token.h"
#include "common/db/database.h"
#include "common/http/worker.h"
#include "common/json/json.h"
#include "common/messages/messages.h"

// Somebody who is signed in.
struct Person {
    Uuid id, session, profile;
    std::string email, token;
};

// What came back, taken apart.
struct Answered {
    int status = 0;
    Headers headers;
    std::string body;
    JsonValue json;

    std::string header(const std::string& name) const;  // empty when absent
    std::string code() const;                           // error.code
    std::string message() const;
    // A value below `data` by its path: `profile.name`, `profiles.0.id`. A null value when absent.
    const JsonValue& data(const std::string& path) const;
    std::string text(const std::string& path) const { return data(path).text; }
    std::int64_t number(const std::string& path) const { return data(path).integer; }
};

class House {
  public:
    explicit House(std::vector<Statements> own);
    ~House();  // rolls back
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    Worker worker(Routes routes, WorkerOptions options = {});

    // Somebody of the people above, put into the database at the first call.
    const Person& person(const std::string& name);
    // An access token for a person, as sign-in would issue it.
    std::string token(const Person& person, const std::string& role, const std::string& plan);

    Database db;
    Redis redis;
    RateLimit limits;
    Tokens tokens;
    SecretBox box;
    Messages messages;

  private:
    std::map<std::string, Person> people_;
};

Answered ask(Worker& worker, Method method, const std::string& target, const std::string& body = "",
             const std::string& token = "", Headers headers = {});
