// Signatures of webhooks, against vectors that Stripe's own library and the openssl program agree
// on.
#include "common/stripe/signature.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

const std::string secret = "whsec_test_secret";
const std::string body = R"({"id":"evt_test_webhook","object":"event"})";
const std::string good = "d95c6b7477fbd7e9f90b1b0ef5f9c7ac25abca5382460e0d988c2b2a5b71b990";
const std::string rotated = "e2bff083fec7577d1157ff09cbdb4504baf653937eef5e4dad80ea63dbcf65e3";
const std::string T = "1700000000";
constexpr std::int64_t signed_at = 1'700'000'000;

bool holds(const std::string& header, const std::string& text = body, std::int64_t now = signed_at,
           std::vector<std::string> keys = {secret}) {
    std::vector<Secret> secrets;
    for (auto& key : keys) secrets.emplace_back(key);
    return stripe::signed_by(header, text, secrets, from_unix(now));
}

class StripeSignature : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StripeSignature);
    CPPUNIT_TEST(knows_the_vectors);
    CPPUNIT_TEST(takes_any_of_several_signatures);
    CPPUNIT_TEST(takes_any_of_several_secrets);
    CPPUNIT_TEST(refuses_what_is_not_signed_by_v1);
    CPPUNIT_TEST(refuses_headers_that_are_not_exact);
    CPPUNIT_TEST(holds_for_five_minutes_to_either_side);
    CPPUNIT_TEST(refuses_another_body_or_secret);
    CPPUNIT_TEST(signs_what_it_takes);
    CPPUNIT_TEST_SUITE_END();

    void knows_the_vectors() {
        struct Vector {
            std::string key, text, signature;
            std::int64_t at;
        };
        const Vector vectors[] = {
            {secret, body, good, signed_at},
            {secret, "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}",
             "4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150", signed_at},
            {secret, "{\"id\":\"evt_1\",\"object\":\"event\",\"note\":\"é€😀\"}",
             "1d0b00b34d3f26d0277709117841ccc4521a918da7ebcc0c56756146cb32b4b0", signed_at},
            {"whsec_rotated_secret", body, rotated, signed_at},
            {"whsec_abc", "{}", "07301c55760783275ad3b893a15abe1d07b70c8e96b12a204061b23840f0b05b",
             1},
            {secret, body + "\n",
             "9923dc73ef0f23463036fb372b5147b2f5e67af0825716e08d96bde06e95f1a8", signed_at}};
        for (const auto& one : vectors) {
            auto header = "t=" + std::to_string(one.at) + ",v1=" + one.signature;
            CPPUNIT_ASSERT_MESSAGE(one.text, holds(header, one.text, one.at, {one.key}));
        }
    }
    void takes_any_of_several_signatures() {
        auto bad = std::string(64, '0');
        for (const auto& header :
             {"t=" + T + ",v1=" + rotated + ",v1=" + good, "t=" + T + ",v1=" + good + ",v1=" + bad,
              "t=" + T + ",v1=" + good + ",v0=x", "v1=" + good + ",t=" + T}) {
            CPPUNIT_ASSERT_MESSAGE(header, holds(header));
        }
        std::string many = "t=" + T;
        for (int i = 0; i < 8; ++i) many += ",v1=" + bad;
        CPPUNIT_ASSERT(!holds(many + ",v1=" + good));
    }
    void takes_any_of_several_secrets() {
        auto header = "t=" + T + ",v1=" + good;
        CPPUNIT_ASSERT(holds(header, body, signed_at, {"whsec_new", secret}));
        CPPUNIT_ASSERT(!holds(header, body, signed_at, {"whsec_new", "whsec_old"}));
        CPPUNIT_ASSERT(!holds(header, body, signed_at, {}));
    }
    void refuses_what_is_not_signed_by_v1() {
        for (const auto& header :
             {"t=" + T + ",v0=" + good, "v1=" + good, "t=" + T, std::string{}}) {
            CPPUNIT_ASSERT_MESSAGE(header, !holds(header));
        }
    }
    void refuses_headers_that_are_not_exact() {
        auto upper = good;
        for (auto& c : upper) c = static_cast<char>(std::toupper(c));
        for (const auto& header :
             {"t=abc,v1=" + good, "t=1,t=" + T + ",v1=" + good, "t=" + T + ", v1=" + good,
              "t=" + T + ",v1=" + upper, "t=" + T + ",v1=" + good.substr(1),
              "t=0" + T + ",v1=" + good, "t=" + T + "abc,v1=" + good, "t=+" + T + ",v1=" + good,
              "t=-1,v1=" + good, "t=1700000000000,v1=" + good, "t=" + T + ",,v1=" + good,
              "t=" + T + ",v1=" + good + "," + std::string(4096, 'x') + "=1"}) {
            CPPUNIT_ASSERT_MESSAGE(header, !holds(header));
        }
    }
    void holds_for_five_minutes_to_either_side() {
        auto header = "t=" + T + ",v1=" + good;
        for (int age : {-300, 0, 300}) CPPUNIT_ASSERT(holds(header, body, signed_at + age));
        for (int age : {-10'000, -301, 301, 86'400}) {
            CPPUNIT_ASSERT(!holds(header, body, signed_at + age));
        }
    }
    void refuses_another_body_or_secret() {
        auto header = "t=" + T + ",v1=" + good;
        CPPUNIT_ASSERT(!holds(header, body + " "));
        CPPUNIT_ASSERT(!holds(header, body, signed_at, {"test_secret"}));
        CPPUNIT_ASSERT(!holds("t=1700000001,v1=" + good));
    }
    void signs_what_it_takes() {
        CPPUNIT_ASSERT_EQUAL("t=" + T + ",v1=" + good,
                             stripe::sign(body, Secret{secret}, from_unix(signed_at)));
        auto strange = std::string{"\0\xff\n", 3};
        CPPUNIT_ASSERT(holds(stripe::sign(strange, Secret{secret}, from_unix(signed_at)), strange));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeSignature);

}  // namespace
