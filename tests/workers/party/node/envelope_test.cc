// What messages look like on the wire.
#include "workers/party/node/envelope.h"

#include <cppunit/extensions/HelperMacros.h>

#include "workers/party/node/buckets.h"

namespace {

using namespace party;

std::string refused(const std::string& text) {
    Incoming message;
    try {
        read_envelope(text, message);
        return "taken";
    } catch (const Failure& failure) {
        std::string said = failure.problem().code;
        for (const auto& detail : failure.details()) {
            said += " " + std::get<std::string>(detail.value);
        }
        return said;
    }
}

class PartyEnvelopeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PartyEnvelopeTest);
    CPPUNIT_TEST(reads_all_members_of_a_message);
    CPPUNIT_TEST(takes_numbers_as_ids);
    CPPUNIT_TEST(refuses_what_is_no_message);
    CPPUNIT_TEST(refuses_what_is_too_deep);
    CPPUNIT_TEST(leaves_out_what_is_no_character);
    CPPUNIT_TEST(knows_the_id_of_a_message_of_no_type);
    CPPUNIT_TEST(writes_events_and_replies);
    CPPUNIT_TEST(lets_a_bucket_fill_again);
    CPPUNIT_TEST_SUITE_END();

    void reads_all_members_of_a_message() {
        Incoming message;
        read_envelope(R"({"type":"party:play","id":"9","cmdId":"c1","data":{"a":1},"more":[]})",
                      message);
        CPPUNIT_ASSERT_EQUAL(std::string{"party:play"}, message.type);
        CPPUNIT_ASSERT_EQUAL(std::string{"9"}, message.id);
        CPPUNIT_ASSERT_EQUAL(std::string{"c1"}, message.command_id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, message.data.find("a")->integer);
    }
    void takes_numbers_as_ids() {
        Incoming message;
        read_envelope(R"({"type":"a","id":17})", message);
        CPPUNIT_ASSERT_EQUAL(std::string{"17"}, message.id);
        CPPUNIT_ASSERT(message.data.kind == JsonValue::Kind::object);
    }
    void refuses_what_is_no_message() {
        for (const char* text :
             {"", "[]", "1", "{", "{\"type\":\"a\"}}", R"({"type":"a","type":"b"})"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string{"bad_json"}, refused(text));
        }
        for (const char* text :
             {"{}", R"({"type":1})", R"({"type":""})", R"({"type":"A"})", R"({"type":"a b"})"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string{"bad_request type"}, refused(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request data"}, refused(R"({"type":"a","data":[]})"));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request id"},
                             refused(R"({"type":"a","id":")" + std::string(37, 'x') + R"("})"));
    }
    void refuses_what_is_too_deep() {
        auto deep = [](int levels) {
            return R"({"type":"a","data":)" + std::string(levels, '[') + std::string(levels, ']') +
                   "}";
        };
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_request data"}, refused(deep(7)));
        CPPUNIT_ASSERT_EQUAL(std::string{"bad_json"}, refused(deep(8)));
    }
    void leaves_out_what_is_no_character() {
        auto text = [](const std::string& json) {
            Incoming message;
            read_envelope(R"({"type":"a","data":{"x":")" + json + R"("}})", message);
            return message.data.find("x")->text;
        };
        CPPUNIT_ASSERT_EQUAL(std::string{"ab"}, text(R"(a\u0000b)"));
        CPPUNIT_ASSERT_EQUAL(std::string{R"(a\u0000)"}, text(R"(\u0000a\\u0000)"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a\U0001f600"}, text(R"(a\ud83d\ud83d\ude00\uDE00)"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a\"b"}, text(R"(\ud83da\"\ud83db)"));
        for (const char* broken : {R"({"type":"\u00)", R"({"type":"\u00\u000000"})", "\\u0000",
                                   R"({"a\u0000":1,"a":2})", R"({"x":"\ud83d)"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(broken, std::string{"bad_json"}, refused(broken));
        }
    }
    void knows_the_id_of_a_message_of_no_type() {
        Incoming message;
        CPPUNIT_ASSERT_THROW(read_envelope(R"({"id":"5"})", message), Failure);
        CPPUNIT_ASSERT_EQUAL(std::string{"5"}, message.id);
    }
    void writes_events_and_replies() {
        CPPUNIT_ASSERT_EQUAL(
            std::string{
                R"({"type":"party:state","room":"r","epoch":"e","ver":3,"ts":7,"data":{"a":1}})"},
            event_text("party:state", "r", "e", 3, 7, R"({"a":1})"));
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"type":"a","id":"1","ok":true,"ts":7,"data":{}})"},
                             reply_text({"a", "1", "", {}}, 7, "{}"));
        CPPUNIT_ASSERT_EQUAL(std::string{R"({"type":"a","ok":true,"ts":7,"data":{}})"},
                             reply_text({"a", "", "", {}}, 7, "{}"));
    }
    void lets_a_bucket_fill_again() {
        Bucket bucket;
        Allowance two{2, 1};
        CPPUNIT_ASSERT(bucket.take(two, 1000) && bucket.take(two, 1000));
        CPPUNIT_ASSERT(!bucket.take(two, 1500));
        CPPUNIT_ASSERT_EQUAL(500.0, bucket.wait(two));
        CPPUNIT_ASSERT(bucket.take(two, 2000));
        CPPUNIT_ASSERT(!bucket.take(two, 2000));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PartyEnvelopeTest);

}  // namespace
