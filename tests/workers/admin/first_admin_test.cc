#include "workers/admin/first_admin.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "tests/workers/admin/desk.h"

namespace {

using namespace std::string_literals;
using admin::Desk;

class FirstAdminTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FirstAdminTest);
    CPPUNIT_TEST(makes_an_account_with_the_password_it_reads);
    CPPUNIT_TEST(promotes_who_is_there_and_keeps_the_password);
    CPPUNIT_TEST(refuses_what_is_too_easy);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override { desk_.emplace(); }
    void tearDown() override { desk_.reset(); }

    void makes_an_account_with_the_password_it_reads() {
        CPPUNIT_ASSERT_EQUAL(0, create("root@example.com", "gentle-Harbour-9\nnot read"));
        CPPUNIT_ASSERT_EQUAL("admin active true 1"s, standing("root@example.com"));
        auto hash = desk_->house.db.get<std::string>(admin::password_of, "root@example.com");
        CPPUNIT_ASSERT(cheap_.verify(Secret{"gentle-Harbour-9"}, hash));
        CPPUNIT_ASSERT(said_.find("gentle") == said_.npos);
        desk_->house.person("eva");
        CPPUNIT_ASSERT(desk_->get("/audit?action=admin_created").number("pagination.total") > 0);
    }

    void promotes_who_is_there_and_keeps_the_password() {
        const auto& bor = desk_->house.person("bor");
        CPPUNIT_ASSERT_EQUAL(0, create("BOR@example.com", "gentle-Harbour-9\n"));
        CPPUNIT_ASSERT_EQUAL("admin active true 1"s, standing(bor.email));
        CPPUNIT_ASSERT_EQUAL(""s, desk_->house.db.get<std::string>(admin::password_of, bor.email));
    }

    void refuses_what_is_too_easy() {
        for (const char* password : {"", "short", "password1", "root@example.com"}) {
            CPPUNIT_ASSERT_EQUAL(1, create("root@example.com", password));
        }
        CPPUNIT_ASSERT_EQUAL(2, create("nonsense", "gentle-Harbour-9"));
    }

  private:
    int create(const std::string& email, const std::string& typed) {
        std::istringstream input{typed};
        std::ostringstream output;
        auto status = admin::create_admin(desk_->house.db, cheap_, email, input, output);
        said_ = output.str();
        return status;
    }
    std::string standing(const std::string& email) {
        return desk_->house.db.get<std::string>(admin::standing_of, email);
    }

    std::optional<Desk> desk_;
    Passwords cheap_{{64, 1}};
    std::string said_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FirstAdminTest);

}  // namespace
