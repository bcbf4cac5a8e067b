// One-time codes against RFC 6238 appendix B (whose eight digits end in our six), base32 against
// RFC 4648.
#include "common/crypto/totp.h"

#include <cppunit/extensions/HelperMacros.h>

#include <utility>

namespace {

const Bytes secret = to_bytes("12345678901234567890");

class TotpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TotpTest);
    CPPUNIT_TEST(makes_the_codes_of_rfc_6238);
    CPPUNIT_TEST(takes_the_neighbouring_steps_and_says_which);
    CPPUNIT_TEST(refuses_other_codes);
    CPPUNIT_TEST(writes_the_base32_of_rfc_4648);
    CPPUNIT_TEST(reads_base32_as_people_type_it);
    CPPUNIT_TEST(refuses_other_alphabets);
    CPPUNIT_TEST(writes_the_uri_that_apps_read);
    CPPUNIT_TEST_SUITE_END();

    void makes_the_codes_of_rfc_6238() {
        for (auto [second, code] : {std::pair{59L, "287082"},
                                    {1111111109L, "081804"},
                                    {1111111111L, "050471"},
                                    {1234567890L, "005924"},
                                    {2000000000L, "279037"},
                                    {20000000000L, "353130"}}) {
            CPPUNIT_ASSERT_EQUAL(std::string{code},
                                 totp_code(secret, totp_step(from_unix(second))));
        }
    }
    void takes_the_neighbouring_steps_and_says_which() {
        auto now = from_unix(1111111109);
        auto step = totp_step(now);
        for (auto one : {step - 1, step, step + 1}) {
            CPPUNIT_ASSERT(match_totp(secret, totp_code(secret, one), now) == one);
        }
        CPPUNIT_ASSERT(!match_totp(secret, totp_code(secret, step - 2), now));
        CPPUNIT_ASSERT(!match_totp(secret, totp_code(secret, step + 2), now));
    }
    void refuses_other_codes() {
        auto now = from_unix(1111111109);
        for (auto code : {"", "81804", "0081804", "081804 ", "O81804"}) {
            CPPUNIT_ASSERT(!match_totp(secret, code, now));
        }
        CPPUNIT_ASSERT(!match_totp(to_bytes("another secret"), "081804", now));
    }
    void writes_the_base32_of_rfc_4648() {
        for (auto [text, encoded] : {std::pair{"", ""},
                                     {"f", "MY"},
                                     {"fo", "MZXQ"},
                                     {"foo", "MZXW6"},
                                     {"foob", "MZXW6YQ"},
                                     {"fooba", "MZXW6YTB"},
                                     {"foobar", "MZXW6YTBOI"}}) {
            CPPUNIT_ASSERT_EQUAL(std::string{encoded}, base32(to_bytes(text)));
            CPPUNIT_ASSERT(from_base32(encoded) == to_bytes(text));
        }
    }
    void reads_base32_as_people_type_it() {
        CPPUNIT_ASSERT(from_base32("mzxw 6ytb-oi======") == to_bytes("foobar"));
    }
    void refuses_other_alphabets() {
        for (auto text : {"MZXW1", "MZ=XQ", "MZX8", "MZX\xc3\xa9"}) {
            CPPUNIT_ASSERT(!from_base32(text));
        }
    }
    void writes_the_uri_that_apps_read() {
        CPPUNIT_ASSERT_EQUAL(
            std::string{"otpauth://totp/SyncStream%20TV:ann%40example.org?secret="
                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=SyncStream%20TV&algorithm=SHA1&"
                        "digits=6&period=30"},
            totp_uri("SyncStream TV", "ann@example.org", secret));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TotpTest);

}  // namespace
