// Query strings and percent escapes.
#include <set>

#include "common/base/text.h"
#include "common/http/request.h"
#include "tests/fuzz/fuzz.h"

namespace {

bool clean(std::string_view text) { return valid_utf8(text) && text.find('\0') == text.npos; }

void check_escapes(std::string_view text) {
    for (bool plus_is_space : {false, true}) {
        auto decoded = percent_decode(text, plus_is_space);
        if (!decoded) continue;
        must(clean(*decoded));
        must(percent_decode(percent_encode(*decoded)) == decoded);
    }
}

void check_query(std::string_view text) {
    auto parameters = parse_query(text);
    if (!parameters) return;
    must(parameters->size() <= 64);
    std::set<std::string> names;
    std::string again;
    for (const auto& [name, value] : *parameters) {
        must(clean(name) && clean(value) && names.insert(name).second);
        again += (again.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    }
    must(parse_query(again) == parameters);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto text = as_text(bytes, size);
    check_escapes(text);
    check_query(text);
    return 0;
}
