#include "common/base/text.h"

#include <algorithm>
#include <charconv>

namespace {

// Decodes one code point at `at` and moves past it; -1 when the bytes there are not valid UTF-8.
std::int32_t next_character(std::string_view text, std::size_t& at) {
    auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    unsigned lead = byte(at);
    int more = lead < 0x80       ? 0
               : lead >> 5 == 6  ? 1
               : lead >> 4 == 14 ? 2
               : lead >> 3 == 30 ? 3
                                 : -1;
    if (more < 0) return -1;
    std::int32_t value = more == 0 ? lead : lead & (0x3f >> more);
    for (int i = 1; i <= more; ++i) {
        if (byte(at + i) >> 6 != 2) return -1;
        value = value << 6 | (byte(at + i) & 0x3f);
    }
    static constexpr std::int32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (value < least[more] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return -1;
    at += 1 + more;
    return value;
}

bool shown(std::int32_t c) {
    if (c < 0x20) return c == '\n' || c == '\t';
    return c != 0x7f && !(c >= 0x80 && c < 0xa0) && c != 0x200b && c != 0x200e && c != 0x200f &&
           !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff;
}

bool alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool valid_port(std::string_view port) {
    auto number = parse_integer(port);
    return number && *number >= 1 && *number <= 65535 && port[0] != '+';
}

bool valid_host(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    if (host.front() == '[') {
        auto inner = host.substr(1, host.size() - 2);
        return host.back() == ']' && inner.find(':') != inner.npos &&
               inner.find_first_not_of("0123456789abcdef:.") == inner.npos;
    }
    return std::all_of(host.begin(), host.end(), [](char c) {
        return alphanumeric(c) || c == '-' || c == '.' || c == '_' || (c & 0x80);
    });
}

// Splits `user:password@` off an authority. False when it cannot be decoded.
bool take_credentials(std::string_view& authority, HttpUrlParts& url) {
    auto at = authority.rfind('@');
    if (at == authority.npos) return true;
    auto credentials = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    auto colon = credentials.find(':');
    auto user = percent_decode(credentials.substr(0, colon));
    auto password = percent_decode(colon == credentials.npos ? "" : credentials.substr(colon + 1));
    if (!user || !password) return false;
    url.user = *user;
    url.password = *password;
    return true;
}

}  // namespace

bool valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (next_character(text, at) < 0) return false;
    }
    return true;
}

std::size_t count_characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

bool printable(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        auto c = next_character(text, at);
        if (c < 0 || !shown(c)) return false;
    }
    return true;
}

std::string lower_ascii(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    }
    return lower;
}

std::string_view trim(std::string_view text) {
    auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool one_line(std::string_view text) {
    return !trim(text).empty() && text.find_first_of("\n\t") == text.npos;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == text.npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string counted(std::string_view text) {
    return std::to_string(text.size()).append(":").append(text);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += plus_is_space && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high << 4 | low);
        i += 2;
    }
    if (decoded.find('\0') != decoded.npos || !valid_utf8(decoded)) return std::nullopt;
    return decoded;
}

std::string percent_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    for (char c : text) {
        if (alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded += c;
        } else {
            auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

bool looks_like_email(std::string_view text) {
    auto at = text.find('@');
    if (text.size() > 254 || at == 0 || at == text.npos || at > 64) return false;
    auto domain = text.substr(at + 1);
    auto dot = domain.rfind('.');
    if (dot == domain.npos || dot == 0 || dot + 2 >= domain.size()) return false;
    if (domain.find("..") != domain.npos || domain.front() == '.' || domain.front() == '-')
        return false;
    auto labels = std::all_of(domain.begin(), domain.end(),
                              [](char c) { return alphanumeric(c) || c == '-' || c == '.'; });
    return labels &&
           std::all_of(text.begin(), text.end(),
                       [](char c) {
                           return c > ' ' && c < 0x7f &&
                                  std::string_view{"\"<>()[],;:\\"}.find(c) ==
                                      std::string_view::npos;
                       }) &&
           text.find('@', at + 1) == text.npos;
}

std::optional<HttpUrlParts> parse_http_url(std::string_view text) {
    HttpUrlParts url;
    auto colon = text.find("://");
    if (text.size() > 2048 || colon == text.npos || !printable(text)) return std::nullopt;
    if (text.find_first_of(" \t\n\\#<>\"") != text.npos) return std::nullopt;
    url.scheme = lower_ascii(text.substr(0, colon));
    if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
    auto rest = text.substr(colon + 3);
    auto end = rest.find_first_of("/?");
    auto authority = rest.substr(0, end);
    auto target = end == rest.npos ? std::string_view{} : rest.substr(end);
    auto mark = target.find('?');
    url.path = target.substr(0, mark);
    if (url.path.empty()) url.path = "/";
    if (mark != target.npos) url.query = target.substr(mark + 1);
    if (!take_credentials(authority, url)) return std::nullopt;
    auto port = authority.rfind(':');
    if (port != authority.npos && authority.find(']', port) == authority.npos) {
        url.port = authority.substr(port + 1);
        if (!valid_port(url.port)) return std::nullopt;
        authority = authority.substr(0, port);
    }
    url.host = lower_ascii(authority);
    if (!valid_host(url.host)) return std::nullopt;
    return url;
}

std::string origin(const HttpUrlParts& url) {
    return url.scheme + "://" + url.host + (url.port.empty() ? "" : ":" + url.port);
}
