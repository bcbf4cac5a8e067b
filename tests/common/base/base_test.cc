// The smallest things: ids, instants, bytes, texts.
#include <cppunit/extensions/HelperMacros.h>

#include <ctime>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/uuid.h"

namespace {

class BaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BaseTest);
    CPPUNIT_TEST(makes_ids_that_sort_by_time);
    CPPUNIT_TEST(reads_ids_strictly);
    CPPUNIT_TEST(spells_instants);
    CPPUNIT_TEST(refuses_instants_that_are_none);
    CPPUNIT_TEST(spells_bytes);
    CPPUNIT_TEST(knows_valid_utf8);
    CPPUNIT_TEST(decodes_percent_escapes);
    CPPUNIT_TEST(knows_addresses);
    CPPUNIT_TEST(takes_urls_apart);
    CPPUNIT_TEST(refuses_urls_that_trick);
    CPPUNIT_TEST_SUITE_END();

    void makes_ids_that_sort_by_time() {
        auto first = Uuid::make();
        for (int i = 0; i < 100; ++i) {
            timespec wait{0, 1'000};
            nanosleep(&wait, nullptr);
            auto next = Uuid::make();
            CPPUNIT_ASSERT(std::exchange(first, next) < next);
        }
        CPPUNIT_ASSERT_EQUAL('7', first.text()[14]);
        CPPUNIT_ASSERT(first == *Uuid::parse(first.text()));
    }

    void reads_ids_strictly() {
        CPPUNIT_ASSERT(Uuid::parse("01938000-0000-7000-8000-00000000000A"));
        for (const char* text :
             {"", "x", "01938000-0000-7000-8000-00000000000", "01938000000070008000000000000001",
              "01938000-0000-7000-8000-00000000000g", "0193800-00000-7000-8000-000000000001",
              "{01938000-0000-7000-8000-000000000001}", "01938000-0000-7000-8000-0000000000011"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !Uuid::parse(text));
        }
    }

    void spells_instants() {
        auto instant = parse_rfc3339("2024-02-29T12:30:05.1239+02:00").value();
        CPPUNIT_ASSERT_EQUAL(std::string{"2024-02-29T10:30:05.123Z"}, rfc3339(instant));
        CPPUNIT_ASSERT_EQUAL(std::string{"2024-01-15T10:30:00.000Z"},
                             rfc3339(*parse_rfc3339("2024-01-15t10:30:00z")));
    }

    void refuses_instants_that_are_none() {
        for (const char* text :
             {"", "2024-01-15", "2024-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
              "2024-01-15T24:00:00Z", "2024-01-15T10:30:00", "2024-01-15T10:30:00.Z",
              "2024-01-15 10:30:00Z", "1999-01-01T00:00:00Z", "2101-01-01T00:00:00Z",
              "2024-01-15T10:30:00+25:00", "2024-01-15T10:30:00Z ", "-024-01-15T10:30:00Z",
              "2024-1-15T10:30:00Z"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parse_rfc3339(text));
        }
    }

    void spells_bytes() {
        CPPUNIT_ASSERT_EQUAL(std::string{"00ff10"}, hex({0, 255, 16}));
        CPPUNIT_ASSERT(!from_hex("0") && !from_hex("0g"));
        // RFC 4648 section 10, without padding
        const std::pair<std::string, std::string> vectors[] = {
            {"", ""}, {"f", "Zg"}, {"fo", "Zm8"}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
        for (const auto& [plain, spelled] : vectors) {
            CPPUNIT_ASSERT_EQUAL(spelled, base64url(to_bytes(plain)));
            CPPUNIT_ASSERT_EQUAL(plain, to_text(*from_base64url(spelled)));
        }
        for (const char* text : {"Z", "Zg==", "Zh", "Zm9+", "Zm 9"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !from_base64url(text));
        }
    }

    void knows_valid_utf8() {
        CPPUNIT_ASSERT(valid_utf8("é😀\xf4\x8f\xbf\xbf"));
        for (const char* text :
             {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "a\x80"}) {
            CPPUNIT_ASSERT(!valid_utf8(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, count_characters("é😀"));
    }

    void decodes_percent_escapes() {
        CPPUNIT_ASSERT_EQUAL(std::string{"a b+é"}, *percent_decode("a%20b%2B%C3%A9"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a b"}, *percent_decode("a+b", true));
        for (const char* text : {"%", "%4", "%zz", "%00", "%ff"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !percent_decode(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"a%20%C3%A9"}, percent_encode("a é"));
    }

    void knows_addresses() {
        for (const char* text : {"a@b.co", "john.doe+tv@mail.example.com"}) {
            CPPUNIT_ASSERT_MESSAGE(text, looks_like_email(text));
        }
        for (const char* text :
             {"", "a", "@b.co", "a@", "a@b", "a@b.", "a@.b.co", "a@b..co", "a b@c.co", "a@b.co\n",
              "a@b@c.co", "a@b.c", "<a@b.co>", "a@-b.co", "a,b@c.co"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !looks_like_email(text));
        }
    }

    void takes_urls_apart() {
        auto url = parse_http_url("HTTP://us%40er:p%3Aw@Example.COM:8080/get.php?a=b").value();
        CPPUNIT_ASSERT_EQUAL(std::string{"http://example.com:8080"}, origin(url));
        CPPUNIT_ASSERT_EQUAL(std::string{"us@er/p:w"}, url.user + "/" + url.password);
        CPPUNIT_ASSERT_EQUAL(std::string{"/get.php?a=b"}, url.path + "?" + url.query);
        CPPUNIT_ASSERT_EQUAL(std::string{"/"}, parse_http_url("https://[2001:db8::1]?x")->path);
    }

    void refuses_urls_that_trick() {
        for (const char* text :
             {"", "javascript:alert(1)", "ftp://x/", "//x/", "http://", "http:///x", "http://a b/",
              "http://a\\b/", "http://a/#x", "http://a:0/", "http://a:65536/", "http://a:x/",
              "http://[::1/", "http://a/\n", "http://%00@a/", "file:///etc/passwd"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parse_http_url(text));
        }
        CPPUNIT_ASSERT(!parse_http_url("http://a/" + std::string(2048, 'x')));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(BaseTest);

}  // namespace
