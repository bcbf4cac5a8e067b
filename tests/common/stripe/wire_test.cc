// What Stripe's objects say, in the fields of before and after 2025, and out of order.
#include "common/stripe/wire.h"

#include <cppunit/extensions/HelperMacros.h>

#include "common/stripe/history.h"

namespace {

using namespace stripe;

Event event(const std::string& type, std::int64_t created, const std::string& object,
            const std::string& previous, std::int64_t arrival) {
    Event event;
    event.id = "evt_" + std::to_string(arrival);
    event.type = "customer.subscription." + type;
    event.created = created;
    event.arrival = arrival;
    event.object = parse_json(object);
    if (!previous.empty()) event.previous = parse_json(previous);
    return event;
}

class StripeWire : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StripeWire);
    CPPUNIT_TEST(reads_a_subscription_of_either_generation);
    CPPUNIT_TEST(reads_an_invoice_of_either_generation);
    CPPUNIT_TEST(reads_the_period_of_an_invoice_that_only_corrects);
    CPPUNIT_TEST(reads_ids_that_were_expanded);
    CPPUNIT_TEST(reads_a_cancellation_by_time);
    CPPUNIT_TEST(refuses_what_is_no_event);
    CPPUNIT_TEST(takes_the_later_second);
    CPPUNIT_TEST(takes_created_as_the_first_of_its_second);
    CPPUNIT_TEST(follows_previous_attributes_within_a_second);
    CPPUNIT_TEST(says_when_only_stripe_can_tell);
    CPPUNIT_TEST(knows_which_events_are_part_of_an_answer);
    CPPUNIT_TEST(lets_the_end_absorb);
    CPPUNIT_TEST_SUITE_END();

    void reads_a_subscription_of_either_generation() {
        for (
            const char* text :
            {R"({"id":"sub_1","customer":"cus_1","status":"active","current_period_start":10,)"
             R"("current_period_end":20,"items":{"data":[{"id":"si_1","price":{"id":"p"}}]}})",
             R"({"id":"sub_1","customer":{"id":"cus_1"},"status":"active","items":{"data":[)"
             R"({"id":"si_1","price":"p","current_period_start":10,"current_period_end":15},)"
             R"({"id":"si_2","plan":{"id":"q"},"current_period_start":12,"current_period_end":20}]}})"}) {
            auto read = read_subscription(parse_json(text));
            CPPUNIT_ASSERT_EQUAL(std::string{"cus_1"}, read.customer);
            CPPUNIT_ASSERT_EQUAL(std::string{"si_1"}, read.item);
            CPPUNIT_ASSERT_EQUAL(std::string{"p"}, read.prices.front());
            CPPUNIT_ASSERT(read.period_start == 10 && read.period_end == 20);
        }
    }
    void reads_an_invoice_of_either_generation() {
        for (
            const char* text :
            {R"({"id":"in_1","subscription":"sub_1","paid":true,"lines":{"data":[)"
             R"({"period":{"start":1,"end":9},"proration":false}]}})",
             R"({"id":"in_1","status":"paid","parent":{"subscription_details":{"subscription":"sub_1"}},)"
             R"("lines":{"data":[{"period":{"start":1,"end":9}}]}})",
             R"({"id":"in_1","status":"paid","parent":null,"lines":{"data":[{"period":{"start":1,"end":9},)"
             R"("parent":{"subscription_item_details":{"subscription":{"id":"sub_1"},"proration":false}}},)"
             R"({"period":{"start":0,"end":99},"parent":{"subscription_item_details":{"proration":true}}}]}})"}) {
            auto read = read_invoice(parse_json(text));
            CPPUNIT_ASSERT_EQUAL(std::string{"sub_1"}, read.subscription);
            CPPUNIT_ASSERT_EQUAL(std::string{"paid"}, read.status);
            CPPUNIT_ASSERT(read.period_start == 1 && read.period_end == 9);
        }
    }
    void reads_the_period_of_an_invoice_that_only_corrects() {
        auto read = read_invoice(parse_json(
            R"({"id":"in_1","lines":{"data":[{"proration":true,"period":{"start":4,"end":9}},)"
            R"({"period":{"start":5,"end":9},"parent":{"subscription_item_details":{"proration":true}}}]}})"));
        CPPUNIT_ASSERT(read.period_start == 4 && read.period_end == 9);
    }
    void reads_ids_that_were_expanded() {
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, id_of(parse_json(R"("a")")));
        CPPUNIT_ASSERT_EQUAL(std::string{"a"}, id_of(parse_json(R"({"id":"a"})")));
        for (const char* none : {"null", "7", "[]", "{}", R"({"id":7})"}) {
            CPPUNIT_ASSERT_EQUAL(std::string{}, id_of(parse_json(none)));
        }
    }
    void reads_a_cancellation_by_time() {
        CPPUNIT_ASSERT(
            read_subscription(parse_json(R"({"cancel_at":5,"cancel_at_period_end":false})"))
                .cancels);
        CPPUNIT_ASSERT(
            read_subscription(parse_json(R"({"cancel_at":null,"cancel_at_period_end":true})"))
                .cancels);
        CPPUNIT_ASSERT(!read_subscription(parse_json(R"({"cancel_at_period_end":false})")).cancels);
    }
    void refuses_what_is_no_event() {
        for (const char* text : {"", "{}", "[]", R"({"id":"e"})", R"({"id":"","type":"t"})",
                                 R"({"id":1,"type":"t"})"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !read_event(text));
        }
        auto read = read_event(R"({"id":"e","type":"t"})");
        CPPUNIT_ASSERT(read && read->created == 0 && read->object_id.empty());
    }

    static std::string newest(const std::vector<Event>& events, bool certain = true) {
        auto found = newest_of_subscription(events);
        CPPUNIT_ASSERT_EQUAL(certain, found.certain);
        return text(at(found.event->object, {"s"}));
    }
    void takes_the_later_second() {
        CPPUNIT_ASSERT_EQUAL(std::string{"b"},
                             newest({event("updated", 9, R"({"s":"b"})", "", 1),
                                     event("updated", 8, R"({"s":"a"})", "", 2)}));
    }
    void takes_created_as_the_first_of_its_second() {
        CPPUNIT_ASSERT_EQUAL(std::string{"b"},
                             newest({event("updated", 9, R"({"s":"b"})", "", 1),
                                     event("created", 9, R"({"s":"a"})", "", 2)}));
    }
    void follows_previous_attributes_within_a_second() {
        CPPUNIT_ASSERT_EQUAL(std::string{"a"},
                             newest({event("updated", 9, R"({"s":"a"})", R"({"s":"c"})", 1),
                                     event("updated", 9, R"({"s":"c"})", R"({"s":"b"})", 2),
                                     event("updated", 9, R"({"s":"b"})", R"({"s":"a"})", 3),
                                     event("updated", 8, R"({"s":"a"})", R"({"s":"x"})", 4)}));
    }
    void says_when_only_stripe_can_tell() {
        CPPUNIT_ASSERT_EQUAL(std::string{"b"}, newest({event("updated", 9, R"({"s":"b"})", "", 2),
                                                       event("updated", 9, R"({"s":"a"})", "", 1)},
                                                      false));
    }
    // f: answers of calls, e: their events, and one of somebody else.
    void knows_which_events_are_part_of_an_answer() {
        auto answered = [](const char* state, std::int64_t arrival, std::int64_t after,
                           const char* call) {
            auto one = event("updated", 9, R"({"s":")" + std::string{state} + "\"}", "", arrival);
            one.after = after;
            one.call = call;
            return one;
        };
        auto told = [](const char* state, const char* before, std::int64_t arrival,
                       const char* call) {
            auto one = event("updated", 9, R"({"s":")" + std::string{state} + "\"}",
                             R"({"s":")" + std::string{before} + "\"}", arrival);
            one.call = call;
            return one;
        };
        auto before = event("updated", 8, R"({"s":"on"})", "", 1);
        auto f1 = answered("off", 2, 1, "k1"), f2 = answered("on", 3, 2, "k2");
        auto e1 = told("off", "on", 4, "k1"), e2 = told("on", "off", 5, "k2");
        CPPUNIT_ASSERT_EQUAL(std::string{"on"}, newest({before, f1, f2}));
        CPPUNIT_ASSERT_EQUAL(std::string{"on"}, newest({before, f1, f2, e1}));
        CPPUNIT_ASSERT_EQUAL(std::string{"on"}, newest({before, f1, f2, e2, e1}));
        std::vector<Event> many{before, f1, f2, e1, e2};
        for (std::int64_t i = 6; i < 12; ++i) many.push_back(told("off", "on", i, "k1"));
        CPPUNIT_ASSERT_EQUAL(std::string{"on"}, newest(many));
        auto early = answered("on", 4, 3, "k2");
        auto arrived = told("off", "on", 3, "k1");
        CPPUNIT_ASSERT_EQUAL(std::string{"on"}, newest({before, f1, arrived, early}));
        auto other = told("gone", "on", 6, "");
        CPPUNIT_ASSERT_EQUAL(std::string{"gone"}, newest({before, f1, f2, e1, e2, other}, false));
    }
    void lets_the_end_absorb() {
        CPPUNIT_ASSERT_EQUAL(
            std::string{"end"},
            newest({event("updated", 99, R"({"s":"a","status":"active"})", "", 2),
                    event("deleted", 9, R"({"s":"end","status":"canceled"})", "", 1)}));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"end"},
            newest({event("updated", 9, R"({"s":"end","status":"incomplete_expired"})", "", 1),
                    event("updated", 99, R"({"s":"a","status":"active"})", "", 2)}));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(StripeWire);

}  // namespace
