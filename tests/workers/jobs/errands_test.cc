// What Stripe is told late, with a Stripe that answers what the test says.
#include "workers/jobs/errands.h"

#include <cppunit/extensions/HelperMacros.h>

#include <optional>

#include "common/payments/errands_sql.h"
#include "tests/support/house.h"
#include "tests/support/http_stub.h"
#include "workers/jobs/errands_sql.h"

using namespace std::string_literals;

namespace {

constexpr Statement count_waiting{
    "test.count_waiting", "select count(*) from stripe_errands where done_at is null", true};
constexpr Statement wake{"test.wake", "update stripe_errands set next_try_at = now()", false};
constexpr Statement have_card{
    "test.have_card",
    "with bound as (insert into stripe_customers (customer_id, user_id) values ('cus_1', $1)), "
    "paid as (insert into subscriptions (id, user_id, plan_id, source, status, "
    "stripe_subscription_id, stripe_customer_id) "
    "select gen_random_uuid(), $1, id, 'stripe', 'active', 'sub_1', 'cus_1' from plans "
    "where code = 'basic') "
    "insert into checkout_sessions (id, user_id, kind, credits, form, returns, state, "
    "stripe_session_id, url, calling_until, expires_at) "
    "values (gen_random_uuid(), $1, 'credits', 1, '', '', 'open', 'cs_1', 'u', now(), now())",
    false};
constexpr const Statement* own[] = {&count_waiting, &wake, &have_card};

std::string answer(int status, const std::string& body = "{}") {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class StripeErrandsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StripeErrandsTest);
    CPPUNIT_TEST(end_all_that_somebody_has_at_stripe);
    CPPUNIT_TEST(are_done_once);
    CPPUNIT_TEST(wait_while_stripe_is_away);
    CPPUNIT_TEST(are_content_when_it_is_gone_already);
    CPPUNIT_TEST(stay_when_stripe_declines);
    CPPUNIT_TEST(end_what_was_bought_on_a_page_too_late_to_close);
    CPPUNIT_TEST(leave_out_what_is_no_id);
    CPPUNIT_TEST_SUITE_END();

    std::optional<House> house;
    std::optional<HttpStub> stub;
    std::vector<std::string> asked;
    std::function<std::string(const std::string&)> says;
    std::optional<Stripe> stripe;
    std::optional<jobs::StripeErrands> errands;

  public:
    void setUp() override {
        asked.clear();
        says = [](const std::string&) { return answer(200); };
        stub.emplace([this](const std::string& request) {
            asked.push_back(request.substr(0, request.find(" HTTP")));
            return says(request);
        });
        house.emplace(std::vector<Statements>{errands::sql::all, jobs::sql::errands, own});
        stripe.emplace(StripeOptions{
            .base = stub->url(""), .key = Secret{"sk_test_1"}, .version = "v", .attempts = 1});
        errands.emplace(house->db, *stripe);
    }
    void tearDown() override {
        house.reset();
        stub.reset();
    }

  private:
    std::int64_t waiting() { return house->db.get<std::int64_t>(count_waiting); }
    void do_all() {
        while (errands->run()) continue;
    }
    void leave() {
        const auto& bor = house->person("bor").id;
        house->db.run(have_card, bor);
        Errands{house->db}.take_leave(bor);
    }

    void end_all_that_somebody_has_at_stripe() {
        leave();
        do_all();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, asked.size());
        CPPUNIT_ASSERT_EQUAL("POST /v1/checkout/sessions/cs_1/expire"s, asked[0]);
        CPPUNIT_ASSERT_EQUAL("DELETE /v1/subscriptions/sub_1"s, asked[1]);
        CPPUNIT_ASSERT_EQUAL("DELETE /v1/customers/cus_1"s, asked[2]);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waiting());
    }
    void are_done_once() {
        leave();
        do_all();
        house->db.run(wake);
        do_all();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, asked.size());
    }
    void wait_while_stripe_is_away() {
        Errands{house->db}.archive_price("price_1");
        says = [](const std::string&) { return answer(500); };
        CPPUNIT_ASSERT(!errands->run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, waiting());
        CPPUNIT_ASSERT(!errands->run());  // not yet
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.size());
        house->db.run(wake);
        says = [](const std::string& request) {
            bool well = request.find("active=false") != request.npos &&
                        request.find("Idempotency-Key: errand:") != request.npos;
            return answer(well ? 200 : 400);
        };
        CPPUNIT_ASSERT(errands->run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waiting());
    }
    void are_content_when_it_is_gone_already() {
        leave();
        says = [](const std::string&) {
            return answer(404, R"({"error":{"code":"resource_missing","param":"id"}})");
        };
        do_all();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waiting());
    }
    void stay_when_stripe_declines() {
        Errands{house->db}.archive_price("price_1");
        says = [](const std::string&) { return answer(400, R"({"error":{"code":"oops"}})"); };
        CPPUNIT_ASSERT(!errands->run());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, waiting());
    }
    void end_what_was_bought_on_a_page_too_late_to_close() {
        leave();
        says = [](const std::string& request) {
            if (request.starts_with("POST")) return answer(400, R"({"error":{}})");
            return answer(200, R"({"id":"cs_1","status":"complete","subscription":"sub_2",)"
                               R"("customer":"cus_2"})");
        };
        do_all();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waiting());
        CPPUNIT_ASSERT_EQUAL("DELETE /v1/subscriptions/sub_2"s, asked.at(4));
        CPPUNIT_ASSERT_EQUAL("DELETE /v1/customers/cus_2"s, asked.at(5));
    }
    void leave_out_what_is_no_id() {
        Errands{house->db}.archive_price("price?a=b#c");
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waiting());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeErrandsTest);

}  // namespace
