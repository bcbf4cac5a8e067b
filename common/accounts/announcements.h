// What the devices of an account that are connected (workers/party) hear when something of the
// account changes: told after the commit by whoever changes it, once for a request, through
// cache/personal.h. Nobody waits for it, and nothing is told of what was undone. Never a place for
// anything that lets somebody in: a device that wants more asks for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/base/uuid.h"
#include "common/cache/personal.h"
#include "common/db/database.h"
#include "common/json/write.h"

// favorites:changed, playlist:changed, profile:changed, settings:changed, progress:changed. Rows
// that changed or went, by their ids (progress: of the items); of the account's settings the names
// of fields. At most 100 are named.
struct Changed {
    static constexpr std::size_t most_ids = 100;

    std::int64_t rev = 0;  // of the account, as GET /api/v1/sync counts; settings: when, in ms
    std::vector<std::string> ids;
    std::optional<Uuid> profile;  // whose they are; of one profile alone
    static constexpr auto fields() {
        return std::tuple{Field{"rev", &Changed::rev}, Field{"changedIds", &Changed::ids},
                          Field{"profileId", &Changed::profile}};
    }
};

// sync:playback: where a profile is in an item. The greater (at, seq) is the newer one.
struct Playback {
    std::string item;
    std::string kind;                               // channel, movie, series, episode
    std::int64_t position_ms = 0, duration_ms = 0;  // a duration of 0 is not known
    std::string status;                 // playing, paused, stopped; or stored, completed: not told
    std::optional<std::string> device;  // as the device calls itself
    std::int64_t at = 0;                // ms since 1970
    std::optional<std::int64_t> seq;    // of reports of the same moment
    Uuid profile;
    std::optional<std::string> by;  // device whose report it is, and which does not need it
    static constexpr auto fields() {
        using T = Playback;
        return std::tuple{Field{"itemKey", &T::item},
                          Field{"kind", &T::kind},
                          Field{"positionMs", &T::position_ms},
                          Field{"durationMs", &T::duration_ms},
                          Field{"status", &T::status},
                          Field{"deviceId", &T::device},
                          Field{"at", &T::at},
                          Field{"seq", &T::seq},
                          Field{"profileId", &T::profile},
                          Field{"by", &T::by}};
    }
};

class Announcements {
  public:
    // Both must outlive what is still to be committed.
    Announcements(Database& db, Redis& redis) : db_(db), redis_(redis) {}

    // `profiles`: those that changed, so that what is remembered of them is forgotten.
    template <HasFields T>
    void tell(const Uuid& user, const char* type, const T& event,
              std::vector<std::string> profiles = {}) {
        JsonWriter writer;
        write_json(writer, event, View{});
        publish(user, type, writer.take(), std::move(profiles));
    }

  private:
    void publish(const Uuid& user, const char* type, std::string json,
                 std::vector<std::string> profiles);

    Database& db_;
    Redis& redis_;
};
