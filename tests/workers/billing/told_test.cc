// What Stripe tells of subscriptions and invoices, and what an account may do then.
#include "tests/workers/billing/webhook_fixture.h"

namespace {

using namespace webhook;

class StripeTells : public Fixture {
    CPPUNIT_TEST_SUITE(StripeTells);
    CPPUNIT_TEST(give_the_plan_that_was_bought);
    CPPUNIT_TEST(read_both_generations_of_fields);
    CPPUNIT_TEST(use_up_the_trial);
    CPPUNIT_TEST(defer_what_belongs_to_nobody_known);
    CPPUNIT_TEST(never_bind_by_an_email);
    CPPUNIT_TEST(park_a_price_that_nobody_sells);
    CPPUNIT_TEST(begin_grace_once_and_end_it);
    CPPUNIT_TEST(restore_what_is_paid_at_last);
    CPPUNIT_TEST(prolong_by_a_paid_invoice);
    CPPUNIT_TEST(end_all_of_a_deleted_customer);
    CPPUNIT_TEST(never_undo_the_newer_by_the_older);
    CPPUNIT_TEST(show_a_cancellation_by_flag_and_by_time);
    CPPUNIT_TEST(announce_the_end_of_a_trial_once);
    CPPUNIT_TEST(list_invoices_to_who_pays_them);
    CPPUNIT_TEST(keep_the_plan_of_who_pays_a_former_price);
    CPPUNIT_TEST(let_the_dearer_of_two_count);
    CPPUNIT_TEST(have_nothing_to_say_about_who_was_erased);
    CPPUNIT_TEST_SUITE_END();

