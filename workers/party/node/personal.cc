#include "workers/party/node/personal.h"

#include <algorithm>

#include "common/json/read.h"
#include "workers/party/node/devices.h"
#include "workers/party/node/frames.h"
#include "workers/party/node/records.h"
#include "workers/party/node/sessions.h"
#include "workers/party/party_sql.h"

namespace party {

namespace {

constexpr std::chrono::milliseconds patience_with_gaps{100};
// Revocations are told before the commit of what they are about.
constexpr std::chrono::milliseconds until_committed{300};
constexpr std::size_t most_early = 500, most_items = 200;

struct SignedInStill {
    bool suspended = false, stands = false;
    static constexpr auto fields() {
        return std::tuple{Field{"suspended", &SignedInStill::suspended},
                          Field{"stands", &SignedInStill::stands}};
    }
};

std::string text_of(const JsonValue& value, const char* name) {
    const auto* found = value.find(name);
    return found && found->kind == JsonValue::Kind::text ? found->text : std::string{};
}

std::int64_t number_of(const JsonValue& value, const char* name) {
    const auto* found = value.find(name);
    return found ? found->integer : 0;
}

}  // namespace

PersonalStreams::Stream* PersonalStreams::find(const std::string& user) {
    auto at = streams_.find(user);
    return at == streams_.end() ? nullptr : at->second.get();
}

std::vector<Session*> PersonalStreams::here(const std::string& user) const {
    const auto& all = sessions_.of(user);
    return {all.begin(), all.end()};
}

void PersonalStreams::come(Session& session) {
    const auto& user = session.person().user;
    auto& stream = streams_[user];
    if (stream) return;
    stream = std::make_unique<Stream>();
    tools_.channels.subscribe(personal_channel(user), [this, user] { locate(user); });
}

void PersonalStreams::go(Session& session) {
    const auto& user = session.person().user;
    if (!sessions_.of(user).empty() || !streams_.erase(user)) return;
    tools_.channels.unsubscribe(personal_channel(user));
}

// Every channel is subscribed again by now; what was said meanwhile has to be fetched.
void PersonalStreams::reconcile() {
    for (auto& [user, stream] : streams_) {
        if (!stream->loading) locate(user);
    }
}

std::pair<std::string, std::int64_t> PersonalStreams::position(const std::string& user) const {
    auto at = streams_.find(user);
    if (at == streams_.end()) return {};
    return {at->second->epoch, at->second->version};
}

// Order.

void PersonalStreams::locate(const std::string& user) {
    auto* stream = find(user);
    if (!stream) return;
    stream->loading = true;
    tools_.people.position(user, [this, user](const std::string& epoch, std::int64_t version) {
        auto* stream = find(user);
        if (!stream) return;
        stream->loading = false;
        if (epoch.empty()) return;  // Redis is away; reconcile comes
        if (stream->epoch == epoch) {
            if (stream->version < version) return catch_up(user);
        } else {
            auto former = std::exchange(stream->epoch, epoch);
            auto before = std::exchange(stream->version, version);
            if (!former.empty()) tell_lost(user, *stream, before);
        }
        drain(user, *stream);
    });
}

void PersonalStreams::catch_up(const std::string& user) {
    auto* stream = find(user);
    stream->loading = true;
    tools_.people.events(user, stream->epoch, stream->version,
                         [this, user](const MissedEvents& missed) {
                             auto* stream = find(user);
                             if (!stream) return;
                             stream->loading = false;
                             if (!missed.complete) {
                                 // Not all can be told any more: from here on, then.
                                 if (missed.version == 0) return;
                                 auto before = std::exchange(stream->version, missed.version);
                                 tell_lost(user, *stream, before);
                                 return locate(user);
                             }
                             for (const auto& [version, event] : missed.events) {
                                 deliver(user, *stream, event, version);
                             }
                             stream->version = std::max(stream->version, missed.version);
                             drain(user, *stream);
                         });
}

void PersonalStreams::received(const std::string& user, std::string_view text) {
    auto* stream = find(user);
    auto bulletin = stream ? parse_bulletin(text) : std::nullopt;
    if (!bulletin) return;
    for (const auto& word : bulletin->says) hear(user, *stream, word);
    if (bulletin->events.empty() || stream->early.size() >= most_early) return;
    stream->early.push_back(*std::move(bulletin));
    drain(user, *stream);
}

void PersonalStreams::drain(const std::string& user, Stream& stream) {
    if (stream.loading || stream.epoch.empty()) return;
    std::sort(stream.early.begin(), stream.early.end(),
              [](const auto& one, const auto& other) { return one.version < other.version; });
    bool foreign = false;
    auto left = std::exchange(stream.early, {});
    for (auto& bulletin : left) {
        auto first = bulletin.version - static_cast<std::int64_t>(bulletin.events.size());
        if (bulletin.epoch != stream.epoch) {
            foreign = true;
        } else if (first == stream.version) {
            for (const auto& event : bulletin.events) deliver(user, stream, event, ++first);
            stream.version = bulletin.version;
        } else if (first > stream.version) {
            stream.early.push_back(std::move(bulletin));
        }
    }
    if (foreign) return locate(user);
    stream.gap = {};
    if (stream.early.empty()) return;
    stream.gap = tools_.loop.after(patience_with_gaps, [this, user] {
        if (auto* late = find(user); late && !late->loading) catch_up(user);
    });
}

void PersonalStreams::tell_lost(const std::string& user, const Stream& stream,
                                std::int64_t before) {
    auto data = R"({"streams":[{"name":"user","recovered":false,"epoch":")" + stream.epoch +
                R"(","fromVer":)" + std::to_string(before) + R"(,"toVer":)" +
                std::to_string(stream.version) + R"(,"events":null}]})";
    for (auto* session : here(user)) session->say("session:resumed", data);
}

