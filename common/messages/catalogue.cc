// The layout is gettext's (manual, "The Format of GNU MO Files"): magic, revision, number of
// strings, where the table of originals and that of translations begin; a table row is a length and
// an offset; every string ends with NUL, and plural forms have NUL between them. The file's own
// hash table and its sorting are not relied on.
#include "common/messages/catalogue.h"

#include <cstdint>
#include <stdexcept>
#include <string>

#include "common/base/text.h"

namespace {

[[noreturn]] void refuse(const std::string& why) { throw std::runtime_error(why); }

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {
        constexpr std::uint32_t magic = 0x950412de;
        constexpr std::uint32_t magic_swapped = 0xde120495;
        auto first = number(0);
        if (first != magic && first != magic_swapped) refuse("not a .mo file");
        big_endian_ = first == magic_swapped;
    }

    std::uint32_t number(std::size_t offset) const {
        if (offset > bytes_.size() || bytes_.size() - offset < 4) refuse("ends too early");
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value =
                value << 8 | static_cast<unsigned char>(bytes_[offset + (big_endian_ ? i : 3 - i)]);
        return value;
    }

    std::string_view string(std::size_t table, std::size_t row) const {
        std::size_t length = number(table + 8 * row);
        std::size_t offset = number(table + 8 * row + 4);
        if (offset >= bytes_.size() || bytes_.size() - offset <= length) refuse("ends too early");
        if (bytes_[offset + length] != '\0') refuse("has a string without an end");
        auto text = bytes_.substr(offset, length);
        if (!valid_utf8(text)) refuse("is not UTF-8");
        return text;
    }

  private:
    std::string_view bytes_;
    bool big_endian_ = false;
};

Words split_forms(std::string_view translation, bool plural, std::size_t plural_forms) {
    auto forms = split(translation, '\0');
    if (forms.size() != (plural ? plural_forms : 1)) refuse("has a wrong number of plural forms");
    return forms;
}

}  // namespace

Catalogue::Catalogue(std::vector<char> mo, std::size_t plural_forms) : bytes_(std::move(mo)) {
    Reader reader({bytes_.data(), bytes_.size()});
    if (reader.number(4) != 0) refuse("has a revision that is not known here");
    std::size_t count = reader.number(8);
    std::size_t originals = reader.number(12);
    std::size_t translations = reader.number(16);
    for (std::size_t row = 0; row < count; ++row) {
        auto original = reader.string(originals, row);
        auto key = original.substr(0, original.find('\0'));
        bool plural = key.size() < original.size();
        auto forms = split_forms(reader.string(translations, row), plural, plural_forms);
        if (!words_.emplace(key, std::move(forms)).second) refuse("has a key twice");
    }
    check_header(plural_forms);
}

const Words* Catalogue::find(std::string_view key) const {
    auto found = words_.find(key);
    return found == words_.end() || key.empty() ? nullptr : &found->second;
}

// gettext keeps the header as the translation of the empty key.
void Catalogue::check_header(std::size_t plural_forms) const {
    auto header = words_.find("");
    if (header == words_.end()) refuse("has no header");
    auto says = [&](const std::string& what) {
        return header->second[0].find(what) != std::string_view::npos;
    };
    if (!says("charset=UTF-8")) refuse("does not declare UTF-8");
    if (!says("nplurals=" + std::to_string(plural_forms) + ";"))
        refuse("counts in other plural forms");
}
