// Words for keys. Rules are tried on small catalogues written here, promises to clients on the
// product's own, which the build has put into $BUILD/messages.
#include "common/messages/messages.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>

#include "tests/common/messages/mo_file.h"

namespace {

using namespace std::string_literals;

const LanguageId spanish = find_language("es").value();
const LanguageId french = find_language("fr").value();
const LanguageId polish = find_language("pl").value();
const LanguageId arabic = find_language("ar").value();

std::vector<Detail> count(std::int64_t value) { return {{"count", value}}; }

class MessagesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MessagesTest);
    CPPUNIT_TEST(fill_placeholders_by_name);
    CPPUNIT_TEST(leave_a_placeholder_without_a_detail);
    CPPUNIT_TEST(never_read_values_as_templates);
    CPPUNIT_TEST(survive_stray_braces);
    CPPUNIT_TEST(choose_the_plural_by_count);
    CPPUNIT_TEST(take_the_last_form_when_there_is_no_number);
    CPPUNIT_TEST(fall_back_to_english_then_to_the_key);
    CPPUNIT_TEST(have_only_what_the_language_has);
    CPPUNIT_TEST(name_every_missing_and_broken_file);
    CPPUNIT_TEST(promise_the_seed_words_of_the_rate_limit);
    CPPUNIT_TEST(count_seconds_in_french_polish_and_arabic);
    CPPUNIT_TEST(word_every_shared_problem_in_every_language);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "messages.XXXXXX").string();
        CPPUNIT_ASSERT(mkdtemp(pattern.data()));
        folder_ = pattern;
        for (LanguageId id = 0; id < language_count; ++id)
            write(id, mo_file({mo_header(plural_rule(id).forms)}));
        write(english, mo_file({mo_header(2),
                                {"hello", "Hello {name}, from {place}"},
                                {"days"s + '\0' + "days", "{count} day\0{count} days"s},
                                {"stray", "{ {name {name} } {}"}}));
        write(spanish, mo_file({mo_header(2), {"hello", "De {place}: hola {name} {name}"}}));
    }

    void tearDown() override { std::filesystem::remove_all(folder_); }

    void fill_placeholders_by_name() {
        std::vector<Detail> details{{"name", "Ana"s}, {"place", std::int64_t{-7}}};
        CPPUNIT_ASSERT_EQUAL("Hello Ana, from -7"s, load().text(english, "hello", details));
        CPPUNIT_ASSERT_EQUAL("De -7: hola Ana Ana"s, load().text(spanish, "hello", details));
    }

    void leave_a_placeholder_without_a_detail() {
        CPPUNIT_ASSERT_EQUAL("Hello {name}, from {place}"s, load().text(english, "hello"));
    }

    void never_read_values_as_templates() {
        for (auto hostile :
             {"{place}"s, "{name}"s, "{"s, "%s%n"s, "\\1 $& \""s, "a\0b"s, "\xff"s}) {
            std::vector<Detail> details{{"name", hostile}, {"place", "Rome"s}};
            CPPUNIT_ASSERT_EQUAL("Hello " + hostile + ", from Rome",
                                 load().text(english, "hello", details));
        }
    }

    void survive_stray_braces() {
        CPPUNIT_ASSERT_EQUAL("{ {name {name} } {}"s,
                             load().text(english, "stray", {{"name", "x"s}}));
    }

    void choose_the_plural_by_count() {
        auto messages = load();
        CPPUNIT_ASSERT_EQUAL("1 day"s, messages.text(english, "days", count(1)));
        CPPUNIT_ASSERT_EQUAL("0 days"s, messages.text(english, "days", count(0)));
        CPPUNIT_ASSERT_EQUAL("-1 day"s, messages.text(english, "days", count(-1)));
        auto least = std::numeric_limits<std::int64_t>::min();
        CPPUNIT_ASSERT_EQUAL(std::to_string(least) + " days",
                             messages.text(english, "days", count(least)));
        CPPUNIT_ASSERT_EQUAL("1 day"s, messages.text(english, "days", {{"count", "1"s}}));
    }

    void take_the_last_form_when_there_is_no_number() {
        CPPUNIT_ASSERT_EQUAL("many days"s, load().text(english, "days", {{"count", "many"s}}));
        CPPUNIT_ASSERT_EQUAL("{count} days"s, load().text(english, "days"));
    }

    void fall_back_to_english_then_to_the_key() {
        CPPUNIT_ASSERT_EQUAL("1 day"s, load().text(arabic, "days", count(1)));
        CPPUNIT_ASSERT_EQUAL("{no} such"s, load().text(arabic, "{no} such", {{"no", "x"s}}));
        CPPUNIT_ASSERT_EQUAL(""s, load().text(arabic, ""));
    }

    void have_only_what_the_language_has() {
        CPPUNIT_ASSERT(load().has(english, "days"));
        CPPUNIT_ASSERT(!load().has(spanish, "days"));
        CPPUNIT_ASSERT(!load().has(english, ""));
    }

    void name_every_missing_and_broken_file() {
        std::filesystem::remove(folder_ + "/de.mo");
        write(polish, "nonsense");
        write(arabic, mo_file({mo_header(2)}));
        try {
            load();
            CPPUNIT_FAIL("loaded");
        } catch (const std::runtime_error& fault) {
            CPPUNIT_ASSERT_EQUAL("words for people: " + folder_ + "/de.mo cannot be read; " +
                                     folder_ + "/pl.mo not a .mo file; " + folder_ +
                                     "/ar.mo counts in other plural forms",
                                 std::string(fault.what()));
        }
    }

    void promise_the_seed_words_of_the_rate_limit() {
        CPPUNIT_ASSERT_EQUAL("Rate limit exceeded. Please retry after 900 seconds"s,
                             product().text(english, "rate_limited", count(900)));
        CPPUNIT_ASSERT_EQUAL("Rate limit exceeded. Please retry after 1 second"s,
                             product().text(english, "rate_limited", count(1)));
    }

    void count_seconds_in_french_polish_and_arabic() {
        expect_end(french, 0, "dans 0 seconde");
        expect_end(french, 2, "dans 2 secondes");
        expect_end(polish, 1, "za 1 sekundę");
        expect_end(polish, 22, "za 22 sekundy");
        expect_end(polish, 12, "za 12 sekund");
        expect_end(arabic, 2, "بعد ثانيتين");
        expect_end(arabic, 10, "بعد 10 ثوانٍ");
        expect_end(arabic, 11, "بعد 11 ثانية");
    }

    void word_every_shared_problem_in_every_language() {
        auto messages = product();
        for (auto* problem : {&validation_failed,
                              &malformed_json,
                              &malformed_request,
                              &unauthenticated,
                              &token_expired,
                              &forbidden,
                              &account_suspended,
                              &origin_not_allowed,
                              &not_found,
                              &method_not_allowed,
                              &conflict,
                              &request_in_progress,
                              &payload_too_large,
                              &unsupported_media_type,
                              &idempotency_key_reused,
                              &missing_idempotency_key,
                              &rate_limited,
                              &too_many_attempts,
                              &internal_error,
                              &unavailable})
            for (LanguageId id = 0; id < language_count; ++id)
                CPPUNIT_ASSERT_MESSAGE(problem->key(), messages.has(id, problem->key()));
    }

  private:
    void write(LanguageId language, const std::string& bytes) {
        std::ofstream(folder_ + "/" + languages()[language].code + ".mo", std::ios::binary)
            << bytes;
    }

    Messages load() const { return Messages::load(folder_); }
    static Messages product() {
        const char* build = std::getenv("BUILD");
        return Messages::load(std::string(build ? build : "build") + "/messages");
    }

    static void expect_end(LanguageId language, std::int64_t seconds, const std::string& end) {
        auto text = product().text(language, "rate_limited", count(seconds));
        CPPUNIT_ASSERT_EQUAL(end, text.substr(text.size() - std::min(text.size(), end.size())));
    }

    std::string folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessagesTest);

}  // namespace
