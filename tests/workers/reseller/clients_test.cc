#include <cppunit/extensions/HelperMacros.h>

#include "tests/workers/reseller/shop.h"

namespace {

using namespace std::string_literals;
using reseller::Shop;

class ResellerClientsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResellerClientsTest);
    CPPUNIT_TEST(lists_by_pages_newest_first);
    CPPUNIT_TEST(finds_by_address_and_name);
    CPPUNIT_TEST(takes_wildcards_for_what_they_are);
    CPPUNIT_TEST(filters_by_status);
    CPPUNIT_TEST(refuses_pages_out_of_range);
    CPPUNIT_TEST(renames);
    CPPUNIT_TEST(suspends_at_once_and_lets_in_again);
    CPPUNIT_TEST(signs_out_whom_it_gives_a_new_password);
    CPPUNIT_TEST(refuses_an_easy_password);
    CPPUNIT_TEST(has_no_hold_on_whom_an_admin_promoted);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        shop_.emplace();
        rok_ = shop_->reseller("rok", 10'000);
    }
    void tearDown() override { shop_.reset(); }

    void lists_by_pages_newest_first() {
        for (const char* one : {"a", "b", "c"}) shop_->added(rok_, one + "@example.com"s);
        auto answer = shop_->get("/clients?limit=2", rok_);
        CPPUNIT_ASSERT_EQUAL("c@example.com"s, answer.text("clients.0.email"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, answer.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, answer.number("pagination.pages"));
        auto last = shop_->get("/clients?limit=2&page=2", rok_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, last.data("clients").list.size());
        CPPUNIT_ASSERT_EQUAL("a@example.com"s, last.text("clients.0.email"));
    }

    void finds_by_address_and_name() {
        shop_->added(rok_, "ada@example.com");
        auto path = shop_->added(rok_, "bob@example.com");
        change(path, R"({"full_name":"Ada's brother"})");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, found("ADA"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, found("brother"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("nobody"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, found(""));
    }

    void takes_wildcards_for_what_they_are() {
        shop_->added(rok_, "a_b@example.com");
        shop_->added(rok_, "axb@example.com");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, found("a_b"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("%25"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("%5C"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, found("'%20or%201=1--"));
    }

    void filters_by_status() {
        auto one = shop_->added(rok_, "a@example.com"), two = shop_->added(rok_, "b@example.com");
        shop_->added(rok_, "c@example.com");
        change(one, R"({"status":"suspended"})");
        shop_->house.db.run(reseller::let_time_pass, Shop::id_in(two), 40);
        for (const char* status : {"active", "suspended", "expired"}) {
            auto answer = shop_->get("/clients?status="s + status, rok_);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, answer.number("pagination.total"));
            CPPUNIT_ASSERT_EQUAL(std::string{status}, answer.text("clients.0.status"));
        }
        CPPUNIT_ASSERT_EQUAL(400, shop_->get("/clients?status=gone", rok_).status);
    }

    void refuses_pages_out_of_range() {
        for (const char* query : {"limit=0", "limit=1001", "page=0", "page=x", "limit=-1"}) {
            CPPUNIT_ASSERT_EQUAL(400, shop_->get("/clients?"s + query, rok_).status);
        }
        CPPUNIT_ASSERT_EQUAL(200, shop_->get("/clients?limit=1000", rok_).status);
    }

    void renames() {
        auto path = shop_->added(rok_, "a@example.com");
        CPPUNIT_ASSERT_EQUAL(
            "New Name"s, change(path, R"({"full_name":" New Name "})").text("client.full_name"));
        CPPUNIT_ASSERT_EQUAL(400, change(path, R"({"full_name":"  "})").status);
        CPPUNIT_ASSERT_EQUAL(400, change(path, R"({"status":"expired"})").status);
    }

    void suspends_at_once_and_lets_in_again() {
        auto client = signed_in("a@example.com");
        CPPUNIT_ASSERT(!revoked(client));
        auto answer = change(path_of(client), R"({"status":"suspended"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL("suspended"s, answer.text("client.status"));
        CPPUNIT_ASSERT(revoked(client));
        CPPUNIT_ASSERT(!shop_->house.db.get<bool>(reseller::session_lives, client.session));
        client.token = shop_->house.token(client, "user", "basic");  // of a sign-in under way
        CPPUNIT_ASSERT(revoked(client));
        CPPUNIT_ASSERT_EQUAL(
            "active"s, change(path_of(client), R"({"status":"active"})").text("client.status"));
        CPPUNIT_ASSERT(revoked(client));  // what was issued before stays over
        client.token = shop_->house.token(client, "user", "basic");
        CPPUNIT_ASSERT(!revoked(client));
    }

    void signs_out_whom_it_gives_a_new_password() {
        auto client = signed_in("a@example.com");
        CPPUNIT_ASSERT_EQUAL(200,
                             change(path_of(client), R"({"password":"gentle-Harbour-9"})").status);
        CPPUNIT_ASSERT(revoked(client));
        CPPUNIT_ASSERT(!shop_->house.db.get<bool>(reseller::session_lives, client.session));
        CPPUNIT_ASSERT(
            shop_->get(path_of(client), rok_).data("client.must_change_password").boolean);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             shop_->house.db.get<std::int64_t>(
                                 reseller::count_letters, "password_changed", "a@example.com"));
    }

    void refuses_an_easy_password() {
        auto path = shop_->added(rok_, "a@example.com");
        for (const char* password : {"short", "password1", "a@example.com"}) {
            CPPUNIT_ASSERT_EQUAL(400, change(path, R"({"password":")"s + password + "\"}").status);
        }
    }

    void has_no_hold_on_whom_an_admin_promoted() {
        auto path = shop_->added(rok_, "a@example.com");
        shop_->house.db.run(reseller::promote, Shop::id_in(path), "admin");
        CPPUNIT_ASSERT_EQUAL(404, change(path, R"({"password":"gentle-Harbour-9"})").status);
        CPPUNIT_ASSERT_EQUAL(404, shop_->get(path, rok_).status);
    }

  private:
    Answered change(const std::string& path, const std::string& body) {
        return shop_->ask(Method::patch, path, body, rok_);
    }
    std::int64_t found(const std::string& search) {
        return shop_->get("/clients?search=" + search, rok_).number("pagination.total");
    }
    static std::string path_of(const Person& person) { return "/clients/" + person.id.text(); }
    Person signed_in(const std::string& email) {
        auto path = shop_->added(rok_, email);
        Person person{Shop::id_in(path), Uuid::make(), {}, email, {}};
        shop_->house.db.run(reseller::open_session, person.session, person.id);
        person.token = shop_->house.token(person, "user", "basic");
        return person;
    }
    // Whether any worker turns the token away. 403 is a client who may come in, but not here.
    bool revoked(const Person& person) { return shop_->get("/dashboard", person).status == 401; }

    std::optional<Shop> shop_;
    Person rok_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResellerClientsTest);

}  // namespace
