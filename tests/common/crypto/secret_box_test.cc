// Sealed values: what opens them, what does not, and how keys are changed.
#include "common/crypto/secret_box.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "common/crypto/digest.h"
#include "common/crypto/keyring.h"

namespace {

std::string line(const std::string& id) { return id + " " + base64url(sha256("key " + id)) + "\n"; }

SecretBox box_of(const std::string& text) { return SecretBox{Keyring{text}}; }

class SecretBoxTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretBoxTest);
    CPPUNIT_TEST(opens_what_it_sealed);
    CPPUNIT_TEST(has_the_promised_form);
    CPPUNIT_TEST(seals_differently_each_time);
    CPPUNIT_TEST(does_not_open_in_a_foreign_context);
    CPPUNIT_TEST(notices_every_changed_bit);
    CPPUNIT_TEST(does_not_open_a_shortened_value);
    CPPUNIT_TEST(opens_old_values_after_a_rotation);
    CPPUNIT_TEST(does_not_open_when_the_key_is_retired);
    CPPUNIT_TEST(does_not_open_with_another_key_of_the_same_id);
    CPPUNIT_TEST(derives_the_same_whatever_the_numbered_keys);
    CPPUNIT_TEST(derives_by_purpose);
    CPPUNIT_TEST(refuses_to_derive_without_a_root);
    CPPUNIT_TEST(refuses_ids_that_do_not_fit);
    CPPUNIT_TEST_SUITE_END();

    const SecretBox box = box_of(line("1") + line("root"));
    const std::string place = "playlists|7|password";

    void opens_what_it_sealed() {
        for (const auto& plain : {std::string{}, std::string{"a\0b", 3}, std::string(5000, 'x')}) {
            CPPUNIT_ASSERT(box.open(box.seal(plain, place), place) == plain);
        }
    }
    void has_the_promised_form() {
        auto sealed = box_of(line("258")).seal("four", place);
        CPPUNIT_ASSERT_EQUAL(std::string{"010102"}, hex({sealed.begin(), sealed.begin() + 3}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1 + 2 + 24 + 4 + 16}, sealed.size());
    }
    void seals_differently_each_time() {
        CPPUNIT_ASSERT(box.seal("same", place) != box.seal("same", place));
    }
    void does_not_open_in_a_foreign_context() {
        auto sealed = box.seal("secret", place);
        CPPUNIT_ASSERT(!box.open(sealed, "playlists|8|password"));
        CPPUNIT_ASSERT(!box.open(sealed, ""));
    }
    void notices_every_changed_bit() {
        auto box = box_of(line("1") + line("3") + line("root"));
        auto sealed = box.seal("secret", place);
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            auto changed = sealed;
            changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            CPPUNIT_ASSERT(!box.open(changed, place));
        }
    }
    void does_not_open_a_shortened_value() {
        auto sealed = box.seal("secret", place);
        for (std::size_t size = 0; size < sealed.size(); ++size) {
            CPPUNIT_ASSERT(!box.open({sealed.begin(), sealed.begin() + size}, place));
        }
    }
    void opens_old_values_after_a_rotation() {
        auto old = box.seal("secret", place);
        auto rotated = box_of(line("2") + line("1") + line("root"));
        CPPUNIT_ASSERT(rotated.open(old, place) == "secret");
        CPPUNIT_ASSERT(!rotated.sealed_with_active_key(old));
        CPPUNIT_ASSERT(rotated.sealed_with_active_key(rotated.seal("secret", place)));
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{2}, rotated.active_key_id());
    }
    void does_not_open_when_the_key_is_retired() {
        CPPUNIT_ASSERT(!box_of(line("2")).open(box.seal("secret", place), place));
    }
    void does_not_open_with_another_key_of_the_same_id() {
        auto other = box_of("1 " + base64url(sha256("another")));
        CPPUNIT_ASSERT(!other.open(box.seal("secret", place), place));
    }
    void derives_the_same_whatever_the_numbered_keys() {
        auto rotated = box_of(line("root") + line("9") + line("2"));
        CPPUNIT_ASSERT(rotated.derive("pin") == box.derive("pin"));
        CPPUNIT_ASSERT_EQUAL(std::uint16_t{9}, rotated.active_key_id());
    }
    void derives_by_purpose() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, box.derive("pin").size());
        CPPUNIT_ASSERT(box.derive("pin") != box.derive("refresh"));
    }
    void refuses_to_derive_without_a_root() {
        CPPUNIT_ASSERT_THROW(box_of(line("1")).derive("pin"), std::logic_error);
    }
    void refuses_ids_that_do_not_fit() {
        for (auto id : {"0", "01", "65536", "-1", "2026a", "1.5"}) {
            CPPUNIT_ASSERT_THROW(box_of(line(id)), std::invalid_argument);
        }
        CPPUNIT_ASSERT_THROW(box_of(line("root")), std::invalid_argument);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretBoxTest);

}  // namespace
