#include "common/net/client.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>

#include "common/base/problem.h"
#include "common/base/text.h"
#include "common/net/address.h"

namespace {

// An answer as it comes in, and how much more of it is welcome.
struct Arrival {
    HttpAnswer answer;
    std::size_t room;

    bool take(std::size_t size) {
        if (size > room) return false;
        room -= size;
        return true;
    }
};

// A size other than the one given tells libcurl to stop.
std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* target) {
    auto& arrival = *static_cast<Arrival*>(target);
    if (!arrival.take(size)) return 0;
    arrival.answer.body.append(bytes, size);
    return size;
}

std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* target) {
    auto& arrival = *static_cast<Arrival*>(target);
    if (!arrival.take(size)) return 0;
    std::string_view line{bytes, size};
    auto colon = line.find(':');
    // A status line starts over: what came before it was an interim answer (100 Continue).
    if (line.starts_with("HTTP/")) arrival.answer.headers.clear();
    if (colon == line.npos || line.starts_with("HTTP/")) return size;
    arrival.answer.headers.push_back(
        {lower_ascii(line.substr(0, colon)), std::string{trim(line.substr(colon + 1))}});
    return size;
}

curl_socket_t open_public_socket(void*, curlsocktype, curl_sockaddr* address) {
    if (!public_destination(address->addr)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

struct HeaderList {
    curl_slist* first = nullptr;
    HeaderList() = default;
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;
    ~HeaderList() { curl_slist_free_all(first); }

    void add(const std::string& line) {
        auto longer = curl_slist_append(first, line.c_str());
        if (!longer) throw std::bad_alloc();
        first = longer;
    }
    void add(const HttpHeader& header) {
        auto line = header.name + ": " + header.value;
        bool broken = std::any_of(line.begin(), line.end(),
                                  [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
        if (broken) throw std::invalid_argument("a header with a line break");
        // libcurl takes `Name;` for a header without a value.
        add(header.value.empty() ? header.name + ";" : line);
    }
};

void set_bounds(CURL* curl, const HttpCall& call) {
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long{call.connect_timeout.count()});
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long{call.timeout.count()});
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "SyncStream/1");
}

void set_reach(CURL* curl, HttpClient::Reach reach) {
    if (reach == HttpClient::Reach::trusted) return;
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_public_socket);
    // A kept connection would be used without asking the function above.
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
}

void set_question(CURL* curl, const HttpCall& call, const HeaderList& headers) {
    curl_easy_setopt(curl, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.first);
    if (call.method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    } else if (call.method != "GET" || !call.body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(call.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body.data());
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    }
}

void set_arrival(CURL* curl, Arrival& arrival) {
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &arrival);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &arrival);
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
    auto found = std::find_if(headers.begin(), headers.end(),
                              [&](const HttpHeader& one) { return one.name == name; });
    return found == headers.end() ? std::string_view{} : std::string_view{found->value};
}

void HttpClient::Close::operator()(void* handle) const { curl_easy_cleanup(handle); }

HttpClient::HttpClient(Reach reach) : reach_(reach) {}

HttpClient::~HttpClient() = default;

HttpAnswer HttpClient::send(const HttpCall& call) {
    if (!handle_) handle_.reset(curl_easy_init());
    if (!handle_) throw Failure(unavailable);
    auto curl = handle_.get();
    curl_easy_reset(curl);
    HeaderList headers;
    headers.add("Expect:");  // no second round trip for a large body
    for (const auto& header : call.headers) headers.add(header);
    Arrival arrival{.answer = {}, .room = call.most_bytes};
    set_bounds(curl, call);
    set_reach(curl, reach_);
    set_question(curl, call, headers);
    set_arrival(curl, arrival);
    if (curl_easy_perform(curl) != CURLE_OK) throw Failure(unavailable);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    arrival.answer.status = static_cast<int>(status);
    return std::move(arrival.answer);
}
