// What is published about a room, as text.
#include <cppunit/extensions/HelperMacros.h>

#include "workers/party/redis/rooms.h"

namespace {

using namespace party;
using Parts = std::vector<std::pair<std::string, std::string>>;

class PartyBulletinTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyBulletinTest);
    CPPUNIT_TEST(reads_a_change);
    CPPUNIT_TEST(reads_the_words_it_writes);
    CPPUNIT_TEST(is_nothing_for_other_texts);
    CPPUNIT_TEST(leaves_out_what_is_known);
    CPPUNIT_TEST(knows_its_channels);
    CPPUNIT_TEST_SUITE_END();

    void reads_a_change() {
        auto bulletin =
            parse_bulletin(R"(9007199254740993|k3f9|1|0|1:a9:{"t":"|"}3:m:x9:{"b":[1]}4:poll0:)");
        CPPUNIT_ASSERT(bulletin && bulletin->version == 9007199254740993 &&
                       bulletin->epoch == "k3f9");
        CPPUNIT_ASSERT(bulletin->events.size() == 1 && bulletin->events[0].type == "a");
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"t":"|"})"}, bulletin->events[0].data);
        CPPUNIT_ASSERT((bulletin->parts == Parts{{"m:x", R"({"b":[1]})"}, {"poll", ""}}));
    }
    void reads_the_words_it_writes() {
        auto bulletin = parse_bulletin(bulletin_of("e", {{"a", "null"}, {"b", R"("1:|")"}}));
        CPPUNIT_ASSERT(bulletin && bulletin->epoch == "e" && bulletin->events.empty());
        CPPUNIT_ASSERT(bulletin->says.size() == 2 && bulletin->says[1].data == R"("1:|")");
        CPPUNIT_ASSERT(parse_bulletin("0||0|1|1:a2:{}")->epoch.empty());
    }
    void is_nothing_for_other_texts() {
        for (auto text :
             {"", "1", "1|e|0", "1|e|0|", "x|e|0|0|", "-1|e|0|0|", "1|e|x|0|", "1|e|-1|0|",
              "1|e|0|x|", "1|e|1|0|", "1|e|1|0|1:a", "1|e|1|0|1:a3:{}", "1|e|1|0|1:a1:{}",
              "1|e|0|0|1:a", "1|e|0|0|a", "1|e|0|0|-1:a2:{}", "1|e|2|0|1:a2:{}", "1|e|0|0|:"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parse_bulletin(text));
        }
        CPPUNIT_ASSERT(parse_bulletin("1|e|0|0|"));
    }
    void leaves_out_what_is_known() {
        std::string events{"7|e|2|0|1:a2:{}1:b2:{}"}, parts{"7|e|0|0|3:m:x2:{}"};
        CPPUNIT_ASSERT(!parse_news(events, 7, "e") && !parse_news(events, 8, "e"));
        CPPUNIT_ASSERT(parse_news(events, 6, "e") && parse_news(events, 7, "f"));
        CPPUNIT_ASSERT(parse_news(parts, 9, "e") && parse_news("0|e|0|1|1:a2:{}", 9, "e"));
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
