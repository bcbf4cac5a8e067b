// Hostile texts: strings that have broken programs elsewhere, in every place that takes text.
// Nothing may break, and what is kept must come back as it was sent.
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <optional>

#include "common/base/text.h"
#include "tests/support/expect.h"
#include "tests/support/unharmed.h"
#include "tests/support/walk.h"

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

// Signs nobody out, or else the walk ends early.
bool ends_sessions(const Operation& operation) {
    return operation.path.starts_with("/api/v1/auth/logout");
}

class StoryHostileText : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoryHostileText);
    CPPUNIT_TEST(every_text_of_every_body);
    CPPUNIT_TEST(every_parameter_of_every_query);
    CPPUNIT_TEST(every_path_value);
    CPPUNIT_TEST(a_name_comes_back_as_it_was);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        walk_.emplace(world_with());
        unharmed_.emplace(world_with());
    }
    void tearDown() override { unharmed_->check(); }

  private:
    // Routes that hash passwords get a part of the strings: a hash takes its time.
    void every_text_of_every_body() {
        auto strings = naughty_strings();
        std::size_t turn = 0;
        for (const auto& operation : walk_->operations()) {
            if (ends_sessions(operation)) continue;
            bool slow = operation.path.starts_with("/api/v1/auth/");
            for (const auto& place : operation.texts) {
                std::vector<Question> questions;
                std::vector<std::string> sent;
                for (std::size_t i = slow ? turn++ % 7 : 0; i < strings.size(); i += slow ? 7 : 1) {
                    questions.push_back(
                        walk_->question(operation, walk_->own(operation),
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
        walk_->ask_all(questions, [&](const Question& question, const Answered& answer) {
            const auto& text = sent[at++];
            survives(question, answer);
            if (answer.status == 201)
                made.push_back({"DELETE", answer.header("Location"), "", question.headers});
            // A POST that finds what is there already answers 200 with that.
            bool ours = answer.status == (question.method == "POST" ? 201 : 200);
            const auto* kept = ours ? found_again(answer.json, place) : nullptr;
            bool may_differ = place.back().find("url") != std::string::npos ||
                              place.back() == "email" || place.back() == "client_updated_at";
            if (!kept || may_differ) return;
            // Some names lose the blanks around them.
            bool name = place.back() == "name" || place.back() == "full_name";
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told(question, answer),
                                         name ? std::string{trim(text)} : text,
                                         name ? std::string{trim(*kept)} : *kept);
        });
        walk_->ask_all(made, survives);
    }

    void every_parameter_of_every_query() {
        std::vector<Question> questions;
        auto strings = naughty_strings();
        std::size_t turn = 0;
        for (const auto& operation : walk_->operations()) {
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
        walk_->ask_all(questions, survives);
    }

    void add_query(std::vector<Question>& questions, const Operation& operation,
                   const std::string& parameter, const std::string& text) {
        if (text.size() > 1000) return;
        questions.push_back(walk_->question(
            operation, walk_->own(operation) + "?" + parameter + "=" + percent_encode(text)));
    }

    void every_path_value() {
        std::vector<Question> questions;
        for (const auto& operation : walk_->operations()) {
            if (operation.path.find('{') == std::string::npos) continue;
            for (const auto& text : naughty_strings()) {
                if (text.empty() || text.size() > 1000) continue;
                auto body = operation.body.kind == JsonValue::Kind::null
                                ? std::string{}
                                : sample_body(operation.body);
                questions.push_back(
                    walk_->question(operation, fill(operation.path, percent_encode(text)), body));
            }
        }
        walk_->ask_all(questions, [](const Question& question, const Answered& answer) {
            CPPUNIT_ASSERT_MESSAGE(told(question, answer),
                                   answer.status >= 200 && answer.status < 500);
        });
    }

    void a_name_comes_back_as_it_was() {
        for (const auto& text : naughty_strings()) {
            auto put =
                walk_->viewer.put("/api/v1/progress", R"({"progress_seconds": 7, )" +
                                                          object({{"item_id", text}}).substr(1));
            if (put.status != 200) {
                expect_refusal(400, "validation_failed", put);
                continue;
            }
            CPPUNIT_ASSERT_EQUAL(text, put.text("progress.item_id"));
            auto listed = walk_->viewer.get("/api/v1/progress?limit=1");
            CPPUNIT_ASSERT_EQUAL(text, listed.text("progress.0.item_id"));
        }
    }

    std::optional<Walk> walk_;
    std::optional<Unharmed> unharmed_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoryHostileText);

}  // namespace
