// One spelling for what looks the same: the normal forms of Unicode. The only place that knows
// utf8proc; used where names and texts are compared or shown (wording.h).
#pragma once

#include <string>
#include <string_view>

namespace party {

// Accents joined with their letters (NFC).
std::string composed(std::string_view text);
// The same, and letters of other shapes as plain ones: full-width, in circles, ligatures (NFKC).
std::string simplified(std::string_view text);

}  // namespace party
