// What clients say about languages; a line break parts `?lang=`, Accept-Language and the saved one.
#include "common/base/text.h"
#include "common/messages/negotiation.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto parts = split(as_text(bytes, size), '\n');
    parts.resize(3);
    auto language = negotiate(parts[0], parts[1], parts[2]);
    must(language < language_count);
    if (auto wanted = find_language(parts[0])) must(language == *wanted);
    if (parts[0].empty() && parts[1].empty() && parts[2].empty()) must(language == english);
    return 0;
}
