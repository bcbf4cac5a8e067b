#include "workers/party/node/greeting.h"

#include "common/json/read.h"

namespace party {

namespace {

// What a client needs to come back as who it was.
struct Resumption {
    std::string session, user, device, connection;
    static constexpr auto fields() {
        return std::tuple{Field{"s", &Resumption::session}, Field{"u", &Resumption::user},
                          Field{"d", &Resumption::device}, Field{"c", &Resumption::connection}};
    }
};

constexpr const char* resumption_context = "party|resume";

struct HelloUser {
    std::string id, profile, name;
    bool kids = false;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &HelloUser::id}, Field{"profileId", &HelloUser::profile},
                          Field{"name", &HelloUser::name}, Field{"kids", &HelloUser::kids}};
    }
};

struct HelloRates {
    std::int64_t frames_per_s = 20, chat_burst = 5, transport_per_s = 2;
    static constexpr auto fields() {
        return std::tuple{Field{"framesPerSec", &HelloRates::frames_per_s},
                          Field{"chatBurst", &HelloRates::chat_burst},
                          Field{"transportPerSec", &HelloRates::transport_per_s}};
    }
};

struct HelloLimits {
    std::int64_t frame = 16'384, chat = 500;
    HelloRates rates;
    static constexpr auto fields() {
        return std::tuple{Field{"frame", &HelloLimits::frame}, Field{"chat", &HelloLimits::chat},
                          Field{"rates", &HelloLimits::rates}};
    }
};

struct HelloParty {
    std::string room;
    static constexpr auto fields() { return std::tuple{Field{"roomId", &HelloParty::room}}; }
};

struct Hello {
    std::string connection, session, resume_token;
    HelloUser user;
    Millis server_time = 0;
    std::string node;
    std::int64_t protocol = 1;
    std::vector<std::string> features{"state", "ready", "resume", "personal"};
    HelloLimits limits;
    std::int64_t heartbeat = 25'000;
    std::optional<HelloParty> party;
    static constexpr auto fields() {
        return std::tuple{Field{"connId", &Hello::connection},
                          Field{"sessionId", &Hello::session},
                          Field{"resumeToken", &Hello::resume_token},
                          Field{"user", &Hello::user},
                          Field{"serverTimeMs", &Hello::server_time},
                          Field{"node", &Hello::node},
                          Field{"protocol", &Hello::protocol},
                          Field{"features", &Hello::features},
                          Field{"limits", &Hello::limits},
                          Field{"heartbeatMs", &Hello::heartbeat},
                          Field{"party", &Hello::party}};
    }
};

std::string resume_token(const Person& person, const std::string& session, const SecretBox& box) {
    auto text =
        Change::json_of(Resumption{session, person.user, person.device.id, person.connection});
    return base64url(box.seal(text, resumption_context));
}

}  // namespace

std::string hello(const Person& person, const std::string& session, const std::string& room,
                  const std::string& node, Millis now, const SecretBox& box) {
    Hello hello;
    hello.connection = person.connection;
    hello.session = session;
    hello.resume_token = resume_token(person, session, box);
    hello.user = {person.user, person.profile, person.name, person.kids};
    hello.server_time = now;
    hello.node = node;
    if (!room.empty()) hello.party = HelloParty{room};
    return Change::json_of(hello);
}

std::optional<std::string> resumed_device(const std::string& token, const std::string& session,
                                          const std::string& user, const SecretBox& box) {
    auto sealed = from_base64url(token);
    auto text = sealed ? box.open(*sealed, resumption_context) : std::nullopt;
    if (!text) return std::nullopt;
    auto former = read_body<Resumption>(*text);
    if (former.session != session || former.user != user) return std::nullopt;
    return former.device;
}

}  // namespace party
