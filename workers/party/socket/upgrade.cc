#include "workers/party/socket/upgrade.h"

#include <algorithm>
#include <optional>

#include "common/base/text.h"
#include "common/http/request.h"
#include "common/json/json.h"

namespace party {

namespace {

Admission refused(int status, std::string code, std::string message) {
    return {.status = status, .code = std::move(code), .message = std::move(message)};
}

Admission bad_request(std::string message) {
    return refused(400, "bad_request", std::move(message));
}

bool base64_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

// Base64 of 16 bytes.
bool valid_key(std::string_view key) {
    return key.size() == 24 && key.ends_with("==") &&
           std::all_of(key.begin(), key.end() - 2, base64_digit);
}

std::optional<Admission> objection(const RequestHead& head) {
    if (head.method != "GET") {
        return refused(405, "method_not_allowed", "Only GET can be upgraded.");
    }
    if (!head.upgrade || head.header("Sec-WebSocket-Version") != "13") {
        return refused(426, "upgrade_required", "This address speaks WebSocket, version 13.");
    }
    if (!valid_key(head.header("Sec-WebSocket-Key"))) {
        return bad_request("Sec-WebSocket-Key is missing or broken.");
    }
    if (head.header("Host").empty()) return bad_request("Host is missing.");
    return std::nullopt;
}

std::vector<std::string> read_protocols(std::string_view offered) {
    std::vector<std::string> protocols;
    for (auto part : split(offered, ',')) {
        if (auto name = trim(part); !name.empty()) protocols.emplace_back(name);
    }
    return protocols;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 503:
            return "Service Unavailable";
        default:
            return "Internal Server Error";
    }
}

std::string error_body(const Admission& admission) {
    JsonWriter json;
    json.begin_object();
    json.key("success");
    json.boolean(false);
    json.key("error");
    json.begin_object();
    json.key("code");
    json.text(admission.code);
    json.key("message");
    json.text(admission.message);
    json.end_object();
    json.end_object();
    return json.take();
}

}  // namespace

Admission not_http() { return bad_request("This is not HTTP."); }
Admission too_long() { return refused(431, "headers_too_large", "The headers are too long."); }
Admission broken() { return refused(500, "internal", "Something went wrong."); }
Admission undecided() { return refused(503, "unavailable", "Try again."); }

std::variant<Upgrade, Admission> read_upgrade(const RequestHead& head) {
    if (auto no = objection(head)) return *no;
    auto mark = head.target.find('?');
    auto path = percent_decode(head.target.substr(0, mark));
    auto query = parse_query(mark == head.target.npos ? "" : head.target.substr(mark + 1));
    if (!path || !path->starts_with('/') || !query) return bad_request("The address is broken.");

    auto text = [&](std::string_view name) {
        auto value = head.header(name);
        return valid_utf8(value) ? value : std::string{};
    };
    Upgrade upgrade;
    upgrade.path = *std::move(path);
    for (auto& one : *query) upgrade.query.emplace_back(std::move(one));
    upgrade.origin = text("Origin");
    upgrade.ip = text("X-Real-IP");
    upgrade.request_id = text("X-Request-ID");
    upgrade.user_agent = text("User-Agent");
    upgrade.accept_language = text("Accept-Language");
    upgrade.protocols = read_protocols(text("Sec-WebSocket-Protocol"));
    upgrade.authorization = text("Authorization");
    upgrade.cookie = text("Cookie");
    return upgrade;
}

std::string refusal(const Admission& admission) {
    auto body = error_body(admission);
    auto text = "HTTP/1.1 " + std::to_string(admission.status) + " " +
                std::string{reason_phrase(admission.status)} + "\r\nServer: syncstream\r\n";
    if (admission.status == 405) text += "Allow: GET\r\n";
    if (admission.status == 426) text += "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    if (admission.retry_after.count() > 0) {
        text += "Retry-After: " + std::to_string(admission.retry_after.count()) + "\r\n";
    }
    text += "Cache-Control: no-store\r\nContent-Type: application/json\r\nContent-Length: ";
    text += std::to_string(body.size());
    return text +
           (admission.status == 426 ? "\r\nConnection: Upgrade, close" : "\r\nConnection: close") +
           "\r\n\r\n" + body;
}

}  // namespace party
