#include "tests/support/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include "common/base/text.h"

namespace {

std::size_t append_body(char* bytes, std::size_t, std::size_t count, void* target) {
    static_cast<std::string*>(target)->append(bytes, count);
    return count;
}

// curl hands over the status line, header by header, and those of a 100 Continue before.
std::size_t append_header(char* bytes, std::size_t, std::size_t count, void* target) {
    auto& headers = *static_cast<Headers*>(target);
    std::string_view line{bytes, count};
    if (line.starts_with("HTTP/")) headers.clear();
    auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return count;
    auto value = trim(line.substr(colon + 1));
    for (auto& [name, before] : headers) {
        if (name != "Vary" || line.substr(0, colon) != name) continue;
        before.append(", ").append(value);  // a list, to which nginx and the worker both add
        return count;
    }
    headers.emplace_back(line.substr(0, colon), value);
    return count;
}

template <class Value>
void set(void* handle, CURLoption option, Value value) {
    if (curl_easy_setopt(handle, option, value) != CURLE_OK) {
        throw std::runtime_error("curl does not take an option");
    }
}

bool is_json(const Answered& answered) {
    for (const auto& [name, value] : answered.headers) {
        if (lower_ascii(name) == "content-type") return value.find("json") != value.npos;
    }
    return false;
}

}  // namespace

// One question under way. The handle is the client's or, among many, one of its own.
struct Client::Exchange {
    void* handle = nullptr;
    bool own = false;
    curl_slist* headers = nullptr;
    std::string body;
    Answered answered;

    ~Exchange() {
        curl_slist_free_all(headers);
        if (own) curl_easy_cleanup(handle);
    }
    void take() {
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        answered.status = static_cast<int>(status);
        if (!answered.body.empty() && is_json(answered)) {
            answered.json = parse_json(answered.body);
        }
    }
};

Client::Client(World& world, std::string from)
    : world_(world), from_(std::move(from)), handle_(curl_easy_init()) {}

Client::Client(Client&& other) noexcept
    : token(std::move(other.token)),
      headers(std::move(other.headers)),
      http2(other.http2),
      world_(other.world_),
      from_(std::move(other.from_)),
      handle_(std::exchange(other.handle_, nullptr)) {}

Client::~Client() {
    if (handle_) curl_easy_cleanup(handle_);
}

// The handle is duplicated by whoever needs more than one.
std::unique_ptr<Client::Exchange> Client::prepare(const Question& question) {
    auto exchange = std::make_unique<Exchange>();
    exchange->body = question.body;
    auto all = headers;
    all.insert(all.end(), question.headers.begin(), question.headers.end());
    if (!token.empty()) all.emplace_back("Authorization", "Bearer " + token);
    if (!question.body.empty()) all.emplace_back("Content-Type", "application/json");
    all.emplace_back("Expect", "");
    for (const auto& [name, value] : all) {
        auto line = value.empty() ? name + (name == "Expect" ? ":" : ";") : name + ": " + value;
        exchange->headers = curl_slist_append(exchange->headers, line.c_str());
    }
    return exchange;
}

namespace {

void ask_with(void* handle, const std::string& url, const std::string& method,
              const std::string& body, curl_slist* headers, Answered& answered) {
    set(handle, CURLOPT_URL, url.c_str());
    set(handle, CURLOPT_CUSTOMREQUEST, method == "HEAD" ? nullptr : method.c_str());
    set(handle, CURLOPT_NOBODY, method == "HEAD" ? 1L : 0L);
    if (!body.empty()) {
        set(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        set(handle, CURLOPT_POSTFIELDS, body.data());
    }
    set(handle, CURLOPT_HTTPHEADER, headers);
    set(handle, CURLOPT_WRITEFUNCTION, append_body);
    set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&answered.body));
    set(handle, CURLOPT_HEADERFUNCTION, append_header);
    set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&answered.headers));
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_TIMEOUT, 60L);
    set(handle, CURLOPT_PATH_AS_IS, 1L);
    set(handle, CURLOPT_IPRESOLVE, CURL_IPRESOLVE_V4);
    set(handle, CURLOPT_ACCEPT_ENCODING, "");
}

}  // namespace

