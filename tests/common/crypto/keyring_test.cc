// What a setting with keys may say, and that complaints about it never show a key.
#include "common/crypto/keyring.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "common/crypto/digest.h"

namespace {

const std::string one = base64url(sha256("one"));
const std::string two = base64url(sha256("two"));

class KeyringTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyringTest);
    CPPUNIT_TEST(takes_the_first_key_as_active);
    CPPUNIT_TEST(skips_comments_and_empty_lines);
    CPPUNIT_TEST(refuses_a_text_without_keys);
    CPPUNIT_TEST(refuses_short_keys);
    CPPUNIT_TEST(refuses_broken_lines);
    CPPUNIT_TEST(refuses_an_id_twice);
    CPPUNIT_TEST(refuses_a_key_twice);
    CPPUNIT_TEST(refuses_keys_typed_by_a_person);
    CPPUNIT_TEST_SUITE_END();

    static std::string complaint(const std::string& text) {
        try {
            Keyring{text};
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "none";
    }
    static void assert_refused(const std::string& text, const std::string& start) {
        auto said = complaint(text);
        CPPUNIT_ASSERT_EQUAL(start, said.substr(0, start.size()));
        for (const auto& key : {one, two}) CPPUNIT_ASSERT(said.find(key) == said.npos);
    }

    void takes_the_first_key_as_active() {
        Keyring keys{"2026b " + two + "\n2026a\t" + one + "\n"};
        CPPUNIT_ASSERT_EQUAL(std::string{"2026b"}, keys.active().id);
        CPPUNIT_ASSERT(keys.find("2026a")->value == sha256("one"));
        CPPUNIT_ASSERT(!keys.find("2026c"));
        CPPUNIT_ASSERT(!keys.find(""));
    }
    void skips_comments_and_empty_lines() {
        Keyring keys{"# made in May\r\n\n  a " + one + "  # the first\r\n"};
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, keys.keys().size());
    }
    void refuses_a_text_without_keys() {
        assert_refused("", "no key");
        assert_refused("# a " + one, "no key");
    }
    void refuses_short_keys() {
        assert_refused("a " + one + "\nb " + base64url(random_bytes(31)),
                       "line 2: the key is short");
    }
    void refuses_broken_lines() {
        assert_refused("\na", "line 2: expected");
        assert_refused("../a " + one, "line 1: expected");
        assert_refused("a " + one + "=", "line 1: the key is not base64url");
        assert_refused("a " + one + " " + two, "line 1: the key is not base64url");
    }
    void refuses_an_id_twice() { assert_refused("a " + one + "\na " + two, "line 2: the id"); }
    void refuses_a_key_twice() {
        assert_refused("a " + one + "\nb " + one, "line 2: the key stands");
    }
    void refuses_keys_typed_by_a_person() {
        assert_refused("a " + base64url(Bytes(32, 0)), "line 1: the key is not random");
        assert_refused("a " + base64url(to_bytes("my own secret words, thirty-two of them")),
                       "line 1: the key is not random");
        assert_refused("a exampleexample" + one.substr(14) + "AAAA",
                       "line 1: the key is not random");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyringTest);

}  // namespace
