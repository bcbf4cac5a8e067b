// Passwords and PINs. The stored strings come from the reference implementation of Argon2.
#include "common/crypto/password.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdio>

#include "common/crypto/digest.h"

namespace {

const HashCost cheap{64, 1};

// What the reference makes of "correct horse", the salt "somesaltsomesalt", 128 KiB and two passes,
// with one, eight and nine lanes.
const std::string of_the_reference =
    "$argon2id$v=19$m=128,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$mMGyWVIfxDw4lCLEvst39j7H4GV4kWjZbW5OUz82B+"
    "I";
const std::string with_eight_lanes =
    "$argon2id$v=19$m=128,t=2,p=8$c29tZXNhbHRzb21lc2FsdA$NXAPTie+3Y+E7DzIvG/JquuQCVgsibg6e+RmUZc1d/"
    "4";
const std::string with_nine_lanes =
    "$argon2id$v=19$m=128,t=2,p=9$c29tZXNhbHRzb21lc2FsdA$X4rUs3whR6WNFQlSAaV0lUFgJ1Hz7BBGM/"
    "Nl74e5vSA";

class PasswordsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordsTest);
    CPPUNIT_TEST(knows_its_password);
    CPPUNIT_TEST(salts_each_hash);
    CPPUNIT_TEST(reads_what_the_reference_wrote);
    CPPUNIT_TEST(tells_every_byte_apart);
    CPPUNIT_TEST(refuses_costs_that_exhaust_the_machine);
    CPPUNIT_TEST(refuses_strings_that_are_no_hash);
    CPPUNIT_TEST(wants_a_new_hash_when_the_cost_changed);
    CPPUNIT_TEST(gives_memory_back);
    CPPUNIT_TEST_SUITE_END();

    const Passwords passwords{cheap};
    const Secret right{"correct horse"};

    void knows_its_password() {
        auto hash = passwords.hash(right);
        CPPUNIT_ASSERT_EQUAL(std::string{"$argon2id$v=19$m=64,t=1,p=1$"}, hash.substr(0, 28));
        CPPUNIT_ASSERT(passwords.verify(right, hash));
        CPPUNIT_ASSERT(!passwords.verify(Secret{"Correct horse"}, hash));
        CPPUNIT_ASSERT(!passwords.verify(Secret{""}, hash));
    }
    void salts_each_hash() { CPPUNIT_ASSERT(passwords.hash(right) != passwords.hash(right)); }
    void reads_what_the_reference_wrote() {
        CPPUNIT_ASSERT(passwords.verify(right, of_the_reference));
        CPPUNIT_ASSERT(passwords.verify(right, with_eight_lanes));
        CPPUNIT_ASSERT(!passwords.verify(Secret{"wrong horse"}, of_the_reference));
    }
    void tells_every_byte_apart() {
        std::string with_nul{"a\0b", 3};
        auto hash = passwords.hash(Secret{with_nul});
        CPPUNIT_ASSERT(passwords.verify(Secret{with_nul}, hash));
        CPPUNIT_ASSERT(!passwords.verify(Secret{"a"}, hash));
    }
    // All of these are right but for what they cost.
    void refuses_costs_that_exhaust_the_machine() {
        CPPUNIT_ASSERT(passwords.verify(right, Passwords({64, 10}).hash(right)));
        CPPUNIT_ASSERT(!passwords.verify(right, Passwords({64, 11}).hash(right)));
        CPPUNIT_ASSERT(passwords.verify(right, Passwords({128 * 1024, 1}).hash(right)));
        CPPUNIT_ASSERT(!passwords.verify(right, Passwords({128 * 1024 + 1, 1}).hash(right)));
        CPPUNIT_ASSERT(!passwords.verify(right, with_nine_lanes));
    }
    void refuses_strings_that_are_no_hash() {
        auto hash = passwords.hash(right);
        for (const auto& stored :
             {std::string{}, std::string{"correct horse"}, hash + "A", hash + "$", hash + "$AAAA",
              hash.substr(0, hash.size() - 1), "$argon2i" + hash.substr(9),
              std::string{"$2b$12$abcdefghijklmnopqrstuv"}, hash + std::string(200, 'A')}) {
            CPPUNIT_ASSERT(!passwords.verify(right, stored));
        }
    }
    void wants_a_new_hash_when_the_cost_changed() {
        auto hash = passwords.hash(right);
        CPPUNIT_ASSERT(!passwords.needs_rehash(hash));
        CPPUNIT_ASSERT(Passwords({128, 1}).needs_rehash(hash));
        CPPUNIT_ASSERT(Passwords({64, 2}).needs_rehash(hash));
        CPPUNIT_ASSERT(passwords.needs_rehash(with_eight_lanes));
        CPPUNIT_ASSERT(passwords.needs_rehash("nothing"));
    }
    static long resident_pages() {
        long size = 0, resident = 0;
        auto file = std::fopen("/proc/self/statm", "r");
        CPPUNIT_ASSERT_EQUAL(2, std::fscanf(file, "%ld %ld", &size, &resident));
        std::fclose(file);
        return resident;
    }
    void gives_memory_back() {
        Passwords real{HashCost{}};
        real.spend(right);
        auto before = resident_pages();
        for (int i = 0; i < 3; ++i) real.spend(right);
        CPPUNIT_ASSERT(resident_pages() - before < 1024);  // 4 MiB, of the 19 that a hash takes
    }
};

class PinsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PinsTest);
    CPPUNIT_TEST(knows_its_pin);
    CPPUNIT_TEST(binds_a_pin_to_its_profile);
    CPPUNIT_TEST(is_worth_nothing_without_the_pepper);
    CPPUNIT_TEST_SUITE_END();

    const Pins pins{sha256("pepper"), cheap};
    const Uuid kid = Uuid::make();
    const Secret pin{"4071"};

    void knows_its_pin() {
        auto hash = pins.hash(kid, pin);
        CPPUNIT_ASSERT(pins.verify(kid, pin, hash));
        CPPUNIT_ASSERT(!pins.verify(kid, Secret{"4072"}, hash));
    }
    void binds_a_pin_to_its_profile() {
        CPPUNIT_ASSERT(!pins.verify(Uuid::make(), pin, pins.hash(kid, pin)));
    }
    void is_worth_nothing_without_the_pepper() {
        auto hash = pins.hash(kid, pin);
        CPPUNIT_ASSERT(!Pins(sha256("salt"), cheap).verify(kid, pin, hash));
        CPPUNIT_ASSERT(!Passwords{cheap}.verify(pin, hash));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasswordsTest);
CPPUNIT_TEST_SUITE_REGISTRATION(PinsTest);

}  // namespace
