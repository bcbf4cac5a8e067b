// The library's worker in the house of tests, and the people who ask it. Its clock stands still
// until a test moves it.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/accounts/progress_sql.h"
#include "tests/support/house.h"
#include "workers/library/favorites_sql.h"
#include "workers/library/library_sql.h"
#include "workers/library/playlists_sql.h"
#include "workers/library/progress_sql.h"
#include "workers/library/routes.h"
#include "workers/library/sync_sql.h"

class LibraryHouse {
  public:
    explicit LibraryHouse(std::vector<Statements> own = {})
        : house(with_own(std::move(own))),
          playlists(house.db, house.box, {house.db, house.redis}),
          favorites(house.db, {house.db, house.redis}),
          progress(house.db, [this] { return now; }, {house.db, house.redis}),
          sync(house.db, house.box),
          worker(house.worker(library::routes(playlists, favorites, progress, sync), options())) {}

    Answered get(const std::string& target, const std::string& who = "ana", Headers headers = {}) {
        return send(Method::get, target, "", who, std::move(headers));
    }
    Answered post(const std::string& target, const std::string& body,
                  const std::string& who = "ana", Headers headers = {}) {
        return send(Method::post, target, body, who, std::move(headers));
    }
    Answered put(const std::string& target, const std::string& body,
                 const std::string& who = "ana") {
        return send(Method::put, target, body, who);
    }
    Answered patch(const std::string& target, const std::string& body,
                   const std::string& who = "ana") {
        return send(Method::patch, target, body, who);
    }
    Answered remove(const std::string& target, const std::string& who = "ana") {
        return send(Method::remove, target, "", who);
    }
    Answered send(Method method, const std::string& target, const std::string& body,
                  const std::string& who, Headers headers = {}) {
        auto token = who.empty() ? "" : house.person(who).token;
        return ask(worker, method, "/api/v1" + target, body, token, std::move(headers));
    }
    // As somebody who chose a profile.
    Answered as(const Person& person, const Uuid& profile, Method method, const std::string& target,
                const std::string& body = "") {
        AccessToken token{.user = person.id, .session = person.session};
        token.role = "user";
        token.plan = "family";
        token.rate_limit = -1;
        token.profile = profile;
        token.issued = system_now();
        token.expires = token.issued + std::chrono::minutes{15};
        return ask(worker, method, "/api/v1" + target, body, house.tokens.sign(token));
    }

    House house;
    Instant now = parse_rfc3339("2026-03-01T20:00:00Z").value();
    library::Playlists playlists;
    library::Favorites favorites;
    library::ProgressReports progress;
    library::Sync sync;
    Worker worker;

  private:
    static std::vector<Statements> with_own(std::vector<Statements> own) {
        namespace sql = library::sql;
        own.insert(own.end(), {sql::all, sql::playlists, sql::favorites, sql::progress, sql::sync,
                               ::progress::sql::all});
        return own;
    }
    static WorkerOptions options() {
        WorkerOptions options;
        options.anonymous_limit = 1'000'000;  // others test from the same address
        return options;
    }
};
