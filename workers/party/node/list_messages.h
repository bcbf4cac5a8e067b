// Which parties there are.
#pragma once

#include "workers/party/node/session.h"

namespace party {

struct Listing {
    std::optional<std::string> scope;
    std::optional<std::int64_t> cursor;
    static constexpr auto fields() {
        return std::tuple{Field{"scope", &Listing::scope, OneOf{"mine", "friends", "public"}},
                          Field{"cursor", &Listing::cursor, Range{0, 10'000}}};
    }
};
// party:list; 20 rooms at a time, never private ones of others. Friends are those with whom one was
// in a party lately that was not open to everybody; what is private is not shown to them either.
void list_rooms(Session& session, const Incoming& message, const Listing& wanted);

}  // namespace party
