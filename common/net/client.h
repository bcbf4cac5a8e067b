// Outgoing HTTP(S) requests: to Stripe and other neighbours named by settings (`trusted`), or to
// addresses that users wrote (`public_only`). Follows no redirects, uses no proxy, keeps no cookies
// and never writes a URL anywhere. The process ignores SIGPIPE. The door to libcurl.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct HttpHeader {
    std::string name, value;
};

struct HttpCall {
    std::string method = "GET";
    std::string url{};  // http or https
    std::vector<HttpHeader> headers{};
    std::string body{};
    std::chrono::milliseconds connect_timeout{3000};
    std::chrono::milliseconds timeout{10000};  // for the whole call
    std::size_t most_bytes = 1 << 20;          // of the answer's headers and body
};

struct HttpAnswer {
    int status = 0;
    std::vector<HttpHeader> headers{};  // names in lower case
    std::string body{};

    std::string_view header(std::string_view name) const;  // lower case; empty: not there
};

// For one thread. The connection is made at the first call (so: after the fork).
class HttpClient {
  public:
    // trusted: any address, connections are kept for the next call.
    // public_only: what net/address.h allows, looked at when the socket is opened, so that a name
    // cannot mean one address to the check and another to the connection; each call connects anew.
    enum class Reach { trusted, public_only };
    explicit HttpClient(Reach reach);
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient();

    // Any status is an answer. Throws Failure(unavailable) when there is none: refused, timed out,
    // too large, a forbidden address, a broken URL; which of them is not told, so that users cannot
    // search our network. std::invalid_argument for a header with a line break.
    HttpAnswer send(const HttpCall& call);

  private:
    struct Close {
        void operator()(void* handle) const;
    };
    Reach reach_;
    std::unique_ptr<void, Close> handle_;
};
