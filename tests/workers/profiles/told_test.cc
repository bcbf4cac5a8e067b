// What the devices of an account hear of its profiles. Real commits, because what is told is told
// after them; Ana is deleted at the end.
#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/listener.h"
#include "tests/workers/profiles/household.h"

namespace {

using profiles::Household;

class ProfilesTold : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProfilesTold);
    CPPUNIT_TEST(tells_of_each_change);
    CPPUNIT_TEST(says_nothing_of_what_was_refused);
    CPPUNIT_TEST(lets_the_party_forget_the_person);
    CPPUNIT_TEST_SUITE_END();

    std::optional<Household> home;
    std::optional<Listener> tv;
    Person ana;

  public:
    void setUp() override {
        home.emplace();
        home->house.db.rollback();  // from here on, what is done is done
        ana = home->person("ana");
        tv.emplace(home->house.redis, ana.id.text());
    }
    void tearDown() override {
        tv.reset();
        home->house.db.run(profiles::forget_person, ana.id);
        home->house.db.begin();
        home.reset();
    }

    void tells_of_each_change() {
        auto kids = home->added(ana, R"({"name":"Kids","parental_pin":"1234"})");
        home->ask(Method::patch, kids, R"({"name":"Children"})", ana);
        home->ask(Method::remove, kids, "", ana);
        auto heard = tv->heard();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, heard.size());
        std::int64_t last = 0;
        for (const auto& event : heard) {
            CPPUNIT_ASSERT_EQUAL(std::string{"profile:changed"}, event.type);
            CPPUNIT_ASSERT_EQUAL(kids, "/" + event.of("changedIds").list.at(0).text);
            CPPUNIT_ASSERT_EQUAL(kids, "/" + event.of("profileId").text);
            CPPUNIT_ASSERT(event.of("rev").integer > last);
            CPPUNIT_ASSERT(event.text.find("1234") == std::string::npos);
            last = event.of("rev").integer;
        }
    }

    void says_nothing_of_what_was_refused() {
        auto own = "/" + ana.profile.text();
        CPPUNIT_ASSERT_EQUAL(409, home->ask(Method::remove, own, "", ana).status);
        CPPUNIT_ASSERT_EQUAL(409, home->add(ana, R"({"name":"ANA"})").status);
        CPPUNIT_ASSERT(tv->heard().empty());
    }

    void lets_the_party_forget_the_person() {
        auto& redis = home->house.redis;
        auto mine = tv->key("who:" + ana.profile.text()), nameless = tv->key("who:-");
        auto other = tv->key("who:" + Uuid::make().text());
        for (const auto& key : {mine, nameless, other}) redis.ask({{"SET", key, "{}", "EX", "60"}});
        home->ask(Method::patch, "/" + ana.profile.text(), R"({"name":"Anna"})", ana);
        auto left = redis.ask({{"EXISTS", mine, nameless}, {"EXISTS", other}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, left->at(0).integer);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, left->at(1).integer);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProfilesTold);

}  // namespace
