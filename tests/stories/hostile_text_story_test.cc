// Hostile bodies and texts: broken JSON at every route that reads a body, and strings that have
// broken programs elsewhere in every place that takes text. Nothing may break, and what is kept
// must come back as it was sent.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>

#include "tests/support/account.h"
#include "tests/support/contract.h"
#include "tests/support/expect.h"
#include "tests/support/unharmed.h"

namespace {

std::vector<std::string> naughty_strings() {
    std::ifstream file("tests/fixtures/naughty_strings.txt");
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line[0] == '"') all.push_back(parse_json(line).text);
    }
    CPPUNIT_ASSERT(all.size() > 100);
    auto grinning = std::string{"\xf0\x9f\x98\x80"};
    std::string many;
    for (int i = 0; i < 3000; ++i) many += grinning;
    all.insert(all.end(), {"", many, std::string(70'000, 'a'), std::string(2'000, '\'')});
    return all;
}

std::string deep(int levels) {
    return std::string(levels, '[') + "1" + std::string(levels, ']');
}

std::vector<std::string> broken_bodies() {
    using namespace std::string_literals;
    return {
        "{", "}", "{]", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\":}",
        "{\"a\":1 \"b\":2}", "nul", "tru", "{\"a\":undefined}", "{\"a\":NaN}",
        "{\"a\":Infinity}", "{\"a\":-Infinity}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}",
        "{\"a\":+1}", "{\"a\":0x10}", "{\"a\":1e}", "{\"a\":1e400}", "{\"a\":-1e400}",
        "{\"a\":\"", "{\"a\":\"\\x41\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":\"b\nc\"}", "{\"a\":\"b\tc\"}",
        // Not UTF-8: a lone byte, overlong, a surrogate, beyond the last, cut short.
        "{\"a\":\"\xff\"}", "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\xf4\x90\x80\x80\"}", "{\"a\":\"\xe2\x82\"}", "\xef\xbb\xbf{}",
        "\xff\xfe{\0}\0"s, "{\"a\":\"b\0c\"}"s, "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}", "{}\0"s,
        // Twice, also when it is written differently.
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"x\":{\"a\":1,\"a\":1}}",
        "{} {}", "{}garbage", "{}]", "/* */{}", "{\"a\":1}//", "{\"a\":" + deep(40) + "}",
        deep(100'000), std::string(50'000, '{'), " ", "\t\n",
    };
}

// Good JSON, oddly written: as good as any.
std::vector<std::string> odd_bodies() {
    return {
        " \t\r\n{ \"name\" : \"N\" }\n",
        R"({"\u006eame":"N"})",
        R"({"name":"N","unknown":{"a":[1,-0,1e5,1E-5,123456789012345678901234567890]}})",
        R"({"name":"N","unknown":)" + deep(20) + "}",
        R"({"name":"N","NAME":1,"id":"x","user_id":"x","is_default":true,"version":9})",
        R"({"name":"\ud83d\ude00","":null})",
    };
}

// Signs nobody out, or else the walk ends early.
bool ends_sessions(const Operation& operation) {
    return operation.path.starts_with("/api/v1/auth/logout");
}

