#include "tests/support/stripe_life.h"

#include <utility>

namespace {

std::string quoted(const std::string& text) { return "\"" + text + "\""; }
std::string truth(bool value) { return value ? "true" : "false"; }

}  // namespace

StripeLife::StripeLife(std::string name, std::string customer_id, std::int64_t starts,
                       std::int64_t ends)
    : id("sub_" + name),
      customer(std::move(customer_id)),
      now(starts),
      period_start(starts),
      period_end(ends) {}

std::string StripeLife::items(std::int64_t start, std::int64_t end,
                              const std::string& of_price) const {
    auto period = basil ? R"(,"current_period_start":)" + std::to_string(start) +
                              R"(,"current_period_end":)" + std::to_string(end)
                        : std::string{};
    return R"({"object":"list","data":[{"id":"si_)" + id + R"(","quantity":1,"price":{"id":)" +
           quoted(of_price) + R"(,"object":"price"})" + period + "}]}";
}

std::string StripeLife::subscription() const {
    auto period = basil ? std::string{}
                        : R"(,"current_period_start":)" + std::to_string(period_start) +
                              R"(,"current_period_end":)" + std::to_string(period_end);
    bool over = status == "canceled";
    return R"({"id":)" + quoted(id) + R"(,"object":"subscription","customer":)" + quoted(customer) +
           R"(,"status":)" + quoted(status) + R"(,"cancel_at":null,"cancel_at_period_end":)" +
           truth(cancels) + R"(,"ended_at":)" + (over ? std::to_string(now) : "null") +
           R"(,"trial_end":)" + (trial_end ? std::to_string(trial_end) : "null") +
           R"(,"livemode":false,"metadata":{)" +
           (user.empty() ? "" : R"("user_id":)" + quoted(user)) + R"(},"items":)" +
           items(period_start, period_end, price) + period + "}";
}

std::string StripeLife::event(const std::string& type, const std::string& object,
                              const std::string& previous) {
    auto text = R"({"id":"evt_)" + id + "_" + std::to_string(++events_so_far_) +
                R"(","object":"event","api_version":")" +
                (basil ? "2026-10-28.endive" : "2024-06-20") + R"(","created":)" +
                std::to_string(now) + R"(,"livemode":false,"type":)" + quoted(type) +
                R"(,"data":{"object":)" + object +
                (previous.empty() ? "" : R"(,"previous_attributes":)" + previous) + "}}";
    events.push_back(text);
    return text;
}

void StripeLife::updated(const std::string& previous) {
    event("customer.subscription.updated", subscription(), previous);
}

void StripeLife::create() { event("customer.subscription.created", subscription()); }

void StripeLife::become(const std::string& new_status) {
    auto old = std::exchange(status, new_status);
    updated(R"({"status":)" + quoted(old) + "}");
}

void StripeLife::change_price(const std::string& new_price) {
    auto old = std::exchange(price, new_price);
    updated(R"({"items":)" + items(period_start, period_end, old) + "}");
}

void StripeLife::set_cancels(bool wanted) {
    auto old = std::exchange(cancels, wanted);
    updated(R"({"cancel_at_period_end":)" + truth(old) + "}");
}

void StripeLife::bill(const std::string& type, const std::string& invoice_status) {
    bool paid = invoice_status == "paid";
    auto line_parent = basil ? R"("parent":{"type":"subscription_item_details",)"
                               R"("subscription_item_details":{"subscription":)" +
                                   quoted(id) + R"(,"proration":false}})"
                             : R"("subscription":)" + quoted(id) + R"(,"proration":false)";
    auto parent = basil ? R"(,"parent":{"type":"subscription_details","subscription_details":)"
                          R"({"subscription":)" +
                              quoted(id) + "}}"
                        : R"(,"subscription":)" + quoted(id) + R"(,"paid":)" + truth(paid);
    event(type, R"({"id":)" + quoted(open_invoice) + R"(,"object":"invoice","customer":)" +
                    quoted(customer) + R"(,"status":)" + quoted(invoice_status) +
                    R"(,"billing_reason":"subscription_cycle","amount_due":499,"amount_paid":)" +
                    (paid ? "499" : "0") + R"(,"currency":"usd","number":"N-1","attempt_count":1)" +
                    R"(,"created":)" + std::to_string(now) + parent +
                    R"(,"lines":{"data":[{"id":"il_1","amount":499,"period":{"start":)" +
                    std::to_string(period_start) + R"(,"end":)" + std::to_string(period_end) +
                    "}," + line_parent + "}]}}");
}

void StripeLife::renew(std::int64_t seconds) {
    auto start = std::exchange(period_start, period_end);
    auto end = std::exchange(period_end, period_end + seconds);
    auto old = basil ? R"({"items":)" + items(start, end, price) + "}"
                     : R"({"current_period_start":)" + std::to_string(start) +
                           R"(,"current_period_end":)" + std::to_string(end) + "}";
    open_invoice = "in_" + id + "_" + std::to_string(++invoices_so_far_);
    updated(old);
    pay();
}

void StripeLife::fail() {
    if (open_invoice.empty()) open_invoice = "in_" + id + "_" + std::to_string(++invoices_so_far_);
    bill("invoice.payment_failed", "open");
    if (status != "past_due") become("past_due");
}

void StripeLife::pay() {
    bill("invoice.paid", "paid");
    bill("invoice.payment_succeeded", "paid");
    open_invoice.clear();
    if (status != "active") become("active");
}

void StripeLife::void_invoice() {
    bill("invoice.voided", "void");
    open_invoice.clear();
    if (status != "active") become("active");
}

void StripeLife::end() {
    status = "canceled";
    event("customer.subscription.deleted", subscription());
}

void StripeLife::bind(const std::string& user_id) {
    event("checkout.session.completed",
          R"({"id":"cs_)" + id +
              R"(","object":"checkout.session","mode":"subscription",)"
              R"("payment_status":"paid","status":"complete","client_reference_id":)" +
              quoted(user_id) + R"(,"customer":)" + quoted(customer) + R"(,"subscription":)" +
              quoted(id) + "}");
}
