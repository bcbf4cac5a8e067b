// Which language a client is answered in. http asks once for each request.
#pragma once

#include <string_view>

#include "common/messages/languages.h"

// `?lang=`, else the best of `Accept-Language`, else the saved language, else English. An empty
// text means "not given", and so does an unknown `?lang=` or saved language. Of the header the
// first 256 bytes and 16 ranges are read and malformed ranges passed over; `*` leaves the choice to
// us (RFC 4647, 3.4). A language refused with q=0 is answered only when `?lang=` asks for it or
// when all are refused.
LanguageId negotiate(std::string_view lang_parameter, std::string_view accept_language,
                     std::string_view saved);
