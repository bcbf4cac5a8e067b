// What can be refused on the socket. `code` is on the wire and a promise to clients; the words are
// in workers/party/messages under the same key. The status is what HTTP would say; clients never
// see it here. Problems that the whole house shares (rate_limited, forbidden, ...) are in
// base/problem.h.
#pragma once

#include "common/base/problem.h"

namespace party {

inline constexpr Problem bad_json{400, "bad_json"};
inline constexpr Problem bad_request{400, "bad_request"};  // detail `field`
inline constexpr Problem unknown_type{400, "unknown_type"};
inline constexpr Problem plan_required{403, "plan_required"};
inline constexpr Problem room_not_found{404, "room_not_found"};
inline constexpr Problem room_ended{410, "room_ended"};
inline constexpr Problem room_full{409, "room_full"};
inline constexpr Problem room_locked{403, "room_locked"};
inline constexpr Problem bad_code{404, "bad_code"};
inline constexpr Problem password_required{403, "password_required"};
inline constexpr Problem approval_pending{409, "approval_pending"};
inline constexpr Problem approval_denied{403, "approval_denied"};
inline constexpr Problem banned{403, "banned"};
inline constexpr Problem not_in_room{409, "not_in_room"};
inline constexpr Problem not_allowed{403, "not_allowed"};  // detail `permission`
inline constexpr Problem target_not_found{404, "target_not_found"};
inline constexpr Problem stale_version{409, "stale_version"};  // detail `ver`
inline constexpr Problem no_media{409, "no_media"};
inline constexpr Problem bad_position{400, "bad_position"};
inline constexpr Problem media_not_allowed{403, "media_not_allowed"};
inline constexpr Problem unsupported_for_live{409, "unsupported_for_live"};
inline constexpr Problem chat_disabled{403, "chat_disabled"};
inline constexpr Problem muted{403, "muted"};
inline constexpr Problem slow_mode{429, "slow_mode"};
inline constexpr Problem message_rejected{422, "message_rejected"};
inline constexpr Problem message_not_found{404, "msg_not_found"};
inline constexpr Problem queue_full{409, "queue_full"};
inline constexpr Problem duplicate{409, "duplicate"};
inline constexpr Problem internal{500, "internal", "internal_error"};  // of our own making

}  // namespace party
