#include "tests/support/walk.h"

#include <cppunit/TestAssert.h>

#include <algorithm>

namespace {

std::string role_for(const std::string& path) {
    if (path.starts_with("/api/v1/reseller")) return "reseller";
    if (path.starts_with("/api/v1/admin") || path.starts_with("/api/v1/analytics")) return "admin";
    return "user";
}

}  // namespace

Walk::Walk(World& world) : viewer(world), crowd_(world), account_(sign_up(viewer)) {
    subscribe(viewer, account_, "premium");
    for (const char* role : {"reseller", "admin"}) tokens_[role] = token_of(role);
    tokens_["user"] = account_.access;
}

std::string Walk::token_of(const std::string& role) {
    Client client{viewer.world()};
    auto account = sign_up(client);
    client.world().sql("update users set role = '" + role + "' where id = '" + account.id + "'");
    return sign_in(client, account).access;
}

std::vector<Operation> Walk::operations() {
    return ::operations(viewer.get("/api/v1/openapi.json").json);
}

std::string Walk::own(const Operation& operation) const {
    return fill(operation.path, account_.profile);
}

Question Walk::question(const Operation& operation, const std::string& path,
                        const std::string& body) const {
    auto role = role_for(operation.path);
    Question asked{operation.method, path, body};
    asked.headers = {{"Authorization", "Bearer " + tokens_.at(role)}};
    if (operation.method == "POST" && role != "user") {
        asked.headers.emplace_back("Idempotency-Key", Uuid::make().text());
    }
    return asked;
}

void Walk::ask_all(const std::vector<Question>& questions, const Look& look) {
    bool in_line = !questions.empty() && questions.front().method == "PATCH";
    std::size_t crowd = in_line ? 1 : 48;
    for (std::size_t at = 0; at < questions.size(); at += crowd) {
        auto end = std::min(at + crowd, questions.size());
        std::vector<Question> some(questions.begin() + static_cast<std::ptrdiff_t>(at),
                                   questions.begin() + static_cast<std::ptrdiff_t>(end));
        auto answers = crowd_.ask_at_once(some);
        for (std::size_t i = 0; i < some.size(); ++i) look(some[i], answers[i]);
    }
}

std::string told(const Question& question, const Answered& answered) {
    return question.method + " " + question.path.substr(0, 300) + " " +
           question.body.substr(0, 300) + " -> " + std::to_string(answered.status) + " " +
           answered.body.substr(0, 500);
}

void survives(const Question& question, const Answered& answered) {
    CPPUNIT_ASSERT_MESSAGE(told(question, answered),
                           answered.status >= 200 && answered.status < 500);
    CPPUNIT_ASSERT_MESSAGE(told(question, answered), answered.json.find("success"));
}
