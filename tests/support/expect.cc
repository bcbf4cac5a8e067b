#include "tests/support/expect.h"

#include <cppunit/Asserter.h>

#include <set>

#include "common/base/text.h"

namespace {

using Kind = JsonValue::Kind;

class Check {
  public:
    Check(const Answered& answered, Here here) : answered_(answered), here_(here) {}

    void that(bool holds, const std::string& claim) const {
        CppUnit::Asserter::failIf(
            !holds,
            CppUnit::Message(claim, "answer: " + std::to_string(answered_.status) + " " +
                                        answered_.body.substr(0, 2000)),
            CppUnit::SourceLine(here_.file_name(), static_cast<int>(here_.line())));
    }
    void has(Kind kind, const char* member) const {
        const auto* found = answered_.json.find(member);
        that(found && found->kind == kind, std::string{"the envelope has "} + member);
    }
    void each_header_once() const {
        std::set<std::string> seen;
        for (const auto& [name, value] : answered_.headers) {
            auto known = !seen.insert(lower_ascii(name)).second;
            that(!known || name == "Set-Cookie", "header once: " + name);
        }
    }
    void common(int status) const {
        that(answered_.status == status, "status is " + std::to_string(status));
        each_header_once();
        that(!answered_.header("X-Request-Id").empty(), "has X-Request-Id");
        has(Kind::boolean, "success");
        has(Kind::text, "message");
        that(!answered_.message().empty(), "says something");
        that(answered_.json.find("success")->boolean == (status < 400), "success fits the status");
    }

  private:
    const Answered& answered_;
    Here here_;
};

}  // namespace

void expect(int status, const Answered& answered, Here here) {
    Check check{answered, here};
    check.common(status);
    check.has(Kind::object, "data");
    check.that(status != 201 || !answered.header("Location").empty(), "created with Location");
    check.that(!answered.header("Content-Language").empty(), "has Content-Language");
    check.that(!answered.header("Server-Timing").empty(), "has Server-Timing");
    check.that(answered.header("Vary").find("Accept-Language") != std::string::npos, "has Vary");
}

void expect_refusal(int status, const std::string& code, const Answered& answered, Here here) {
    Check check{answered, here};
    check.common(status);
    check.that(answered.code() == code, "code is " + code);
    const auto* id = answered.json.find("request_id");
    check.that(id && id->text == answered.header("X-Request-Id"), "request_id as in the header");
    bool waits = status == 429 || status == 503 || status == 423;
    check.that(!waits || !answered.header("Retry-After").empty(), "has Retry-After");
    check.that(status != 405 || !answered.header("Allow").empty(), "has Allow");
}
