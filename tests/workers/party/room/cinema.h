// A party that watches something, for the tests of playback, barriers and queue: media by name, and
// alarms that ring by themselves when time passes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/workers/party/room/party.h"
#include "workers/party/room/barrier.h"
#include "workers/party/room/playback.h"
#include "workers/party/room/polls.h"
#include "workers/party/room/queue.h"

namespace party {

inline NewMedia film(const std::string& title, Millis duration_ms = 7'200'000) {
    NewMedia media;
    media.kind = "movie";
    media.content_key = "tmdb:" + title;
    media.title = title;
    media.duration_ms = duration_ms;
    return media;
}

inline NewMedia broadcast(const std::string& title, bool has_archive = false) {
    NewMedia media;
    media.kind = "live";
    media.title = title;
    media.has_archive = has_archive;
    return media;
}

class Cinema : public Party {
  public:
    // anna is the host and is never waited for; ben and carla announced `ready`.
    Cinema() {
        join_all({"ben", "carla"});
        for (const char* name : {"ben", "carla"}) seat(name).waits = true;
    }

    // Keeps the alarms that a command set.
    Change note(Change change) {
        for (const auto& alarm : change.alarms) alarms_[alarm.kind] = alarm.at;
        return change;
    }
    template <class Body>
    Change tell(const std::string& name, void (*command)(Room&, const Act&, const Body&, Change&),
                const Body& body = {}) {
        return note(run(name, command, body));
    }
    Change tick(const std::string& kind) {
        if (kind == "barrier") return note(run("", tick_barrier));
        if (kind == "buffering") return note(run("", tick_buffering));
        if (kind == "advance") return note(run("", tick_advance));
        if (kind == "start") return note(run("", tick_start));
        return note(run("", tick_poll));
    }
    Change play(const std::string& name, std::optional<double> seconds = {}) {
        return tell(name, party::play, Moment{seconds, {}, {}});
    }
    Change pause(const std::string& name) { return tell(name, party::pause, Moment{}); }
    Change seek(const std::string& name, double seconds) {
        return tell(name, party::seek, Seek{seconds, {}, {}, {}});
    }
    Change show(const NewMedia& media, std::optional<bool> autoplay = {}) {
        return tell("anna", party::media, MediaChange{media, {}, {}, autoplay});
    }
    // Loaded, at the position of the room.
    Change ready(const std::string& name) {
        auto here = static_cast<double>(room.position(now));
        return tell(name, party::ready, Ready{room.version, room.playback.media_seq, 9000, here});
    }
    Change buffers(const std::string& name, bool on) {
        return tell(name, party::buffering, Buffering{on, {}});
    }
    // Lets time pass; what was to happen in it happens, in its order.
    void wait(Millis span) {
        auto until = now + span;
        while (auto kind = next_alarm(until)) {
            now = std::max(now, alarms_[*kind]);
            alarms_.erase(*kind);
            tick(*kind);
        }
        now = until;
    }
    // Until the last command is carried out everywhere.
    void settle() { wait(std::max<Millis>(0, room.playback.at_server_ms - now)); }

    const std::string& status() const { return room.playback.status; }
    const std::string& status_of(const std::string& name) { return seat(name).member.status; }
    std::vector<std::string> missing() {
        return room.playback.wait ? room.playback.wait->missing : std::vector<std::string>{};
    }
    bool misses(const std::string& name) {
        auto all = missing();
        return std::find(all.begin(), all.end(), id(name)) != all.end();
    }

  private:
    std::optional<std::string> next_alarm(Millis until) {
        std::optional<std::string> first;
        for (const auto& [kind, at] : alarms_) {
            if (at > 0 && at <= until && (!first || at < alarms_[*first])) first = kind;
        }
        return first;
    }

    std::map<std::string, Millis> alarms_;
};

}  // namespace party
