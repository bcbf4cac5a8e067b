// The party that a device is in, as long as the room has its seat.
#include "workers/party/redis/places.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/base/uuid.h"
#include "tests/support/redis_server.h"
#include "tests/workers/party/redis/turning.h"

namespace {

using namespace party;

class PartyPlacesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyPlacesTest);
    CPPUNIT_TEST(knows_the_place_of_each_device);
    CPPUNIT_TEST(forgets_a_place_with_its_seat);
    CPPUNIT_TEST_SUITE_END();

    Loop loop_;
    RedisLink link_{loop_, shared_redis()};
    std::string room_ = "party_" + Uuid::make().text();
    Person anna_;

  public:
    void setUp() override {
        anna_.user = Uuid::make().text();
        anna_.profile = "p";
        anna_.device.id = "tv";
        CPPUNIT_ASSERT(turn_until(loop_, [this] { return link_.up(); }));
        asked(loop_, link_, {"HSET", key(), "m:m_1", "{}"});
        remember_place(link_, anna_, room_, "m_1");
    }
    void tearDown() override { asked(loop_, link_, {"DEL", key()}); }

  private:
    std::string key() const { return "p:{" + room_ + "}"; }
    std::string place_of(const Person& person) {
        return brought<std::string>(loop_,
                                    [&](auto done) { find_place(link_, person, std::move(done)); });
    }

    void knows_the_place_of_each_device() {
        CPPUNIT_ASSERT_EQUAL(room_, place_of(anna_));
        for (auto Person::*field : {&Person::user, &Person::profile}) {
            auto other = anna_;
            other.*field = "another";
            CPPUNIT_ASSERT_EQUAL(std::string{}, place_of(other));
        }
        for (const char* device : {"", "phone"}) {
            auto other = anna_;
            other.device.id = device;
            CPPUNIT_ASSERT_EQUAL(std::string{}, place_of(other));
        }
    }
    void forgets_a_place_with_its_seat() {
        asked(loop_, link_, {"HDEL", key(), "m:m_1"});
        CPPUNIT_ASSERT_EQUAL(std::string{}, place_of(anna_));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PartyPlacesTest);

}  // namespace
