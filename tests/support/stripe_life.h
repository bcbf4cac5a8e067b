// A subscription at Stripe, acted out: every change of it gives the events that Stripe would send,
// in the older or the newer ("basil") shape, and the object tells what the end must be. Used by
// tests of whatever takes events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct StripeLife {
    std::string id, customer, user;  // user: metadata.user_id; empty: not told
    std::string price = "price_basic_monthly";
    std::string status = "incomplete";
    std::int64_t now = 0;  // Stripe's clock, seconds
    std::int64_t period_start = 0, period_end = 0;
    std::int64_t trial_end = 0;  // 0: none
    bool cancels = false;
    bool basil = true;
    std::string open_invoice;         // that is not paid
    std::vector<std::string> events;  // as JSON, in the order in which they happened

    StripeLife(std::string name, std::string customer_id, std::int64_t starts, std::int64_t ends);

    void create();  // customer.subscription.created, as it is
    void become(const std::string& new_status);
    void change_price(const std::string& new_price);
    void set_cancels(bool wanted);
    void renew(std::int64_t seconds);  // a new period, paid
    void fail();                       // a payment, or another attempt at it
    void pay();                        // what was open
    void void_invoice();
    void end();                             // customer.subscription.deleted
    void bind(const std::string& user_id);  // checkout.session.completed

    std::string subscription() const;  // as Stripe would answer
    // An event about an object, with the old values of what changed, if any.
    std::string event(const std::string& type, const std::string& object,
                      const std::string& previous = "");

  private:
    void updated(const std::string& previous);
    void bill(const std::string& type, const std::string& invoice_status);
    std::string items(std::int64_t start, std::int64_t end, const std::string& of_price) const;

    int events_so_far_ = 0, invoices_so_far_ = 0;
};
