// Two nodes at one Redis, and rooms between them; for tests of redis/rooms.h.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"
#include "workers/party/redis/rooms.h"

namespace party {

class TwoNodes : public CppUnit::TestFixture {
  public:
    void setUp() override {
        server_ = std::make_unique<RedisServer>();
        loop_ = std::make_unique<Loop>();
        ana_ = std::make_unique<Node>(*loop_, server_->address());
        bea_ = std::make_unique<Node>(*loop_, server_->address());
        CPPUNIT_ASSERT(all_up());
    }
    void tearDown() override {
        ana_.reset();
        bea_.reset();
        loop_.reset();
        server_.reset();
    }

  protected:
    static constexpr Millis now = 1'800'000'000'000;

    // A node: its own connection, and what it heard.
    struct Node {
        Node(Loop& loop, const std::string& address)
            : link(loop, address), channels(loop, address, "test", [this](auto, auto text) {
                  heard.push_back(*parse_bulletin(text));
              }) {}
        RedisLink link;
        std::vector<Bulletin> heard;
        RedisChannels channels;
        RoomStore store{link};
    };

    std::unique_ptr<RedisServer> server_;
    std::unique_ptr<Loop> loop_;
    std::unique_ptr<Node> ana_, bea_;
    const std::vector<Event> two_events_{{"party:a", R"({"n":1})"}, {"party:b", R"({"n":2})"}};

    bool all_up() {
        return turn_until(
            *loop_, [this] { return ana_->link.up() && bea_->link.up() && ana_->channels.up(); });
    }
    Applied apply(const Application& wanted) {
        return brought<Applied>(*loop_,
                                [&](auto done) { ana_->store.apply(wanted, std::move(done)); });
    }
    RedisReply one(const RedisCommand& command) { return *asked(*loop_, ana_->link, command); }
    Application making(const std::string& room) const {
        return {.kind = Application::Kind::make, .room = room, .epoch = "e1"};
    }
    Application changing(const std::string& room) const {
        return {.room = room, .events = two_events_};
    }
    // Applied with whole parts, as a node does.
    Room a_room(const std::string& id, std::int64_t version = 0) const {
        Room room;
        room.version = version;
        room.epoch = "e1";
        room.about.id = id;
        room.about.code = "CODE" + id;
        room.about.owner = "owner";
        room.about.created_at = now;
        room.settings.title = "Films | \"and\" \\ more";
        room.settings.visibility = "public";
        room.seats["ana"].member.id = "ana";
        room.seats["ana"].connection = "c1";
        room.seats["bea"].member.id = "bea";
        return room;
    }
    void make(const std::string& room) {
        CPPUNIT_ASSERT(apply(making(room)).kind == Applied::Kind::done);
    }
    std::optional<Room> load(const std::string& id) {
        using Loaded = std::pair<std::optional<Room>, bool>;
        auto loaded = brought<Loaded>(*loop_, [&](auto done) {
            ana_->store.load(id, [done](auto room, bool away) { done({std::move(room), away}); });
        });
        CPPUNIT_ASSERT(!loaded.second);
        return loaded.first;
    }
    MissedEvents missed(const std::string& room, const std::string& epoch, std::int64_t after) {
        return brought<MissedEvents>(
            *loop_, [&](auto done) { ana_->store.events(room, epoch, after, std::move(done)); });
    }
    bool restore(Node& node, const Room& room, const std::string& epoch) {
        return brought<bool>(*loop_, [&](auto done) {
            node.store.restore(room, epoch, std::chrono::seconds{900}, std::move(done));
        });
    }
    void listen(const std::string& room) {
        bool done = false;
        ana_->channels.subscribe(room_channel(room), [&] { done = true; });
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return done; }));
    }
    bool heard(std::size_t bulletins) {
        return turn_until(*loop_, [&] { return ana_->heard.size() == bulletins; });
    }
    std::int64_t stays_for(const std::string& key) { return one({"TTL", key}).integer; }
};

}  // namespace party
