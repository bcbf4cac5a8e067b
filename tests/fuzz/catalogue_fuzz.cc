// Compiled message catalogues. They are our own, but read by offsets that stand in the file.
#include "common/messages/catalogue.h"

#include <stdexcept>

#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size == 0) return 0;
    std::size_t forms = 1 + bytes[0] % 6;
    try {
        Catalogue catalogue{{bytes + 1, bytes + size}, forms};
        for (const char* key : {"", "a", "done"}) {
            const auto* words = catalogue.find(key);
            if (!words) continue;
            must(words->size() == 1 || words->size() == forms);
            for (auto text : *words) must(valid_utf8(text));
        }
    } catch (const std::runtime_error&) {
    }
    return 0;
}
