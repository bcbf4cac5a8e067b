// What is published about a room, as text.
#include <cppunit/extensions/HelperMacros.h>

#include "workers/party/redis/rooms.h"

namespace {

using namespace party;
using Parts = std::vector<std::pair<std::string, std::string>>;

class PartyBulletinTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyBulletinTest);
    CPPUNIT_TEST(reads_a_change);
    CPPUNIT_TEST(reads_words_without_an_epoch);
    CPPUNIT_TEST(is_nothing_for_other_texts);
    CPPUNIT_TEST(knows_its_channels);
    CPPUNIT_TEST_SUITE_END();

    void reads_a_change() {
        auto bulletin = parse_bulletin(
            R"(9007199254740993|k3f9|1|{"events":[{"type":"a","data":{"t":"|","n":9007199254740993}}],)"
            R"("parts":{"m:x":{"b":[1,2.5,true]},"poll":null}})");
        CPPUNIT_ASSERT(bulletin && bulletin->version == 9007199254740993 &&
                       bulletin->epoch == "k3f9");
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"t":"|","n":9007199254740993})"},
                             bulletin->events[0].data);
        CPPUNIT_ASSERT((bulletin->parts == Parts{{"m:x", R"({"b":[1,2.5,true]})"}, {"poll", ""}}));
    }
    void reads_words_without_an_epoch() {
        auto bulletin = parse_bulletin(R"(0||0|{"say":[{"type":"a","data":null}]})");
        CPPUNIT_ASSERT(bulletin && bulletin->epoch.empty() && bulletin->events.empty());
        CPPUNIT_ASSERT(bulletin->says.size() == 1 && bulletin->says[0].data == "null");
    }
    void is_nothing_for_other_texts() {
        for (auto text :
             {"", "1", "1|e|0", "1|e|0|", "x|e|0|{}", "-1|e|0|{}", "1|e|x|{}", "1|e|1|{}",
              "1|e|0|[]", R"(1|e|0|{"events":[{"type":"a","data":1}]})",
              R"(1|e|1|{"events":[{"type":1,"data":1}]})", R"(1|e|1|{"events":[{"type":"a"}]})",
              R"(1|e|0|{"events":{}})", R"(1|e|0|{"parts":[]})", R"(1|e|0|{"say":1})",
              R"(1|e|0|{"say":[1]})", R"(1|e|0|{"parts":{"a":1})", "1|e|0|{}{}"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parse_bulletin(text));
        }
        CPPUNIT_ASSERT(parse_bulletin("1|e|0|{}"));
    }
    void knows_its_channels() {
        CPPUNIT_ASSERT_EQUAL(std::string{"r"}, room_of_channel(room_channel("r")));
        for (auto channel : {"", "p:{}:c", "p:{r}", "u:{r}:c", "p:{r}:s"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{}, room_of_channel(channel));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyBulletinTest);

}  // namespace
