// Which of all known events about one object tells its present state. Stripe delivers at least once
// and in any order, with times in whole seconds; so the state is worked out anew from the whole
// set, and whoever knows the same events comes to the same answer, in whatever order they came.
#pragma once

#include <string_view>
#include <vector>

#include "common/stripe/wire.h"

namespace stripe {

struct Newest {
    const Event* event;
    bool certain;  // false: events of one second could have happened in another order
};

// Of a subscription's events, at least one. The end absorbs: after `canceled` or
// `incomplete_expired` nothing counts that tells another state. Else the latest second; within it
// created comes first and the rest in the order in which each one's previous attributes are what
// the one before it says; where these do not tell, in the order of arrival.
Newest newest_of_subscription(const std::vector<Event>& events);

// Of an invoice's events, at least one: paid and void absorb; else the latest second, and within
// it the step that comes later in the life of an invoice.
Newest newest_of_invoice(const std::vector<Event>& events);

// Whether the old values that an event tells are those of a state.
bool follows(const JsonValue& state, const JsonValue& previous);

}  // namespace stripe
