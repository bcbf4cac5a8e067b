// Credits that were bought by card: handed over once, and taken back when the money goes back.
#include "tests/workers/billing/webhook_fixture.h"

namespace {

using namespace webhook;

class CreditsByCard : public Fixture {
    CPPUNIT_TEST_SUITE(CreditsByCard);
    CPPUNIT_TEST(hand_over_credits_once);
    CPPUNIT_TEST(wait_for_the_payment_of_credits);
    CPPUNIT_TEST(take_back_credits_that_were_refunded);
    CPPUNIT_TEST(take_back_no_more_than_is_left);
    CPPUNIT_TEST_SUITE_END();

    std::string credits(const std::string& id, const std::string& paid, const std::string& type,
                        const std::string& number) {
        return R"({"id":"evt_c_)" + number + R"(","type":")" + type + R"(","created":)" +
               std::to_string(unix_seconds(system_now())) + R"(,"data":{"object":{"id":")" + id +
               R"(","mode":"payment","payment_status":")" + paid +
               R"(","payment_intent":"pi_1","client_reference_id":")" +
               house->person("rok").id.text() +
               R"(","metadata":{"kind":"credits","credits":"5000"}}}})";
    }
    void hand_over_credits_once() {
        send(credits("cs_1", "paid", "checkout.session.completed", "1"));
        send(credits("cs_1", "paid", "checkout.session.completed", "1"));
        send(credits("cs_1", "paid", "checkout.session.async_payment_succeeded", "2"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5000}, balance("rok"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             house->db.get<std::int64_t>(count_transfers, house->person("rok").id));
        send(credits("cs_2", "paid", "checkout.session.completed", "3"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10'000}, balance("rok"));
    }
    void wait_for_the_payment_of_credits() {
        send(credits("cs_1", "unpaid", "checkout.session.completed", "1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, balance("rok"));
        send(credits("cs_1", "unpaid", "checkout.session.async_payment_failed", "2"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, balance("rok"));
        send(credits("cs_1", "paid", "checkout.session.async_payment_succeeded", "3"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5000}, balance("rok"));
    }
    std::string refund(std::int64_t refunded, const std::string& number) {
        return R"({"id":"evt_r_)" + number +
               R"(","type":"charge.refunded","created":1700000000,)"
               R"("data":{"object":{"id":"ch_1","object":"charge","payment_intent":"pi_1","amount":4999,)"
               R"("amount_refunded":)" +
               std::to_string(refunded) + "}}}";
    }
    void take_back_credits_that_were_refunded() {
        send(refund(2500, "1"));  // before what it is about
        send(credits("cs_1", "paid", "checkout.session.completed", "1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2500}, balance("rok"));
        send(refund(4999, "2"));
        send(refund(4999, "3"));
        send(refund(2500, "4"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, balance("rok"));
    }
    void take_back_no_more_than_is_left() {
        send(credits("cs_1", "paid", "checkout.session.completed", "1"));
        house->db.run(spend, house->person("rok").id, 4000);
        send(refund(4999, "1"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, balance("rok"));
        CPPUNIT_ASSERT_EQUAL(std::string{"4000 credits were spent and could not be taken back"},
                             kept("evt_r_1").note.value());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CreditsByCard);

}  // namespace
