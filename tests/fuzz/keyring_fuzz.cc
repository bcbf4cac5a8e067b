// Keys as an operator writes them into a file.
#include "common/crypto/keyring.h"

#include <set>
#include <stdexcept>

#include "common/crypto/secret_box.h"
#include "tests/fuzz/fuzz.h"

namespace {

void check_box(const Keyring& keyring) {
    try {
        SecretBox box{keyring};
        auto sealed = box.seal("secret", "here");
        must(box.open(sealed, "here") == "secret" && !box.open(sealed, "there"));
    } catch (const std::invalid_argument&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        Keyring keyring{as_text(bytes, size)};
        std::set<std::string> ids;
        std::set<Bytes> values;
        for (const auto& key : keyring.keys()) {
            must(ids.insert(key.id).second && values.insert(key.value).second);
            must(key.id.size() <= 64 && key.value.size() >= 32);
            must(keyring.find(key.id) == &key);
        }
        check_box(keyring);
    } catch (const std::invalid_argument&) {
    }
    return 0;
}
