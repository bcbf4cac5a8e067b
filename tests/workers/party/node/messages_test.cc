// The table of messages as a whole.
#include "workers/party/node/messages.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <set>
#include <string>

#include "workers/party/room/problems.h"

namespace {

using namespace party;

class PartyMessagesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyMessagesTest);
    CPPUNIT_TEST(each_type_has_a_name_of_its_own_that_fits_the_wire);
    CPPUNIT_TEST(types_are_found_by_name);
    CPPUNIT_TEST(refusals_have_words_in_every_language);
    CPPUNIT_TEST_SUITE_END();

    void each_type_has_a_name_of_its_own_that_fits_the_wire() {
        std::set<std::string_view> names;
        for (const auto& type : all_messages()) {
            CPPUNIT_ASSERT_MESSAGE(std::string(type.name), names.insert(type.name).second);
            Incoming message;
            read_envelope(R"({"type":")" + std::string(type.name) + R"("})", message);
            CPPUNIT_ASSERT_EQUAL(std::string(type.name), message.type);
        }
    }
    void types_are_found_by_name() {
        for (const auto& type : all_messages()) CPPUNIT_ASSERT(find_message(type.name) == &type);
        CPPUNIT_ASSERT(!find_message("party:nonsense") && !find_message(""));
    }
    void refusals_have_words_in_every_language() {
        auto messages = Messages::load(std::getenv("MESSAGES_FOLDER"));
        for (const Problem* problem : {&bad_json,
                                       &bad_request,
                                       &unknown_type,
                                       &plan_required,
                                       &room_not_found,
                                       &room_ended,
                                       &room_full,
                                       &room_locked,
                                       &bad_code,
                                       &password_required,
                                       &approval_pending,
                                       &approval_denied,
                                       &banned,
                                       &not_in_room,
                                       &not_allowed,
                                       &target_not_found,
                                       &stale_version,
                                       &no_media,
                                       &bad_position,
                                       &media_not_allowed,
                                       &unsupported_for_live,
                                       &chat_disabled,
                                       &muted,
                                       &slow_mode,
                                       &message_rejected,
                                       &message_not_found,
                                       &queue_full,
                                       &duplicate,
                                       &rate_limited,
                                       &unavailable,
                                       &internal,
                                       &forbidden,
                                       &unauthenticated}) {
            for (LanguageId language = 0; language < language_count; ++language) {
                CPPUNIT_ASSERT_MESSAGE(
                    std::string(problem->key()) + " in " + languages()[language].code,
                    messages.has(language, problem->key()));
            }
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PartyMessagesTest);

}  // namespace
