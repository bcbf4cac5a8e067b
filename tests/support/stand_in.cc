#include "tests/support/stand_in.h"

#include <fstream>
#include <stdexcept>

namespace {

std::string first_line(const std::string& path) {
    std::ifstream file{path};
    std::string line;
    if (!std::getline(file, line)) throw std::runtime_error("nothing in " + path);
    return line;
}

}  // namespace

StandIn::StandIn(World& world)
    : base_(first_line(world.folder() + "/stripe/address")),
      key_(first_line(world.folder() + "/secrets/stripe_key")),
      secret_(first_line(world.folder() + "/secrets/stripe_webhook_secret")) {}

JsonValue StandIn::find(const std::string& path) {
    auto answer = ask("GET", url(path), "", "");
    return answer.status == 200 ? parse_json(answer.body) : JsonValue{};
}

void StandIn::remove(const std::string& path) {
    if (ask("DELETE", url(path), "", "").status != 200)
        throw std::runtime_error("not there: " + path);
}

void StandIn::pay(const std::string& page) {
    auto answer =
        ask("POST", page + "/pay", "application/x-www-form-urlencoded", "number=4242424242424242");
    if (answer.status != 303) throw std::runtime_error("nothing was paid on " + page);
}

void StandIn::order(const std::string& what, const std::string& json) {
    auto answer = ask("POST", url("/_control/" + what), "application/json", json);
    if (answer.status != 200) throw std::runtime_error(what + ": " + answer.body);
}

HttpAnswer StandIn::ask(const char* method, const std::string& url, const std::string& type,
                        const std::string& body) {
    HttpCall call{.method = method, .url = url};
    call.headers = {{"Authorization", "Bearer " + key_}};
    if (!type.empty()) call.headers.push_back({"Content-Type", type});
    call.body = body;
    return client_.send(call);
}
