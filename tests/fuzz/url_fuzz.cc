// Addresses that users write: what is taken as one is bounded, clean, and means the same when it is
// put together from its parts.
#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"

namespace {

std::string together(const HttpUrlParts& url) {
    auto sign_in = url.user.empty() && url.password.empty()
                       ? ""
                       : percent_encode(url.user) + ":" + percent_encode(url.password) + "@";
    return url.scheme + "://" + sign_in + url.host + (url.port.empty() ? "" : ":" + url.port) +
           url.path + (url.query.empty() ? "" : "?" + url.query);
}

bool same(const HttpUrlParts& one, const HttpUrlParts& other) {
    return one.scheme == other.scheme && one.user == other.user && one.password == other.password &&
           one.host == other.host && one.port == other.port && one.path == other.path &&
           one.query == other.query;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto text = as_text(bytes, size);
    auto url = parse_http_url(text);
    if (!url) return 0;
    must(size <= 2048 && (url->scheme == "http" || url->scheme == "https"));
    must(!url->host.empty() && lower_ascii(url->host) == url->host);
    must(!url->path.empty() && url->path[0] == '/');
    if (!url->port.empty()) {
        auto port = parse_integer(url->port);
        must(port && *port >= 1 && *port <= 65535);
    }
    auto whole = together(*url);
    if (whole.size() > 2048) return 0;  // escapes made it longer
    auto again = parse_http_url(whole);
    must(again && same(*url, *again));
    must(parse_http_url(origin(*url)).has_value());
    return 0;
}
