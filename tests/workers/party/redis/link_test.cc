// Redis from an event loop: order, scripts, loss and return.
#include "workers/party/redis/link.h"

#include <arpa/inet.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"

namespace {

using namespace party;
using std::chrono::milliseconds;
using Kind = RedisReply::Kind;

const Script counting{"return redis.call('INCRBY', KEYS[1], ARGV[1])"};

// A port of the loopback device that nobody listens on.
std::string free_port() {
    int one = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    CPPUNIT_ASSERT(bind(one, plain, size) == 0 && getsockname(one, plain, &size) == 0);
    close(one);
    return std::to_string(ntohs(address.sin_port));
}

class PartyRedisLinkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyRedisLinkTest);
    CPPUNIT_TEST(answers_thousands_in_their_order);
    CPPUNIT_TEST(takes_any_bytes_of_any_size);
    CPPUNIT_TEST(reports_a_refused_command_as_a_reply);
    CPPUNIT_TEST(runs_scripts_that_redis_forgot);
    CPPUNIT_TEST(connects_by_tcp);
    CPPUNIT_TEST(never_answers_before_ask_returns);
    CPPUNIT_TEST(answers_by_nothing_while_redis_is_away);
    CPPUNIT_TEST(answers_by_nothing_what_was_lost);
    CPPUNIT_TEST(comes_back_and_tells_of_another_server);
    CPPUNIT_TEST(gives_up_on_a_redis_that_hangs);
    CPPUNIT_TEST(may_go_away_in_an_answer);
    CPPUNIT_TEST(goes_on_after_an_answer_that_throws);
    CPPUNIT_TEST_SUITE_END();

    std::unique_ptr<RedisServer> server_;
    std::unique_ptr<Loop> loop_;
    std::unique_ptr<RedisLink> link_;

  public:
    void setUp() override {
        server_ = std::make_unique<RedisServer>();
        loop_ = std::make_unique<Loop>();
        link_ = std::make_unique<RedisLink>(*loop_, server_->address(), milliseconds{400});
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return link_->up(); }));
    }
    void tearDown() override {
        link_.reset();
        loop_.reset();
        server_.reset();
    }

  private:
    std::optional<RedisReply> one(const RedisCommand& command) {
        return asked(*loop_, *link_, command);
    }

    void answers_thousands_in_their_order() {
        std::vector<std::int64_t> answers;
        for (int i = 0; i < 20'000; ++i) {
            link_->ask({"INCR", "n"}, [&](auto reply) { answers.push_back(reply->integer); });
        }
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answers.size() == 20'000; }));
        for (std::size_t i = 0; i < answers.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(static_cast<std::int64_t>(i + 1), answers[i]);
        }
    }
    void takes_any_bytes_of_any_size() {
        std::string odd{"%s \0\r\n$5\r\n", 10};
        for (auto& text : {odd, std::string{}, std::string(3'000'000, 'x')}) {
            one({"SET", odd, text});
            CPPUNIT_ASSERT(one({"GET", odd})->text == text);
        }
        auto list = one({"MGET", odd, "absent"});
        CPPUNIT_ASSERT(list->kind == Kind::list && list->list[1].kind == Kind::nil);
    }
    void reports_a_refused_command_as_a_reply() {
        CPPUNIT_ASSERT(one({"NONSENSE"})->kind == Kind::error);
        CPPUNIT_ASSERT(link_->up());
    }
    void runs_scripts_that_redis_forgot() {
        std::vector<std::int64_t> answers;
        auto run = [&](const std::string& by) {
            link_->run(counting, {"count"}, {by},
                       [&](auto reply) { answers.push_back(reply->integer); });
        };
        for (int i = 0; i < 3; ++i) run("1");
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answers.size() == 3; }));
        run("1");
        one({"SCRIPT", "FLUSH"});
        run("1");
        run("1");
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answers.size() == 6; }));
        CPPUNIT_ASSERT((answers == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
    }
    void connects_by_tcp() {
        auto port = free_port();
        CPPUNIT_ASSERT_EQUAL(std::string{"OK"}, one({"CONFIG", "SET", "port", port})->text);
        for (auto host : {"127.0.0.1:", "localhost:"}) {
            RedisLink link{*loop_, host + port};
            CPPUNIT_ASSERT(turn_until(*loop_, [&] { return link.up(); }));
            CPPUNIT_ASSERT_EQUAL(std::string{"PONG"}, asked(*loop_, link, {"PING"})->text);
        }
    }
    void never_answers_before_ask_returns() {
        int answers = 0;
        auto count = [&](auto) { ++answers; };
        RedisLink nowhere{*loop_, "/nowhere/redis.sock"}, nobody{*loop_, "127.0.0.1:1"};
        for (auto link : {link_.get(), &nowhere, &nobody}) {
            link->ask({"PING"}, count);
            link->run(counting, {"count"}, {"1"}, count);
        }
        CPPUNIT_ASSERT_EQUAL(0, answers);
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answers == 6; }));
    }
    void answers_by_nothing_while_redis_is_away() {
        server_->kill();
        CPPUNIT_ASSERT(!one({"PING"}));
        CPPUNIT_ASSERT(!link_->up() && !one({"PING"}));
        for (auto address : {"", "/nowhere/redis.sock", "127.0.0.1:1", "127.0.0.1:nonsense"}) {
            RedisLink link{*loop_, address};
            CPPUNIT_ASSERT(!asked(*loop_, link, {"PING"}) && !link.up());
        }
        RedisLink far{*loop_, "/" + std::string(200, 'x')};
        CPPUNIT_ASSERT(!asked(*loop_, far, {"PING"}));
    }
    void answers_by_nothing_what_was_lost() {
        std::vector<int> answers;
        for (int i = 0; i < 3; ++i) {
            link_->ask({"BLPOP", "nothing", "0"}, [&answers, i](auto reply) {
                CPPUNIT_ASSERT(!reply);
                answers.push_back(i);
            });
        }
        loop_->context().run_one_for(milliseconds{20});
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return answers.size() == 3; }));
        CPPUNIT_ASSERT((answers == std::vector<int>{0, 1, 2}));
    }
    void comes_back_and_tells_of_another_server() {
        std::vector<std::string> run_ids;
        RedisLink link{*loop_, server_->address()};
        link.on_connected([&](const std::string& id) { run_ids.push_back(id); });
        auto connected = [&](std::size_t times) {
            return turn_until(*loop_, [&] { return run_ids.size() == times; });
        };
        CPPUNIT_ASSERT(connected(1));
        asked(*loop_, *link_, {"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
        CPPUNIT_ASSERT(connected(2));
        server_->kill();
        server_->start();
        CPPUNIT_ASSERT(connected(3));
        CPPUNIT_ASSERT_EQUAL(std::size_t{40}, run_ids[0].size());
        CPPUNIT_ASSERT_EQUAL(run_ids[0], run_ids[1]);
        CPPUNIT_ASSERT(run_ids[1] != run_ids[2]);
        CPPUNIT_ASSERT_EQUAL(std::string{"PONG"}, asked(*loop_, link, {"PING"})->text);
    }
    void gives_up_on_a_redis_that_hangs() {
        server_->freeze();
        CPPUNIT_ASSERT(!one({"PING"}));
        server_->unfreeze();
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return link_->up(); }));
        CPPUNIT_ASSERT_EQUAL(std::string{"PONG"}, one({"PING"})->text);
    }
    void may_go_away_in_an_answer() {
        int answers = 0;
        auto last = [&](auto) { ++answers, link_.reset(); };
        link_->ask({"PING"}, last);
        link_->ask({"PING"}, last);
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return !link_; }));
        link_ = std::make_unique<RedisLink>(*loop_, server_->address());
        CPPUNIT_ASSERT(turn_until(*loop_, [this] { return link_->up(); }));
        link_->ask({"BLPOP", "nothing", "0"}, last);
        link_->ask({"PING"}, last);
        loop_->context().run_one_for(milliseconds{20});
        server_->kill();
        CPPUNIT_ASSERT(turn_until(*loop_, [&] { return !link_; }));
        turn_until(*loop_, [this, turns = 0]() mutable { return ++turns == 5; });
        CPPUNIT_ASSERT_EQUAL(2, answers);
    }
    void goes_on_after_an_answer_that_throws() {
        int answers = 0;
        for (int i = 0; i < 3; ++i) {
            link_->ask({"PING"}, [&, i](auto) {
                ++answers;
                if (i == 1) throw std::runtime_error("of a bug");
            });
        }
        std::function<void()> stop_at_the_end = [&] {
            answers == 3 ? loop_->stop() : loop_->post(stop_at_the_end);
        };
        loop_->post(stop_at_the_end);
        loop_->context().restart();
        loop_->run();
        CPPUNIT_ASSERT(link_->up());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyRedisLinkTest);

}  // namespace
