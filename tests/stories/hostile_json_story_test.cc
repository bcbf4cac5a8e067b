// Hostile bodies: broken, odd and oversized JSON, and what is none, at every route that reads a
// body.
#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "tests/support/expect.h"
#include "tests/support/unharmed.h"
#include "tests/support/walk.h"

namespace {

std::string deep(int levels) { return std::string(levels, '[') + "1" + std::string(levels, ']'); }

std::vector<std::string> broken_bodies() {
    using namespace std::string_literals;
    return {
        "{",
        "}",
        "{]",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{\"a\":1 \"b\":2}",
        "nul",
        "tru",
        "{\"a\":undefined}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-Infinity}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":0x10}",
        "{\"a\":1e}",
        "{\"a\":1e400}",
        "{\"a\":-1e400}",
        "{\"a\":\"",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"a\":\"b\nc\"}",
        "{\"a\":\"b\tc\"}",
        // Not UTF-8: a lone byte, overlong, a surrogate, beyond the last, cut short.
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\xf4\x90\x80\x80\"}",
        "{\"a\":\"\xe2\x82\"}",
        "\xef\xbb\xbf{}",
        "\xff\xfe{\0}\0"s,
        "{\"a\":\"b\0c\"}"s,
        "{\"a\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{}\0"s,
        // Twice, also when it is written differently.
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"x\":{\"a\":1,\"a\":1}}",
        "{} {}",
        "{}garbage",
        "{}]",
        "/* */{}",
        "{\"a\":1}//",
        "{\"a\":" + deep(40) + "}",
        deep(100'000),
        std::string(50'000, '{'),
        " ",
        "\t\n",
    };
}

// Good JSON, oddly written: as good as any.
std::vector<std::string> odd_bodies() {
    return {
        " \t\r\n{ \"name\" : \"N\" }\n",
        R"({"\u006eame":"N"})",
        R"({"name":"N","unknown":{"a":[1,-0,1e5,1E-5,123456789012345678901234567890]}})",
        R"({"name":"N","unknown":)" + deep(20) + "}",
        R"({"name":"N","NAME":1,"id":"x","user_id":"x","is_default":true,"version":9})",
        R"({"name":"\ud83d\ude00","":null})",
    };
}

class StoryHostileJson : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryHostileJson);
    CPPUNIT_TEST(broken_json_is_refused_everywhere);
    CPPUNIT_TEST(odd_json_is_taken);
    CPPUNIT_TEST(bodies_of_other_kinds_are_refused);
    CPPUNIT_TEST(an_oversized_body_is_refused_in_the_envelope);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        walk_.emplace(world_with());
        unharmed_.emplace(world_with());
    }
    void tearDown() override { unharmed_->check(); }

  private:
    void broken_json_is_refused_everywhere() {
        std::vector<Question> questions;
        for (const auto& operation : walk_->operations()) {
            if (operation.body.kind == JsonValue::Kind::null) continue;
            for (const auto& body : broken_bodies()) {
                questions.push_back(walk_->question(operation, walk_->own(operation), body));
            }
        }
        walk_->ask_all(questions, [](const Question& question, const Answered& answer) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(question, answer), 400, answer.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(question, answer), std::string{"malformed_json"},
                                         answer.code());
        });
    }

    void odd_json_is_taken() {
        for (const auto& body : odd_bodies()) {
            auto created = walk_->viewer.post("/api/v1/profiles", body);
            expect(201, created);
            CPPUNIT_ASSERT(!created.data("profile.is_default").boolean);
            expect(200, walk_->viewer.remove(created.header("Location")));
        }
    }

    void bodies_of_other_kinds_are_refused() {
        for (const auto& body : {"[]", "\"text\"", "1", "null", "true", "[{}]"}) {
            expect_refusal(400, "validation_failed", walk_->viewer.post("/api/v1/profiles", body));
        }
        auto& world = walk_->viewer.world();
        for (const std::string type :
             {"text/plain", "application/xml", "application/x-www-form-urlencoded",
              "multipart/form-data; boundary=x", "application/json-seq", ""}) {
            auto answer = by_hand(world.plain_port(),
                                  "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                                  "Connection: close\r\nContent-Length: 2\r\nContent-Type: " +
                                      type + "\r\n\r\n{}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(type + answer, 415, status_of(answer));
        }
    }

    void an_oversized_body_is_refused_in_the_envelope() {
        auto huge = R"({"name": ")" + std::string(1 << 20, 'a') + "\"}";
        auto refused = walk_->viewer.post("/api/v1/profiles", huge);
        CPPUNIT_ASSERT_EQUAL(413, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"payload_too_large"}, refused.code());
        auto just = R"({"name": ")" + std::string((1 << 20) - 12, 'a') + "\"}";
        expect_refusal(400, "validation_failed", walk_->viewer.post("/api/v1/profiles", just));
    }

    std::optional<Walk> walk_;
    std::optional<Unharmed> unharmed_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryHostileJson);

}  // namespace
