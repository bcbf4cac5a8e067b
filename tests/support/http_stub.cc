#include "tests/support/http_stub.h"

namespace {

// Whether a request is there as a whole: its head, and as much body as the head promises.
bool complete(const std::string& request) {
    auto end = request.find("\r\n\r\n");
    if (end == request.npos) return false;
    auto length = request.find("Content-Length: ");
    auto body = length < end ? std::stoul(request.substr(length + 16)) : 0;
    return request.size() >= end + 4 + body;
}

}  // namespace

HttpStub::HttpStub(Answer answer)
    : answer_(std::move(answer)), server_([this](Conversation& client) { serve(client); }) {}

std::string HttpStub::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
}

std::string HttpStub::ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

void HttpStub::serve(Conversation& client) {
    std::string request;
    for (auto heard = client.hear(); !heard.empty(); heard = client.hear()) {
        request += heard;
        if (!complete(request)) continue;
        if (!client.say(answer_(request))) return;
        request.clear();
    }
}
