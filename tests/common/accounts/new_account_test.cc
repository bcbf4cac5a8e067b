#include "common/accounts/new_account.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/accounts/new_account_sql.h"
#include "tests/support/house.h"

namespace {

constexpr Statement describe{
    "new_account_test.describe",
    "select concat_ws(' | ', email, full_name, role, language, (trial_ends_at > now())::text, "
    "(trial_used_at is not null)::text, must_change_password::text, (parent_reseller_id is not "
    "null)::text, "
    "credits_balance) from users where id = $1",
    true};
constexpr Statement profile_of{"new_account_test.profile_of",
                               "select name from profiles join sync_versions using (user_id) where "
                               "user_id = $1 and is_default "
                               "and profiles.version = sync_versions.version",
                               true};
constexpr const Statement* own[] = {&describe, &profile_of};

class NewAccountTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NewAccountTest);
    CPPUNIT_TEST(opens_with_a_trial_and_a_profile);
    CPPUNIT_TEST(gives_no_trial_to_who_is_paid_for);
    CPPUNIT_TEST(gives_an_address_once);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        house_.emplace(std::vector<Statements>{new_account::sql::all, own});
        accounts_.emplace(house_->db);
    }
    void tearDown() override { house_.reset(); }

    void opens_with_a_trial_and_a_profile() {
        auto id = Uuid::make();
        accounts_->open({id, "Zoe@Example.com", "hash", "  Zoe  ", *find_language("fr"), 14});
        CPPUNIT_ASSERT_EQUAL(
            std::string{"zoe@example.com | Zoe | user | fr | true | true | false | false | 0"},
            house_->db.get<std::string>(describe, id));
        CPPUNIT_ASSERT_EQUAL(std::string{"Mon profil"},
                             house_->db.get<std::string>(profile_of, id));
    }

    void gives_no_trial_to_who_is_paid_for() {
        auto id = Uuid::make();
        accounts_->open({.id = id,
                         .email = "zoe@example.com",
                         .password_hash = "hash",
                         .full_name = "Zoe",
                         .reseller = house_->person("rok").id});
        CPPUNIT_ASSERT_EQUAL(
            std::string{"zoe@example.com | Zoe | user | en | true | true | true | 0"},
            house_->db.get<std::string>(describe, id));
    }

    void gives_an_address_once() {
        house_->person("ana");
        try {
            accounts_->open({Uuid::make(), "ANA@example.com", "hash", "Ana"});
            CPPUNIT_FAIL("the address was given twice");
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT_EQUAL(std::string{"email_taken"}, std::string{failure.problem().code});
        }
    }

  private:
    std::optional<House> house_;
    std::optional<Accounts> accounts_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(NewAccountTest);

}  // namespace