class StoryHostileText : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryHostileText);
    CPPUNIT_TEST(broken_json_is_refused_everywhere);
    CPPUNIT_TEST(odd_json_is_taken);
    CPPUNIT_TEST(bodies_of_other_kinds_are_refused);
    CPPUNIT_TEST(an_oversized_body_is_refused_in_the_envelope);
    CPPUNIT_TEST(every_text_of_every_body);
    CPPUNIT_TEST(every_parameter_of_every_query);
    CPPUNIT_TEST(every_path_value);
    CPPUNIT_TEST(a_name_comes_back_as_it_was);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        client_.emplace(world_with());
        for (const char* role : {"reseller", "admin"}) tokens_[role] = token_of(role);
        account_ = sign_up(*client_);
        subscribe(*client_, account_, "premium");
        unharmed_.emplace(client_->world());
    }
    void tearDown() override { unharmed_->check(); }

  private:
    std::vector<Operation> all() {
        return operations(client_->get("/api/v1/openapi.json").json);
    }
    std::string own(const Operation& operation) const {
        return fill(operation.path, account_.profile);
    }
    std::string token_of(const std::string& role) {
        auto account = sign_up(*client_);
        client_->world().sql("update users set role = '" + role + "' where id = '" + account.id +
                             "'");
        return sign_in(*client_, account).access;
    }
    // Asked by somebody who may.
    Question question(const Operation& operation, const std::string& path,
                      const std::string& body = "") {
        Question asked{operation.method, path, body};
        auto role = operation.path.starts_with("/api/v1/reseller")    ? "reseller"
                    : operation.path.starts_with("/api/v1/admin")     ? "admin"
                    : operation.path.starts_with("/api/v1/analytics") ? "admin"
                                                                      : "";
        auto token = tokens_.find(role);
        asked.headers = {
            {"Authorization",
             "Bearer " + (token == tokens_.end() ? account_.access : token->second)}};
        if (operation.method == "POST" && *role) {
            asked.headers.emplace_back("Idempotency-Key", Uuid::make().text());
        }
        return asked;
    }

    // Asks in crowds, and looks at each answer with the question it belongs to.
    void ask_all(const std::vector<Question>& questions,
                 const std::function<void(const Question&, const Answered&)>& look) {
        // Changes of one row follow each other, so that each sees its own.
        auto own_token = std::exchange(client_->token, "");
        bool in_line = !questions.empty() && questions.front().method == "PATCH";
        std::size_t crowd = in_line ? 1 : 48;
        for (std::size_t at = 0; at < questions.size(); at += crowd) {
            std::vector<Question> some(
                questions.begin() + static_cast<std::ptrdiff_t>(at),
                questions.begin() +
                    static_cast<std::ptrdiff_t>(std::min(at + crowd, questions.size())));
            auto answers = client_->ask_at_once(some);
            for (std::size_t i = 0; i < some.size(); ++i) look(some[i], answers[i]);
        }
        client_->token = own_token;
    }

    static std::string told(const Question& question, const Answered& answer) {
        return question.method + " " + question.path.substr(0, 300) + " " +
               question.body.substr(0, 300) + " -> " + std::to_string(answer.status) + " " +
               answer.body.substr(0, 500);
    }
    static void survives(const Question& question, const Answered& answer) {
        CPPUNIT_ASSERT_MESSAGE(told(question, answer),
                               answer.status >= 200 && answer.status < 500);
        CPPUNIT_ASSERT_MESSAGE(told(question, answer), answer.json.find("success"));
    }

    void broken_json_is_refused_everywhere() {
        std::vector<Question> questions;
        for (const auto& operation : all()) {
            if (operation.body.kind == JsonValue::Kind::null) continue;
            for (const auto& body : broken_bodies()) {
                questions.push_back(question(operation, own(operation), body));
            }
        }
        ask_all(questions, [](const Question& question, const Answered& answer) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(question, answer), 400, answer.status);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(question, answer), std::string{"malformed_json"},
                                         answer.code());
        });
    }

    void odd_json_is_taken() {
        for (const auto& body : odd_bodies()) {
            auto created = client_->post("/api/v1/profiles", body);
            expect(201, created);
            CPPUNIT_ASSERT(!created.data("profile.is_default").boolean);
            expect(200, client_->remove(created.header("Location")));
        }
    }

    void bodies_of_other_kinds_are_refused() {
        for (const auto& body : {"[]", "\"text\"", "1", "null", "true", "[{}]"}) {
            expect_refusal(400, "validation_failed", client_->post("/api/v1/profiles", body));
        }
        auto& world = client_->world();
        for (const std::string type :
             {"text/plain", "application/xml", "application/x-www-form-urlencoded",
              "multipart/form-data; boundary=x", "application/json-seq", ""}) {
            auto answer = by_hand(world.plain_port(),
                                  "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\n"
                                  "Connection: close\r\nContent-Length: 2\r\nContent-Type: " +
                                      type + "\r\n\r\n{}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(type + answer, 415, status_of(answer));
        }
    }

    void an_oversized_body_is_refused_in_the_envelope() {
        auto huge = R"({"name": ")" + std::string(1 << 20, 'a') + "\"}";
        auto refused = client_->post("/api/v1/profiles", huge);
        CPPUNIT_ASSERT_EQUAL(413, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string{"payload_too_large"}, refused.code());
        auto just = R"({"name": ")" + std::string((1 << 20) - 12, 'a') + "\"}";
        expect_refusal(400, "validation_failed", client_->post("/api/v1/profiles", just));
    }

    // Routes that hash passwords get a part of the strings: a hash takes its time.
    void every_text_of_every_body() {
        auto strings = naughty_strings();
        std::size_t turn = 0;
        for (const auto& operation : all()) {
            if (ends_sessions(operation)) continue;
            bool slow = operation.path.starts_with("/api/v1/auth/");
            for (const auto& place : operation.texts) {
                std::vector<Question> questions;
                std::vector<std::string> sent;
                for (std::size_t i = slow ? turn++ % 7 : 0; i < strings.size(); i += slow ? 7 : 1) {
                    questions.push_back(question(operation, own(operation),
                                                 sample_body(operation.body, place, strings[i])));
                    sent.push_back(strings[i]);
                }
                try_texts(questions, sent, place);
            }
        }
    }

    void try_texts(const std::vector<Question>& questions, const std::vector<std::string>& sent,
                   const Place& place) {
        std::size_t at = 0;
        std::vector<Question> made;
        ask_all(questions, [&](const Question& question, const Answered& answer) {
            const auto& text = sent[at++];
            survives(question, answer);
            if (answer.status == 201) made.push_back({"DELETE", answer.header("Location"), "", question.headers});
            // A POST that finds what is there already answers 200 with that.
            bool ours = answer.status == (question.method == "POST" ? 201 : 200);
            const auto* kept = ours ? found_again(answer.json, place) : nullptr;
            bool may_differ = place.back().find("url") != std::string::npos ||
                              place.back() == "email" || place.back() == "client_updated_at";
            if (!kept || may_differ) return;
            // Names lose the blanks around them.
            bool trimmed = place.back() == "name" || place.back() == "full_name";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(question, answer),
                                         trimmed ? std::string{trim(text)} : text, *kept);
        });
        ask_all(made, survives);
    }

    void every_parameter_of_every_query() {
        std::vector<Question> questions;
        auto strings = naughty_strings();
        std::size_t turn = 0;
        for (const auto& operation : all()) {
            if (operation.method != "GET") continue;
            for (const auto& parameter : operation.parameters) {
                for (const auto& text : strings) add_query(questions, operation, parameter, text);
            }
            // Those that every route has take turns.
            for (const char* parameter : {"lang", "view", "fields"}) {
                for (std::size_t i = turn++ % 7; i < strings.size(); i += 7) {
                    add_query(questions, operation, parameter, strings[i]);
                }
            }
        }
        ask_all(questions, survives);
    }

    void add_query(std::vector<Question>& questions, const Operation& operation,
                   const std::string& parameter, const std::string& text) {
        if (text.size() > 1000) return;
        questions.push_back(
            question(operation, own(operation) + "?" + parameter + "=" + percent_encode(text)));
    }

    void every_path_value() {
        std::vector<Question> questions;
        for (const auto& operation : all()) {
            if (operation.path.find('{') == std::string::npos) continue;
            for (const auto& text : naughty_strings()) {
                if (text.empty() || text.size() > 1000) continue;
                auto body = operation.body.kind == JsonValue::Kind::null
                                ? std::string{}
                                : sample_body(operation.body);
                questions.push_back(
                    question(operation, fill(operation.path, percent_encode(text)), body));
            }
        }
        ask_all(questions, [](const Question& question, const Answered& answer) {
            CPPUNIT_ASSERT_MESSAGE(told(question, answer),
                                   answer.status >= 200 && answer.status < 500);
        });
    }

    void a_name_comes_back_as_it_was() {
        for (const auto& text : naughty_strings()) {
            auto put = client_->put("/api/v1/progress",
                                    R"({"progress_seconds": 7, )" +
                                        object({{"item_id", text}}).substr(1));
            if (put.status != 200) {
                expect_refusal(400, "validation_failed", put);
                continue;
            }
            CPPUNIT_ASSERT_EQUAL(text, put.text("progress.item_id"));
            auto listed = client_->get("/api/v1/progress?limit=1");
            CPPUNIT_ASSERT_EQUAL(text, listed.text("progress.0.item_id"));
        }
    }

    std::optional<Client> client_;
    Account account_;
    std::map<std::string, std::string> tokens_;  // of the other roles
    std::optional<Unharmed> unharmed_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryHostileText);

}  // namespace
