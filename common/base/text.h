// Text as clients send it: what is valid, how long it is, how a URL or an e-mail address looks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

bool valid_utf8(std::string_view text);               // no surrogates, no overlong forms
std::size_t count_characters(std::string_view text);  // code points of valid UTF-8

// Whether a text is fit to be shown to others: no control characters (but newline and tab), no
// characters that turn the reading direction or have no width.
bool printable(std::string_view text);

// Whether a text can be a name: not blank, on one line.
bool one_line(std::string_view text);

std::string lower_ascii(std::string_view text);
std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);

std::string counted(std::string_view text);  // `<bytes>:<text>`, so that another can follow

std::optional<std::int64_t> parse_integer(std::string_view text);  // the whole text, base 10

// Undoes %XX (and `+` in query strings). Nothing when an escape is broken, or the result is not
// UTF-8 or holds NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
std::string percent_encode(std::string_view text);  // all but the unreserved of RFC 3986

// An address that can be written to: one @, a dotted domain, at most 254 bytes, printable ASCII
// without white space, quotes or angle brackets.
bool looks_like_email(std::string_view text);

// The parts of an absolute http or https URL; nothing for any other text. At most 2048 bytes, no
// white space, control characters, backslash or fragment; port 1..65535.
struct HttpUrlParts {
    std::string scheme;    // lower case
    std::string user;      // percent-decoded, often empty
    std::string password;  // percent-decoded, often empty
    std::string host;      // lower case, brackets of an IPv6 address kept
    std::string port;      // empty when not given
    std::string path;      // from the first slash, raw; "/" when not given
    std::string query;     // without `?`, raw
};
std::optional<HttpUrlParts> parse_http_url(std::string_view text);
std::string origin(const HttpUrlParts& url);  // scheme://host[:port]
