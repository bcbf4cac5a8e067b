#include "common/http/reply.h"

// Lax: a link from elsewhere opens the site signed in, but no form or script of another site
// brings the cookie along.
std::string http_only_cookie(const std::string& name, const std::string& value,
                             std::int64_t max_age_seconds) {
    return name + "=" + value + "; Max-Age=" + std::to_string(max_age_seconds) +
           "; Path=/; HttpOnly; Secure; SameSite=Lax";
}