    void keep_the_plan_of_who_pays_a_former_price() {
        house->db.run(resell);
        auto life = life_of("bor");
        life.create();
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
    }
    void let_the_dearer_of_two_count() {
        auto one = life_of("bor"), other = life_of("bor", "two");
        other.price = "price_premium_monthly";
        one.create();
        other.create();
        send_all(other);
        send_all(one);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, plan("bor"));
        other.now += 5;
        other.end();
        CPPUNIT_ASSERT_EQUAL(200, send(other.events.back()).status);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
    }
    void have_nothing_to_say_about_who_was_erased() {
        auto life = life_of("bor");
        life.create();
        send_all(life);
        house->db.run(erase, house->person("bor").id);
        life.now += 5;
        life.end();
        CPPUNIT_ASSERT_EQUAL(200, send(life.events.back()).status);
        auto found = kept("evt_sub_one_2");
        CPPUNIT_ASSERT_EQUAL(std::string{"done"}, found.state);
        CPPUNIT_ASSERT_EQUAL(std::string{"its account was erased"}, found.note.value_or(""));
    }
    void give_the_plan_that_was_bought() {
        auto life = life_of("");
        life.price = "price_premium_monthly";
        life.create();
        life.bind(house->person("bor").id.text());
        send_all(life);
        auto standing = current("bor");
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, standing.text("plan.code"));
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, standing.text("subscription.status"));
        CPPUNIT_ASSERT_EQUAL(std::string{"stripe"}, standing.text("subscription.source"));
        CPPUNIT_ASSERT_EQUAL(rfc3339(from_unix(life.period_end)),
                             standing.text("subscription.current_period_end"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, standing.number("limits.rate_limit"));
    }
    void read_both_generations_of_fields() {
        house->person("bor");
        for (bool basil : {false, true}) {
            house->db.begin();
            auto life = life_of("bor");
            life.basil = basil;
            life.create();
            life.now += 5;
            life.renew(30 * 86'400);
            life.now += 5;
            life.fail();
            send_all(life);
            CPPUNIT_ASSERT_EQUAL(std::string{"past_due"}, status("bor"));
            CPPUNIT_ASSERT_EQUAL(rfc3339(from_unix(life.period_end)),
                                 current("bor").text("subscription.current_period_end"));
            house->db.rollback();
        }
    }
    void use_up_the_trial() {
        CPPUNIT_ASSERT_EQUAL(std::string{"trialing"}, status("ana"));
        auto life = life_of("ana");
        life.create();
        life.now += 10;
        life.end();
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, status("ana"));
    }
    void defer_what_belongs_to_nobody_known() {
        auto life = life_of("");
        life.create();
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::string{"deferred"}, kept("evt_sub_one_1").state);
        life.user = Uuid::make().text();
        life.become("trialing");
        send(life.events[1]);
        CPPUNIT_ASSERT_EQUAL(std::string{"deferred"}, kept("evt_sub_one_2").state);
        life.bind(house->person("bor").id.text());
        send(life.events[2]);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
        house->db.run(wake);
        while (payments->apply_due()) {
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"done"}, kept("evt_sub_one_1").state);
    }
    void never_bind_by_an_email() {
        auto life = life_of("");
        life.create();
        life.event(
            "checkout.session.completed",
            R"({"id":"cs_1","mode":"subscription","customer":"cus_one","subscription":"sub_one",)"
            R"("client_reference_id":"bor@example.com","customer_details":{"email":"bor@example.com"}})");
        house->person("bor");
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan("bor"));
    }
    void park_a_price_that_nobody_sells() {
        auto life = life_of("bor");
        life.price = "price_of_nothing";
        life.create();
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::string{"failed"}, kept("evt_sub_one_1").state);
        CPPUNIT_ASSERT(kept("evt_sub_one_1").last_error);
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan("bor"));
    }
    void begin_grace_once_and_end_it() {
        auto life = life_of("bor");
        life.create();
        life.now += 60;
        auto failed_at = life.now;
        life.fail();
        send_all(life);
        auto until = rfc3339(from_unix(failed_at) + 7 * 24h);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
        CPPUNIT_ASSERT_EQUAL(std::string{"past_due"}, status("bor"));
        CPPUNIT_ASSERT_EQUAL(until, current("bor").text("subscription.grace_until"));
        life.now += 60;
        life.fail();
        send(life.events.back());
        CPPUNIT_ASSERT_EQUAL(until, current("bor").text("subscription.grace_until"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, letters("bor", "payment_failed"));
        house->db.run(set_failed);
        life.now += 1;
        life.set_cancels(true);
        send(life.events.back());
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan("bor"));
    }
    void restore_what_is_paid_at_last() {
        auto life = life_of("bor");
        life.create();
        life.now += 60;
        life.fail();
        send_all(life);
        house->db.run(set_failed);
        life.now += 60;
        auto known = life.events.size();
        life.pay();
        send(life.events[known]);  // the invoice alone
        CPPUNIT_ASSERT_EQUAL(std::string{"active"}, status("bor"));
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
        CPPUNIT_ASSERT(current("bor").data("subscription.grace_until").kind ==
                       JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, letters("bor", "receipt"));
    }
    void prolong_by_a_paid_invoice() {
        auto life = life_of("bor");
        life.create();
        life.now += 60;
        life.renew(30 * 86'400);
        send(life.events[0]);
        send(life.events[2]);
        CPPUNIT_ASSERT_EQUAL(rfc3339(from_unix(life.period_end)),
                             current("bor").text("subscription.current_period_end"));
    }
    void end_all_of_a_deleted_customer() {
        auto life = life_of("bor");
        life.create();
        send_all(life);
        life.now += 1;
        life.event("customer.deleted", R"({"id":"cus_one","object":"customer"})");
        send(life.events.back());
        CPPUNIT_ASSERT_EQUAL(std::string{"free"}, plan("bor"));
    }
    void never_undo_the_newer_by_the_older() {
        auto life = life_of("bor");
        life.create();
        life.now += 5;
        life.change_price("price_premium_monthly");
        send(life.events[1]);
        send(life.events[0]);
        CPPUNIT_ASSERT_EQUAL(std::string{"premium"}, plan("bor"));
    }
    void show_a_cancellation_by_flag_and_by_time() {
        auto life = life_of("bor");
        life.create();
        life.now += 5;
        life.set_cancels(true);
        send_all(life);
        CPPUNIT_ASSERT(current("bor").data("subscription.cancel_at_period_end").boolean);
        auto flexible = life.subscription();
        auto at = flexible.find(R"("cancel_at":null,"cancel_at_period_end":true)");
        flexible.replace(at, 43,
                         R"("cancel_at":)" + std::to_string(life.period_end) +
                             R"(,"cancel_at_period_end":false)");
        life.now += 5;
        life.event("customer.subscription.updated", flexible);
        send(life.events.back());
        CPPUNIT_ASSERT(current("bor").data("subscription.cancel_at_period_end").boolean);
        CPPUNIT_ASSERT_EQUAL(std::string{"basic"}, plan("bor"));
    }
    void announce_the_end_of_a_trial_once() {
        auto life = life_of("bor");
        life.status = "trialing";
        life.trial_end = life.period_end;
        life.create();
        life.now += 5;
        life.event("customer.subscription.trial_will_end", life.subscription());
        life.event("customer.subscription.trial_will_end", life.subscription());
        send_all(life);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, letters("bor", "trial_ending"));
        CPPUNIT_ASSERT_EQUAL(std::string{"trialing"}, status("bor"));
    }
    void list_invoices_to_who_pays_them() {
        auto life = life_of("bor");
        life.create();
        life.now += 5;
        life.renew(86'400);
        send_all(life);
        auto mine = ask(*worker, Method::get, "/api/v1/subscriptions/invoices", "",
                        house->person("bor").token);
        CPPUNIT_ASSERT_EQUAL(200, mine.status);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, mine.number("pagination.total"));
        CPPUNIT_ASSERT_EQUAL(std::string{"paid"}, mine.text("invoices.0.status"));
        CPPUNIT_ASSERT_EQUAL(4.99, mine.data("invoices.0.amount_paid").real);
        auto others = ask(*worker, Method::get, "/api/v1/subscriptions/invoices", "",
                          house->person("ana").token);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, others.number("pagination.total"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeTells);

}  // namespace
