// Stripe's events as they come in: signed, in any number of copies, in any shape.
#include "tests/workers/billing/webhook_fixture.h"

namespace {

using namespace webhook;

class StripeWebhooks : public Fixture {
    CPPUNIT_TEST_SUITE(StripeWebhooks);
    CPPUNIT_TEST(refuse_what_is_not_signed);
    CPPUNIT_TEST(refuse_everything_without_a_secret);
    CPPUNIT_TEST(keep_an_event_once);
    CPPUNIT_TEST(take_what_they_do_not_know);
    CPPUNIT_TEST(park_what_is_no_event);
    CPPUNIT_TEST(ignore_the_other_mode_and_other_accounts);
    CPPUNIT_TEST(apply_a_replayed_event);
    CPPUNIT_TEST_SUITE_END();

    void refuse_what_is_not_signed() {
        auto life = life_of("bor");
        life.create();
        for (const Headers& headers :
             {Headers{}, Headers{{"stripe-signature", "t=1,v1=00"}},
              Headers{{"stripe-signature", stripe::sign("{}", secret, system_now())}}}) {
            auto refused = ask(*worker, Method::post, path, life.events[0], "", headers);
            CPPUNIT_ASSERT_EQUAL(400, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string{"invalid_signature"}, refused.code());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, house->db.get<std::int64_t>(count_events));
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan("bor"));
    }
    void refuse_everything_without_a_secret() {
        open(billing::secrets_of(Secret{" , "}));
        CPPUNIT_ASSERT_EQUAL(400, send("{}").status);
        open(billing::secrets_of(Secret{"whsec_new, whsec_test\n"}));
        CPPUNIT_ASSERT_EQUAL(200, send("{}").status);
    }
    void keep_an_event_once() {
        auto life = life_of("bor");
        life.create();
        for (int i = 0; i < 5; ++i) {
            auto answered = send(life.events[0]);
            CPPUNIT_ASSERT_EQUAL(200, answered.status);
            CPPUNIT_ASSERT(answered.data("received").boolean);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, house->db.get<std::int64_t>(count_events));
        CPPUNIT_ASSERT_EQUAL(std::string{"done"}, kept("evt_sub_one_1").state);
    }
    void take_what_they_do_not_know() {
        auto text =
            R"({"id":"evt_x","type":"radar.early","created":1,"data":{"object":{"id":"r"}}})";
        CPPUNIT_ASSERT_EQUAL(200, send(text).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"ignored"}, kept("evt_x").state);
        CPPUNIT_ASSERT_EQUAL(200, send(R"({"id":"evt_y","type":"invoice.upcoming","created":1,)"
                                       R"("data":{"object":{"object":"invoice"}}})")
                                      .status);
        CPPUNIT_ASSERT_EQUAL(std::string{"ignored"}, kept("evt_y").state);
    }
    void park_what_is_no_event() {
        for (const std::string& text :
             {std::string{"{}"}, std::string{"[]"}, std::string{"nonsense"},
              std::string{"\xff\0", 2}, std::string{R"({"id":7,"type":"invoice.paid"})"},
              std::string{R"({"id":"a","id":"b"})"}, std::string{R"({"id":"evt_1","type":7})"}}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, 200, send(text).status);
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, house->db.get<std::int64_t>(count_events));
        for (const char* data :
             {"null", "7", "{}", R"({"object":[]})", R"({"object":{"id":"sub_1","items":7}})",
              R"({"object":{"id":"sub_1","status":"active","items":{"data":[7]}}})",
              R"({"object":{"id":"sub_2","current_period_end":1e99}})",
              R"({"object":{"id":"sub_3","current_period_end":99999999999999}})"}) {
            static int number = 0;
            auto id = "evt_odd_" + std::to_string(++number);
            CPPUNIT_ASSERT_EQUAL(
                200, send(R"({"id":")" + id +
                          R"(","type":"customer.subscription.updated","created":-5,"data":)" +
                          data + "}")
                         .status);
            CPPUNIT_ASSERT(kept(id).state != "pending");
        }
    }
    void ignore_the_other_mode_and_other_accounts() {
        payments.emplace(house->db, *outbox, *entitlements,
                         Notifications{house->db, house->redis, house->messages}, rules(true));
        auto life = life_of("bor");
        life.create();
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::string{"ignored"}, kept("evt_sub_one_1").state);
        payments.emplace(house->db, *outbox, *entitlements,
                         Notifications{house->db, house->redis, house->messages}, rules(false));
        auto foreign = life_of("bor", "two");
        foreign.create();
        auto text = foreign.events[0];
        text.insert(1, R"("account":"acct_1",)");
        send(text);
        CPPUNIT_ASSERT_EQUAL(std::string{"ignored"}, kept("evt_sub_two_1").state);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan("bor"));
    }
    void apply_a_replayed_event() {
        constexpr const char* id = "evt_sub_one_1";
        auto life = life_of("bor");
        life.create();
        send_all(life);
        house->db.run(replay, id);
        CPPUNIT_ASSERT_EQUAL(std::string{"pending"}, kept(id).state);
        while (payments->apply_due()) {
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"done"}, kept(id).state);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeWebhooks);

}  // namespace
