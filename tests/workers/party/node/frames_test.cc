// Types of messages and their numbers.
#include "workers/party/node/frames.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "workers/party/node/envelope.h"

namespace {

using namespace party;

class PartyFrames : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyFrames);
    CPPUNIT_TEST(have_the_number_of_their_type);
    CPPUNIT_TEST(of_a_type_that_clients_send_have_the_number_that_is_counted_for_it);
    CPPUNIT_TEST(of_no_known_type_are_unknown);
    CPPUNIT_TEST(leave_no_name_twice);
    CPPUNIT_TEST_SUITE_END();

    void have_the_number_of_their_type() {
        CPPUNIT_ASSERT_EQUAL(
            std::string_view{"party:state"},
            name_of(framed(event_text("party:state", "r", "e", 1, 2, "{}"))->number));
        CPPUNIT_ASSERT_EQUAL(std::string_view{"hello"},
                             name_of(framed(word_text("hello", 2, "{}"))->number));
        Incoming play{"party:play", "7", {}, {}};
        CPPUNIT_ASSERT_EQUAL(std::string_view{"party:play"},
                             name_of(framed(reply_text(play, 2, "{}"))->number));
        CPPUNIT_ASSERT_EQUAL(std::string_view{"hb"}, name_of(heartbeat_number));
        auto state = framed(word_text("party:sync", 2, "{}"), Frame::Kind::state, "key");
        CPPUNIT_ASSERT(state->kind == Frame::Kind::state && state->key == "key");
        CPPUNIT_ASSERT_EQUAL(word_text("party:sync", 2, "{}"), state->text);
    }

    void of_a_type_that_clients_send_have_the_number_that_is_counted_for_it() {
        for (const auto& type : all_messages()) {
            CPPUNIT_ASSERT_EQUAL(type.name, name_of(number_of(type)));
            CPPUNIT_ASSERT_EQUAL(int{number_of(type)}, int{number_of(type.name)});
        }
    }

    void of_no_known_type_are_unknown() {
        for (const auto& text : {word_text("party:nonsense", 2, "{}"), word_text("", 2, "{}"),
                                 std::string{}, std::string{"hello"}}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, 0, int{framed(text)->number});
        }
        CPPUNIT_ASSERT_EQUAL(std::string_view{"unknown"}, name_of(0));
        CPPUNIT_ASSERT_EQUAL(std::string_view{"unknown"}, name_of(255));
    }

    void leave_no_name_twice() {
        std::set<std::string_view> names;
        for (int number = 0; number < 255 && (number == 0 || name_of(number) != "unknown");
             ++number)
            CPPUNIT_ASSERT_MESSAGE(std::string{name_of(number)},
                                   names.insert(name_of(number)).second);
        CPPUNIT_ASSERT(names.size() > all_messages().size());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PartyFrames);

}  // namespace
