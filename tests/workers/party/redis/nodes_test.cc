// Nodes and their leases, in Redis and as a node sees the others.
#include "workers/party/redis/nodes.h"

#include <cppunit/extensions/HelperMacros.h>

#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"
#include "workers/party/node/clock.h"
#include "workers/party/node/peers.h"

namespace {

using namespace party;
using std::chrono::milliseconds;

// With its own connection.
struct Place {
    Place(Loop& loop, const std::string& address, const std::string& id)
        : link(loop, address), clock(loop, link), peers(loop, link, clock, id, quick) {}
    static constexpr PeerTimes quick{milliseconds{20}, milliseconds{100}, milliseconds{100}};

    RedisLink link;
    ClusterClock clock;
    Peers peers;
};

class PartyNodesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyNodesTest);
    CPPUNIT_TEST(tells_who_is_alive);
    CPPUNIT_TEST(takes_nobody_for_gone_without_redis);
    CPPUNIT_TEST(misses_one_that_has_ended);
    CPPUNIT_TEST(numbers_its_connections);
    CPPUNIT_TEST_SUITE_END();

    const std::string ana_ = "aaaaaaaa", bea_ = "bbbbbbbb";
    std::unique_ptr<RedisServer> server_;
    std::unique_ptr<Loop> loop_;
    std::unique_ptr<Place> here_;

  public:
    void setUp() override {
        server_ = std::make_unique<RedisServer>();
        loop_ = std::make_unique<Loop>();
        here_ = std::make_unique<Place>(*loop_, server_->address(), ana_);
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return here_->link.up(); }));
    }
    void tearDown() override {
        here_.reset();
        loop_.reset();
        server_.reset();
    }

  private:
    NodeIds renew(const std::string& node, Millis now, Millis until) {
        NodeStore store{here_->link};
        return brought<NodeIds>(*loop_, [&](auto done) { store.renew(node, now, until, done); });
    }
    bool is_gone(const std::string& node) { return here_->peers.is_gone(node + "1"); }
    // While `holds` does.
    template <class Condition>
    void wait(milliseconds time, Condition holds) {
        bool over = false;
        auto timer = loop_->after(time, [&] { over = true; });
        CPPUNIT_ASSERT(turn_until(*loop_, [&] {
            CPPUNIT_ASSERT(holds());
            return over;
        }));
    }

    void tells_who_is_alive() {
        auto now = here_->clock.now() + 1'000'000;
        CPPUNIT_ASSERT(renew(bea_, now, now + 100).contains(bea_));
        CPPUNIT_ASSERT((renew("cccccccc", now + 100, now + 300) == NodeIds{bea_, "cccccccc"}));
        CPPUNIT_ASSERT(!renew("cccccccc", now + 101, now + 300).contains(bea_));
    }
    void takes_nobody_for_gone_without_redis() {
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return !here_->link.up(); }));
        wait(milliseconds{300}, [this] { return !is_gone(bea_); });
    }
    void misses_one_that_has_ended() {
        {
            Place there{*loop_, server_->address(), bea_};
            CPPUNIT_ASSERT(turn_until(*loop_, [&] { return there.link.up(); }));
            wait(milliseconds{300},
                 [&] { return !is_gone(bea_) && !there.peers.is_gone(ana_ + "1"); });
        }
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return is_gone(bea_); }));
        CPPUNIT_ASSERT(!is_gone(ana_));
        renew(bea_, here_->clock.now(), here_->clock.now() + 60'000);
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return !is_gone(bea_); }));
    }
    void numbers_its_connections() {
        auto& peers = here_->peers;
        auto one = peers.new_connection(), other = peers.new_connection();
        CPPUNIT_ASSERT(one != other && peers.is_here(one) && !peers.is_here(bea_ + "1"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyNodesTest);

}  // namespace