// Delivery.

bool PersonalStreams::concerns(const Session& session, const Event& event) {
    if (event.type != "sync:playback") return true;
    auto data = parse_json(event.data);
    return text_of(data, "profileId") == session.person().profile &&
           text_of(data, "by") != session.person().device.id;
}

void PersonalStreams::deliver(const std::string& user, Stream& stream, const Event& event,
                              std::int64_t version) {
    auto kind = Frame::Kind::event;
    std::string key;
    if (event.type == "sync:playback") {
        auto data = parse_json(event.data);
        auto item = text_of(data, "itemKey");
        note_playback(user, text_of(data, "profileId"), item, number_of(data, "at"),
                      number_of(data, "seq"));
        kind = Frame::Kind::state;
        key = "sync:playback " + item;
    }
    auto frame =
        framed(personal_text(event.type, stream.epoch, version, tools_.clock.now(), event.data),
               kind, key);
    for (auto* session : here(user)) {
        if (concerns(*session, event)) session->send(frame);
    }
    if (event.type == "profile:changed") learn_anew(user);
}

bool PersonalStreams::note_playback(const std::string& user, const std::string& profile,
                                    const std::string& item, std::int64_t at, std::int64_t seq) {
    auto* stream = find(user);
    if (!stream) return true;
    if (stream->newest.size() >= most_items) stream->newest.clear();
    auto& newest = stream->newest[profile + "|" + item];
    std::pair now{at, seq};
    if (now < newest) return false;
    newest = now;
    return true;
}

// Words.

void PersonalStreams::hear(const std::string& user, Stream& stream, const Event& word) {
    if (word.type == "revoked") {
        auto data = parse_json(word.data);
        stream.revoked.push_back({text_of(data, "session"), number_of(data, "issuedBefore")});
        stream.check = tools_.loop.after(until_committed, [this, user] { look_again(user); });
    } else if (word.type == "account") {
        learn_anew(user);
    } else if (!devices_.hear(user, word)) {
        for (auto* session : here(user)) session->say(word.type, word.data);
    }
}

void PersonalStreams::look_again(const std::string& user) {
    auto* stream = find(user);
    if (!stream) return;
    for (const auto& one : std::exchange(stream->revoked, {})) {
        for (auto* session : here(user)) {
            const auto& identity = session->identity();
            bool named = !one.session.empty() && identity.session.text() == one.session;
            bool old = identity.issued.time_since_epoch().count() < one.issued_before;
            if (named || old) judge(*session, named);
        }
    }
}

// Whether the account is suspended, or the sign-in over, or only the token of another time.
void PersonalStreams::judge(Session& session, bool one_session) {
    auto user = Uuid::parse(session.person().user);
    auto found = std::make_shared<std::optional<SignedInStill>>();
    auto end = [self = session.self(), found, one_session](bool well) {
        if (!*self) return;
        auto now = found->value_or(SignedInStill{false, !well});
        if (now.suspended) {
            (*self)->say("account:updated", R"({"suspended":true})");
            return (*self)->close(close_code::suspended, "suspended");
        }
        if (now.stands && !one_session) {
            return (*self)->close(close_code::token_expired, "token_expired");
        }
        (*self)->close(close_code::invalid_token, "signed out");
    };
    bool taken = tools_.records.run(
        tools_.loop,
        [found, user, id = session.identity().session](Database& db) {
            *found = db.find<SignedInStill>(sql::find_standing, *user, id);
        },
        end);
    if (!taken) end(false);
}

// The plan or the profile is another: what this node knows of the person is read again.
void PersonalStreams::learn_anew(const std::string& user) {
    for (auto* session : here(user)) {
        tools_.records.find_person(
            tools_.loop, user, session->person().profile,
            [self = session->self()](std::optional<Person> person, bool away) {
                if (!*self || away) return;
                if (!person) return (*self)->close(close_code::suspended, "suspended");
                // The profile is gone; a new token carries another.
                if (!(*self)->adopt(*person)) {
                    (*self)->close(close_code::token_expired, "token_expired");
                }
            });
    }
}

}  // namespace party
