#include "common/http/serve.h"

#include <fcgiapp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "common/process/log.h"

namespace {

std::string parameter(const FCGX_Request& raw, const char* name) {
    const char* value = FCGX_GetParam(name, raw.envp);
    return value ? value : "";
}

// `HTTP_ACCEPT_LANGUAGE` -> `accept-language`
std::string header_name(std::string_view parameter) {
    std::string name = lower_ascii(parameter);
    for (char& c : name) {
        if (c == '_') c = '-';
    }
    return name;
}

// A stuck peer must not hold a child for ever. What is small needs no limit: it is there already,
// or fits into the socket.
constexpr std::size_t small = 16 * 1024;

void bound_waiting(int socket, int direction) {
    timeval limit{10, 0};
    setsockopt(socket, SOL_SOCKET, direction, &limit, sizeof limit);
}

// The body as it was announced. Nothing when it came short: the client went away.
std::optional<std::string> read_body(const FCGX_Request& raw) {
    auto length = parse_integer(parameter(raw, "CONTENT_LENGTH")).value_or(0);
    if (length > 0) bound_waiting(raw.ipcFd, SO_RCVTIMEO);
    std::string body(static_cast<std::size_t>(std::max<std::int64_t>(length, 0)), '\0');
    std::size_t have = 0;
    while (have < body.size()) {
        int got = FCGX_GetStr(body.data() + have, static_cast<int>(body.size() - have), raw.in);
        if (got <= 0) return std::nullopt;
        have += static_cast<std::size_t>(got);
    }
    return body;
}

Request read_request(const FCGX_Request& raw) {
    Request request;
    request.method = parse_method(parameter(raw, "REQUEST_METHOD"));
    request.path = clean_path(parameter(raw, "REQUEST_URI"));
    request.query = parameter(raw, "QUERY_STRING");
    request.content_type = parameter(raw, "CONTENT_TYPE");
    request.remote = parameter(raw, "REMOTE_ADDR");
    request.id = parameter(raw, "REQUEST_ID");
    request.operator_listener = parameter(raw, "LISTENER") == "operator";
    for (char** entry = raw.envp; *entry; ++entry) {
        std::string_view text{*entry};
        if (text.substr(0, 5) != "HTTP_") continue;
        auto equals = text.find('=');
        if (equals + 1 == text.size()) continue;  // nginx passes absent headers as empty
        request.headers.emplace_back(header_name(text.substr(5, equals - 5)),
                                     text.substr(equals + 1));
    }
    return request;
}

// A line break in a value would begin a header of the attacker's own.
void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
    out += "\r\n";
}

// libfcgi would wait for nginx to close first, so that nothing is cut off that nginx has yet to
// send. When the end of its input was read, nothing is.
void finish(FCGX_Request& raw) {
    char rest[256];
    while (FCGX_GetStr(rest, sizeof rest, raw.in) > 0) {
    }
    FCGX_Detach(&raw);
    FCGX_Finish_r(&raw);
}

void send(FCGX_Request& raw, const Reply& reply) {
    std::string out = "Status: " + std::to_string(reply.status) + "\r\n";
    if (reply.status != 304) append_header(out, "Content-Type", reply.content_type);
    for (const auto& [name, value] : reply.headers) append_header(out, name, value);
    out += "\r\n";
    out += reply.body;
    if (out.size() > small) bound_waiting(raw.ipcFd, SO_SNDTIMEO);
    FCGX_PutStr(out.data(), static_cast<int>(out.size()), raw.out);
    finish(raw);
}

// What accept() told. False: nobody was there after all.
bool accepted(int result) {
    if (result == 0) return true;
    if (result == -EAGAIN || result == -EINTR) return false;
    if (result == -EMFILE || result == -ENFILE || result == -ENOMEM) {
        usleep(50'000);
        return false;
    }
    throw std::system_error(-result, std::generic_category(), "accept");
}

void serve_one(Child& child, FCGX_Request& raw, Worker& worker, Metrics& metrics) {
    child.accepting();
    if (!accepted(FCGX_Accept_r(&raw))) return child.idle();
    metrics.in_flight(child.index(), true);
    auto request = read_request(raw);
    child.working(request.id, std::string{name(request.method)} + " " + request.path);
    if (auto body = read_body(raw)) {
        request.body = *std::move(body);
        Observation seen;
        send(raw, worker.answer(request, seen));
        metrics.record(child.index(), seen);
    } else {
        FCGX_Finish_r(&raw);
    }
    metrics.in_flight(child.index(), false);
    child.idle();
}

}  // namespace

void serve_requests(Child& child, Worker& worker, Metrics& metrics) {
    FCGX_Init();
    FCGX_Request raw;
    FCGX_InitRequest(&raw, child.listener(), FCGI_FAIL_ACCEPT_ON_INTR);
    while (child.wait()) serve_one(child, raw, worker, metrics);
    FCGX_Free(&raw, 1);
}
