// Subscriptions from an event loop: confirmed in order, kept over a loss.
#include <cppunit/extensions/HelperMacros.h>

#include <map>

#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"

namespace {

using namespace party;

class PartyRedisChannelsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyRedisChannelsTest);
    CPPUNIT_TEST(receives_what_is_published_after_the_confirmation);
    CPPUNIT_TEST(receives_in_order);
    CPPUNIT_TEST(confirms_again_what_is_subscribed);
    CPPUNIT_TEST(is_silent_after_unsubscribing);
    CPPUNIT_TEST(does_not_confirm_what_was_given_up);
    CPPUNIT_TEST(takes_everything_up_again_after_a_loss);
    CPPUNIT_TEST(takes_up_what_was_wanted_while_redis_was_away);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<RedisServer> server_;
    std::unique_ptr<Loop> loop_;
    std::unique_ptr<RedisLink> link_;
    std::unique_ptr<RedisChannels> channels_;
    std::vector<std::pair<std::string, std::string>> heard_;
    int restored_ = 0;

  public:
    void setUp() override {
        server_ = std::make_unique<RedisServer>();
        loop_ = std::make_unique<Loop>();
        link_ = std::make_unique<RedisLink>(*loop_, server_->address());
        channels_ = std::make_unique<RedisChannels>(
            *loop_, server_->address(), "test",
            [this](auto channel, auto text) { heard_.emplace_back(channel, text); });
        restored_ = 0;
        heard_.clear();
        channels_->on_restored([this] { ++restored_; });
        CPPUNIT_ASSERT(all_stands(1));
    }
    void tearDown() override {
        channels_.reset();
        link_.reset();
        loop_.reset();
        server_.reset();
    }

  private:
    bool all_stands(int restored) {
        return turn_until(*loop_,
                          [&] { return link_->up() && channels_->up() && restored_ == restored; });
    }
    void subscribe(const std::string& channel) {
        bool done = false;
        channels_->subscribe(channel, [&] { done = true; });
        CPPUNIT_ASSERT(!done && turn_until(*loop_, [&] { return done; }));
    }
    std::int64_t publish(const std::string& channel, const std::string& text) {
        return asked(*loop_, *link_, {"PUBLISH", channel, text})->integer;
    }
    bool heard(std::size_t messages) {
        return turn_until(*loop_, [&] { return heard_.size() == messages; });
    }

    void receives_what_is_published_after_the_confirmation() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, publish("a", "too early"));
        subscribe("a");
        std::string odd{"\0\r\n%s", 6};
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, publish("a", odd));
        publish("b", "for others");
        publish("a", "");
        CPPUNIT_ASSERT(heard(2));
        CPPUNIT_ASSERT(heard_[0].first == "a" && heard_[0].second == odd);
        CPPUNIT_ASSERT(heard_[1].second.empty());
    }
    void receives_in_order() {
        subscribe("a");
        for (int i = 0; i < 5000; ++i) link_->ask({"PUBLISH", "a", std::to_string(i)}, {});
        CPPUNIT_ASSERT(heard(5000));
        for (int i = 0; i < 5000; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), heard_[static_cast<std::size_t>(i)].second);
        }
    }
    void confirms_again_what_is_subscribed() {
        subscribe("a");
        subscribe("a");
        publish("a", "once");
        publish("a", "end");
        CPPUNIT_ASSERT(heard(2));
    }
    void is_silent_after_unsubscribing() {
        subscribe("a");
        subscribe("b");
        channels_->unsubscribe("a");
        publish("a", "unheard");
        publish("b", "heard");
        CPPUNIT_ASSERT(heard(1) && heard_[0].first == "b");
        subscribe("a");
        publish("a", "heard");
        CPPUNIT_ASSERT(heard(2));
        channels_->unsubscribe("never subscribed");
    }
    void does_not_confirm_what_was_given_up() {
        std::vector<int> done;
        channels_->subscribe("a", [&] { done.push_back(1); });
        channels_->unsubscribe("a");
        channels_->subscribe("a", [&] { done.push_back(2); });
        channels_->subscribe("b", [&] { done.push_back(3); });
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return done.size() == 2; }));
        CPPUNIT_ASSERT(done[0] == 2 && done[1] == 3);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, publish("a", "x"));
    }
    void takes_everything_up_again_after_a_loss() {
        int done = 0;
        for (int i = 0; i < 2000; ++i) {
            channels_->subscribe("c" + std::to_string(i), [&] { ++done; });
        }
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return done == 2000; }));
        channels_->unsubscribe("c7");
        asked(*loop_, *link_, {"CLIENT", "KILL", "TYPE", "pubsub"});
        CPPUNIT_ASSERT(all_stands(2));
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return !channels_->up() && !link_->up(); }));
        server_->start();
        CPPUNIT_ASSERT(all_stands(3));
        for (int i : {0, 511, 512, 1999}) publish("c" + std::to_string(i), "x");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, publish("c7", "x"));
        CPPUNIT_ASSERT(heard(4));
    }
    void takes_up_what_was_wanted_while_redis_was_away() {
        bool done = false;
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return !channels_->up() && !link_->up(); }));
        channels_->subscribe("a", [&] { done = true; });
        server_->start();
        CPPUNIT_ASSERT(all_stands(2));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, publish("a", "x"));
        CPPUNIT_ASSERT(heard(1) && !done);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRedisChannelsTest);

}  // namespace