Answered Client::ask(const Question& question) {
    auto exchange = prepare(question);
    exchange->handle = handle_;
    curl_easy_reset(handle_);  // keeps the connection
    auto source = "host!" + from_;
    auto certificate = world_.certificate();
    set(handle_, CURLOPT_INTERFACE, source.c_str());
    set(handle_, CURLOPT_CAINFO, certificate.c_str());
    set(handle_, CURLOPT_HTTP_VERSION, http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
    ask_with(handle_, world_.url() + question.path, question.method, exchange->body,
             exchange->headers, exchange->answered);
    if (curl_easy_perform(handle_) == CURLE_OK) exchange->take();
    return std::move(exchange->answered);
}

Answered Client::get(const std::string& path, Headers headers) {
    return ask({"GET", path, "", std::move(headers)});
}
Answered Client::post(const std::string& path, const std::string& body, Headers headers) {
    return ask({"POST", path, body, std::move(headers)});
}
Answered Client::put(const std::string& path, const std::string& body, Headers headers) {
    return ask({"PUT", path, body, std::move(headers)});
}
Answered Client::patch(const std::string& path, const std::string& body, Headers headers) {
    return ask({"PATCH", path, body, std::move(headers)});
}
Answered Client::remove(const std::string& path, const std::string& body) {
    return ask({"DELETE", path, body});
}

std::vector<Answered> Client::ask_at_once(const std::vector<Question>& questions) {
    std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> crowd(curl_multi_init(), curl_multi_cleanup);
    std::vector<std::unique_ptr<Exchange>> exchanges;
    auto source = "host!" + from_;
    // The plain port: without handshakes the questions arrive closer together.
    auto url = "http://127.0.0.1:" + std::to_string(world_.plain_port());
    for (const auto& question : questions) {
        auto& exchange = exchanges.emplace_back(prepare(question));
        exchange->handle = curl_easy_init();
        exchange->own = true;
        set(exchange->handle, CURLOPT_INTERFACE, source.c_str());
        ask_with(exchange->handle, url + question.path, question.method, exchange->body,
                 exchange->headers, exchange->answered);
        curl_multi_add_handle(crowd.get(), exchange->handle);
    }
    for (int running = 1; running > 0;) {
        curl_multi_perform(crowd.get(), &running);
        if (running > 0) curl_multi_poll(crowd.get(), nullptr, 0, 1000, nullptr);
    }
    std::vector<Answered> answers;
    for (auto& exchange : exchanges) {
        exchange->take();
        curl_multi_remove_handle(crowd.get(), exchange->handle);
        answers.push_back(std::move(exchange->answered));
    }
    return answers;
}

Wire::Wire(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        close(socket_);
        throw std::runtime_error("nobody listens at the port");
    }
}

Wire::~Wire() { close(socket_); }

void Wire::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;  // refused before it was all said: the answer tells why
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Wire::rest() {
    std::string all;
    char part[8192];
    for (ssize_t got; (got = recv(socket_, part, sizeof part, 0)) > 0;) {
        all.append(part, static_cast<std::size_t>(got));
    }
    return all;
}

std::string by_hand(int port, std::string_view bytes) {
    Wire wire{port};
    wire.send(bytes);
    return wire.rest();
}

int status_of(const std::string& answer) {
    if (!answer.starts_with("HTTP/1.") || answer.size() < 12) return 0;
    return static_cast<int>(parse_integer(answer.substr(9, 3)).value_or(0));
}

std::string body_of(const std::string& answer) {
    auto end = answer.find("\r\n\r\n");
    return end == answer.npos ? "" : answer.substr(end + 4);
}

std::string figures(const World& world) {
    return body_of(
        by_hand(world.operator_port(), "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n"));
}

double figure(const World& world, const std::string& name) {
    double sum = 0;
    auto all = figures(world);
    for (auto line : split(all, '\n')) {
        if (line.starts_with(name)) sum += std::stod(std::string{line.substr(line.rfind(' '))});
    }
    return sum;
}
