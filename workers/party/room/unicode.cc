#include "workers/party/room/unicode.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace party {

namespace {

// Text that is no UTF-8 stays as it is.
std::string normalised(std::string_view text, int form) {
    utf8proc_uint8_t* made = nullptr;
    auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | form);
    auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                               static_cast<utf8proc_ssize_t>(text.size()), &made, options);
    std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned{made, &std::free};
    if (length < 0) return std::string(text);
    return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(length)};
}

}  // namespace

std::string composed(std::string_view text) { return normalised(text, 0); }

std::string simplified(std::string_view text) { return normalised(text, UTF8PROC_COMPAT); }

}  // namespace party
