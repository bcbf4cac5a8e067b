// Sealing again what an older key has sealed.
#include "workers/jobs/key_rotation.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/crypto/keyring.h"
#include "tests/support/house.h"
#include "workers/jobs/key_rotation_sql.h"

namespace {

constexpr Statement insert_playlist{
    "test.insert_playlist",
    "insert into playlists (id, user_id, name, type, url, username_sealed, password_sealed) "
    "values ($1, $2, 'P', 'xtream', 'http://a.example', $3, $4)",
    false};
constexpr Statement find_password{"test.find_password",
                                  "select password_sealed from playlists where id = $1", true};
constexpr Statement set_totp{"test.set_totp", "update users set totp_secret = $2 where id = $1",
                             false};
constexpr Statement find_totp{"test.find_totp", "select totp_secret from users where id = $1",
                              true};
constexpr const Statement* own[] = {&insert_playlist, &find_password, &set_totp, &find_totp};

std::string key_line(const char* id, std::uint8_t seed) {
    Bytes key(32);
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(i * 37 + seed * 11);
    }
    return std::string{id} + " " + base64url(key) + "\n";
}

const SecretBox old_box{Keyring{key_line("1", 1)}};
const SecretBox new_box{Keyring{key_line("2", 2) + key_line("1", 1)}};
const SecretBox bare_box{Keyring{key_line("2", 2)}};

class KeyRotationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyRotationTest);
    CPPUNIT_TEST(seals_everything_with_the_active_key);
    CPPUNIT_TEST(has_nothing_to_do_a_second_time);
    CPPUNIT_TEST(leaves_what_does_not_open);
    CPPUNIT_TEST(works_in_small_batches);
    CPPUNIT_TEST(counts_values_by_key);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;

    Uuid add(const std::string& password, const SecretBox& box = old_box) {
        auto id = Uuid::make();
        auto context = "playlists|" + id.text() + "|";
        house->db.run(insert_playlist, id, house->person("ana").id,
                      box.seal("jane", context + "username"),
                      box.seal(password, context + "password"));
        return id;
    }
    Bytes sealed(const Uuid& id) { return house->db.get<Bytes>(find_password, id); }
    std::optional<std::string> password(const Uuid& id) {
        return bare_box.open(sealed(id), "playlists|" + id.text() + "|password");
    }

  public:
    void setUp() override {
        house.emplace(std::vector{Statements{jobs::sql::key_rotation}, Statements{own}});
    }
    void tearDown() override { house.reset(); }

    void seals_everything_with_the_active_key() {
        auto id = add("s3cret");
        const auto& ana = house->person("ana");
        auto context = "users|" + ana.id.text() + "|totp_secret";
        house->db.run(set_totp, ana.id, old_box.seal("seed", context));
        CPPUNIT_ASSERT(!password(id));
        auto outcome = jobs::KeyRotation{house->db, new_box}.run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, outcome.sealed_again);
        CPPUNIT_ASSERT(outcome.unreadable.empty());
        CPPUNIT_ASSERT_EQUAL(std::string{"s3cret"}, password(id).value());
        CPPUNIT_ASSERT_EQUAL(
            std::string{"seed"},
            bare_box.open(house->db.get<Bytes>(find_totp, ana.id), context).value());
    }
    void has_nothing_to_do_a_second_time() {
        auto id = add("s3cret");
        jobs::KeyRotation rotation{house->db, new_box};
        rotation.run();
        auto before = sealed(id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, rotation.run().sealed_again);
        CPPUNIT_ASSERT(before == sealed(id));
    }
    void leaves_what_does_not_open() {
        const SecretBox lost_box{Keyring{key_line("9", 9)}};
        auto lost = add("lost", lost_box);
        auto kept = add("kept");
        auto before = sealed(lost);
        auto outcome = jobs::KeyRotation{house->db, new_box}.run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, outcome.sealed_again);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, outcome.unreadable.size());
        CPPUNIT_ASSERT_EQUAL("playlists.username_sealed " + lost.text(), outcome.unreadable[0]);
        CPPUNIT_ASSERT(before == sealed(lost));
        CPPUNIT_ASSERT_EQUAL(std::string{"kept"}, password(kept).value());
    }
    void works_in_small_batches() {
        std::vector<Uuid> all;
        for (int i = 0; i < 7; ++i) all.push_back(add("secret " + std::to_string(i)));
        auto outcome = jobs::KeyRotation{house->db, new_box, 2}.run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{14}, outcome.sealed_again);
        for (int i = 0; i < 7; ++i) {
            CPPUNIT_ASSERT_EQUAL("secret " + std::to_string(i), password(all[i]).value());
        }
    }
    void counts_values_by_key() {
        add("old");
        add("new", new_box);
        auto counts = jobs::KeyRotation{house->db, new_box}.count_by_key();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, counts.size());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, counts[0].key_id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, counts[1].key_id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, counts[1].number);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(KeyRotationTest);

}  // namespace
