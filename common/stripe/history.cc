#include "common/stripe/history.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace stripe {

namespace {

using Kind = JsonValue::Kind;
using Events = std::vector<const Event*>;

constexpr std::size_t most_permuted = 7;  // 5040 orders

bool arrived_before(const Event* one, const Event* other) { return one->arrival < other->arrival; }

std::string_view status(const Event& event) {
    const auto& value = at(event.object, {"status"});
    return value.kind == Kind::text ? std::string_view{value.text} : std::string_view{};
}

bool ends(const Event& event) {
    return event.type == "customer.subscription.deleted" || terminal(status(event));
}

bool creates(const Event& event) { return event.type == "customer.subscription.created"; }

std::int64_t latest_second(const Events& events) {
    std::int64_t latest = 0;
    for (const auto* one : events) latest = std::max(latest, one->created);
    return latest;
}

Events of_second(const Events& events, std::int64_t second) {
    Events found;
    std::copy_if(events.begin(), events.end(), std::back_inserter(found),
                 [&](const Event* one) { return one->created == second; });
    std::sort(found.begin(), found.end(), arrived_before);
    return found;
}

bool same(const JsonValue& one, const JsonValue& other) {
    return follows(one, other) && follows(other, one);
}

// How well an event fits behind a state: its old values are those of the state, and what it does
// not name as changed is as it was. The second alone says nothing, and the first is what Stripe
// promises.
int fit(const JsonValue& state, const Event& event) {
    bool tells = event.previous.kind == Kind::object && !event.previous.members.empty();
    if (!tells || !follows(state, event.previous)) return 0;
    const auto& members = event.object.members;
    bool rest_stays = std::all_of(members.begin(), members.end(), [&](const auto& one) {
        return event.previous.find(one.name) || same(at(state, {one.name}), one.value);
    });
    return rest_stays ? 2 : 1;
}

// How well the events, in this order, begin where the one before them ended.
int fit(const JsonValue* state, const Events& order) {
    int sum = 0;
    for (const auto* one : order) {
        if (state) sum += fit(*state, *one);
        state = &one->object;
    }
    return sum;
}

// Whether an event must stand before another of the same second. What had arrived when Stripe was
// asked is part of its answer, and so is the change that the call itself made, whenever its event
// comes.
bool precedes(const Event& one, const Event& other) {
    if (!other.after) return false;
    if (one.arrival <= *other.after) return true;
    return !one.after && !one.call.empty() && one.call == other.call;
}

bool possible(const Events& order) {
    for (auto later = order.begin(); later != order.end(); ++later) {
        bool wrong = std::any_of(order.begin(), later,
                                 [&](const Event* earlier) { return precedes(**later, *earlier); });
        if (wrong) return false;
    }
    return true;
}

// Where there are too many orders to try: of those that can be the last, the last to arrive.
Newest last_to_arrive(const Events& events) {
    Events left;
    std::copy_if(events.begin(), events.end(), std::back_inserter(left), [&](const Event* one) {
        return std::none_of(events.begin(), events.end(),
                            [&](const Event* other) { return precedes(*one, *other); });
    });
    return {left.empty() ? events.back() : left.back(), left.size() == 1};
}

// The last of several events of one second, after a state that may be unknown. Orders are tried
// beginning with that of arrival, so that it stands where nothing speaks for another.
Newest last_of_second(const JsonValue* before, const Events& events) {
    if (events.size() == 1) return {events.back(), true};
    if (events.size() > most_permuted) return last_to_arrive(events);
    std::vector<std::size_t> at(events.size());
    std::iota(at.begin(), at.end(), 0);
    int best = -1;
    Newest last{events.back(), false};  // as long as no order is found that can be
    do {
        Events order;
        for (auto index : at) order.push_back(events[index]);
        if (!possible(order)) continue;
        int found = fit(before, order);
        if (found > best) {
            last = {order.back(), true};
        } else if (found == best && order.back() != last.event) {
            last.certain = false;
        }
        best = std::max(best, found);
    } while (std::next_permutation(at.begin(), at.end()));
    return last;
}

Newest newest(Events events) {
    auto second = latest_second(events);
    auto latest = of_second(events, second);
    std::erase_if(events, [&](const Event* one) { return one->created == second; });
    auto birth = std::find_if(latest.begin(), latest.end(), [](auto* e) { return creates(*e); });
    const Event* before = birth != latest.end() ? *birth : nullptr;
    if (!before && !events.empty() && latest.size() > 1) before = newest(events).event;
    if (latest.size() > 1) std::erase_if(latest, [](const Event* one) { return creates(*one); });
    if (latest.empty()) return {before, true};  // created, told twice
    return last_of_second(before ? &before->object : nullptr, latest);
}

int step_of_invoice(std::string_view type) {
    constexpr std::array<std::string_view, 9> steps{"invoice.created",
                                                    "invoice.updated",
                                                    "invoice.finalized",
                                                    "invoice.payment_action_required",
                                                    "invoice.payment_failed",
                                                    "invoice.marked_uncollectible",
                                                    "invoice.voided",
                                                    "invoice.payment_succeeded",
                                                    "invoice.paid"};
    auto at = std::find(steps.begin(), steps.end(), type) - steps.begin();
    return at == std::ssize(steps) ? 1 : static_cast<int>(at);
}

auto rank_of_invoice(const Event& event) {
    auto state = read_invoice(event.object).status;
    bool settled = state == "paid" || state == "void";
    return std::tuple{settled, event.created, step_of_invoice(event.type), event.arrival};
}

}  // namespace

bool follows(const JsonValue& state, const JsonValue& previous) {
    if (previous.kind == Kind::object && state.kind == Kind::object) {
        return std::all_of(previous.members.begin(), previous.members.end(), [&](const auto& one) {
            return follows(at(state, {one.name}), one.value);
        });
    }
    if (previous.kind != state.kind) return false;
    if (previous.kind == Kind::list) {
        return std::equal(previous.list.begin(), previous.list.end(), state.list.begin(),
                          state.list.end(),
                          [](const auto& a, const auto& b) { return follows(b, a); });
    }
    return previous.text == state.text && previous.integer == state.integer &&
           previous.real == state.real && previous.boolean == state.boolean;
}

Newest newest_of_subscription(const std::vector<Event>& events) {
    Events all, ended;
    for (const auto& one : events) (ends(one) ? ended : all).push_back(&one);
    if (ended.empty()) return newest(std::move(all));
    auto last =
        std::max_element(ended.begin(), ended.end(), [](const Event* one, const Event* other) {
            return std::tuple{one->created, one->arrival} <
                   std::tuple{other->created, other->arrival};
        });
    return {*last, true};
}

Newest newest_of_invoice(const std::vector<Event>& events) {
    auto last =
        std::max_element(events.begin(), events.end(), [](const auto& one, const auto& other) {
            return rank_of_invoice(one) < rank_of_invoice(other);
        });
    return {&*last, true};
}

}  // namespace stripe
