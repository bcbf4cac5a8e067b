// Subscriptions that end and go on, and customers who are not at Stripe any more.
#include "tests/workers/billing/till.h"

namespace {

using namespace till;

class EndingTest : public Fixture {
    CPPUNIT_TEST_SUITE(EndingTest);
    CPPUNIT_TEST(cancels_and_resumes);
    CPPUNIT_TEST(resumes_what_was_to_end_at_a_time);
    CPPUNIT_TEST(answers_what_is_true_within_a_second);
    CPPUNIT_TEST(begins_anew_when_the_customer_is_gone);
    CPPUNIT_TEST(opens_the_portal_when_the_customer_is_gone);
    CPPUNIT_TEST_SUITE_END();

    void cancels_and_resumes() {
        auto life = subscribed();
        life.cancels = true;
        says = [body = life.subscription()](const std::string&) { return answer(200, body); };
        auto canceled = post("cancel");
        CPPUNIT_ASSERT(canceled.data("subscription.cancel_at_period_end").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, canceled.text("plan.code"));
        CPPUNIT_ASSERT(has(0, "cancel_at_period_end=true"));
        post("cancel");  // what we know may be older than what Stripe does
        CPPUNIT_ASSERT(has(1, "cancel_at_period_end=true"));
        life.cancels = false;
        says = [body = life.subscription()](const std::string&) { return answer(200, body); };
        auto resumed = post("resume");
        CPPUNIT_ASSERT(!resumed.data("subscription.cancel_at_period_end").boolean);
        CPPUNIT_ASSERT(has(2, "cancel_at_period_end=false"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, asked.size());
    }
    void resumes_what_was_to_end_at_a_time() {
        auto life = subscribed();
        says = [&](const std::string& request) {
            auto body = life.subscription();
            if (request.find("cancel_at=") == request.npos) {
                body.insert(1, R"("cancel_at":)" + std::to_string(life.period_end) + ",");
                body.erase(body.find(R"("cancel_at":null,)"), 17);
            }
            return answer(200, body);
        };
        auto resumed = post("resume");
        CPPUNIT_ASSERT(!resumed.data("subscription.cancel_at_period_end").boolean);
        CPPUNIT_ASSERT(has(0, "cancel_at_period_end=false"));
        CPPUNIT_ASSERT(asked.at(1).ends_with("cancel_at="));
        CPPUNIT_ASSERT(after(asked[0], "Idempotency-Key") != after(asked[1], "Idempotency-Key"));
    }
    // Canceled and resumed in one second; the events of both come late, the older one first.
    void answers_what_is_true_within_a_second() {
        auto life = subscribed();
        auto date = [](const std::string& body) {
            auto dated = answer(200, body);
            return dated.insert(dated.find("Content-Length"),
                                "Date: Sat, 21 Nov 2099 05:20:48 GMT\r\n");
        };
        auto told = [&](bool wanted) {
            life.now = 4'098'921'648;
            life.set_cancels(wanted);
            auto key = after(asked.back(), "Idempotency-Key: ").substr(17);
            auto event = life.events.back();
            event.insert(1, R"("request":{"id":"req_1","idempotency_key":")" + key + "\"},");
            return event;
        };
        says = [&](const std::string& request) {
            auto then = life;
            then.cancels = request.find("period_end=true") != request.npos;
            return date(then.subscription());
        };
        CPPUNIT_ASSERT(post("cancel").data("subscription.cancel_at_period_end").boolean);
        auto canceled = told(true);
        CPPUNIT_ASSERT(!post("resume").data("subscription.cancel_at_period_end").boolean);
        auto resumed = told(false);
        auto ends = [&] {
            return ask(*worker, Method::get, root + "current", "", house->person("bor").token)
                .data("subscription.cancel_at_period_end")
                .boolean;
        };
        payments->receive(canceled);
        CPPUNIT_ASSERT(!ends());
        payments->receive(resumed);
        CPPUNIT_ASSERT(!ends());
    }
    // A customer of former times, whom somebody deleted at Stripe.
    void had_a_customer() {
        auto life = subscribed();
        life.now += 5;
        life.end();
        payments->receive(life.events.back());
        says = [](const std::string& request) {
            if (request.find("customer=cus_one&") != request.npos) {
                return answer(400, R"({"error":{"code":"resource_missing","param":"customer"}})");
            }
            if (request.starts_with("POST /v1/customers")) {
                return answer(200, R"({"id":"cus_two","object":"customer"})");
            }
            return answer(200, R"({"id":"cs_2","url":"https://pay.example/2"})");
        };
    }
    void begins_anew_when_the_customer_is_gone() {
        had_a_customer();
        auto answered = post("checkout", wanted());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answered.body, 200, answered.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"cs_2"}, answered.text("session_id"));
        CPPUNIT_ASSERT(has(0, "customer=cus_one&"));
        CPPUNIT_ASSERT(has(1, "customer_email=bor%40example.com"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked.size());
    }
    void opens_the_portal_when_the_customer_is_gone() {
        had_a_customer();
        auto body = R"({"return_url":")" + site + R"("})";
        CPPUNIT_ASSERT_EQUAL(200, post("portal", body).status);
        CPPUNIT_ASSERT(has(1, "POST /v1/customers HTTP"));
        CPPUNIT_ASSERT(has(1, "email=bor%40example.com&metadata[user_id]="));
        CPPUNIT_ASSERT(has(2, "customer=cus_two&"));
        CPPUNIT_ASSERT_EQUAL(200, post("portal", body).status);
        CPPUNIT_ASSERT(has(3, "customer=cus_two&"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(EndingTest);

}  // namespace
