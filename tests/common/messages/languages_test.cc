// The ten languages: finding one, and counting in it. Plural samples are those that CLDR gives.
#include "common/messages/languages.h"

#include <cppunit/extensions/HelperMacros.h>

#include <limits>
#include <string>
#include <vector>

namespace {

using Counts = std::vector<std::uint64_t>;

void expect_forms(const char* code, const std::vector<Counts>& samples) {
    const auto& rule = plural_rule(find_language(code).value());
    CPPUNIT_ASSERT_EQUAL(samples.size(), rule.forms);
    for (std::size_t form = 0; form < samples.size(); ++form)
        for (auto count : samples[form])
            CPPUNIT_ASSERT_EQUAL_MESSAGE(code + (" " + std::to_string(count)), form,
                                         rule.form(count));
}

class LanguagesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LanguagesTest);
    CPPUNIT_TEST(begin_with_english);
    CPPUNIT_TEST(are_found_by_code_in_any_case);
    CPPUNIT_TEST(are_found_by_the_range_of_a_region);
    CPPUNIT_TEST(are_not_found_in_broken_ranges);
    CPPUNIT_TEST(read_arabic_alone_from_right_to_left);
    CPPUNIT_TEST(count_english);
    CPPUNIT_TEST(count_french_and_portuguese_with_zero_as_one);
    CPPUNIT_TEST(count_polish);
    CPPUNIT_TEST(count_arabic);
    CPPUNIT_TEST(choose_a_form_that_exists_for_any_count);
    CPPUNIT_TEST_SUITE_END();

  public:
    void begin_with_english() {
        CPPUNIT_ASSERT_EQUAL(std::string("en"), std::string(languages()[english].code));
    }

    void are_found_by_code_in_any_case() {
        for (LanguageId id = 0; id < language_count; ++id)
            CPPUNIT_ASSERT(find_language(languages()[id].code) == id);
        CPPUNIT_ASSERT(find_language("PL") == find_language("pl"));
        CPPUNIT_ASSERT(!find_language("sv"));
    }

    void are_found_by_the_range_of_a_region() {
        for (auto range : {"es-MX", "ES-mx", "es-419", "es-Latn-MX-x-own"})
            CPPUNIT_ASSERT_MESSAGE(range, find_language(range) == find_language("es"));
    }

    void are_not_found_in_broken_ranges() {
        for (auto range : {"", "-", "es-", "-es", "es--MX", "es_MX", "es-ninechars", " es", "e",
                           "esp", "*", "es-*", "es\xc3\xb1", "x-es"})
            CPPUNIT_ASSERT_MESSAGE(range, !find_language(range));
        CPPUNIT_ASSERT(!find_language(std::string_view("es\0", 3)));
    }

    void read_arabic_alone_from_right_to_left() {
        for (const auto& language : languages())
            CPPUNIT_ASSERT_EQUAL(std::string(language.code) == "ar" ? std::string("rtl") : "ltr",
                                 std::string(language.direction));
    }

    void count_english() { expect_forms("en", {{1}, {0, 2, 3, 16, 100, 1000, 10000, 1000000}}); }

    void count_french_and_portuguese_with_zero_as_one() {
        expect_forms("fr", {{0, 1}, {2, 3, 17, 100, 1000, 10000}});
        expect_forms("pt", {{0, 1}, {2, 3, 17, 100, 1000, 10000}});
    }

    void count_polish() {
        expect_forms("pl", {{1},
                            {2, 3, 4, 22, 23, 24, 32, 42, 52, 62, 102, 1002},
                            {0, 5, 6, 11, 12, 13, 14, 19, 21, 25, 100, 112, 114, 1000, 1012}});
    }

    void count_arabic() {
        expect_forms("ar", {{0},
                            {1},
                            {2},
                            {3, 4, 10, 103, 110, 1003},
                            {11, 26, 99, 111, 1011},
                            {100, 101, 102, 200, 202, 300, 1000, 10000, 1000000}});
    }

    void choose_a_form_that_exists_for_any_count() {
        for (LanguageId id = 0; id < language_count; ++id) {
            const auto& rule = plural_rule(id);
            CPPUNIT_ASSERT(rule.form(std::numeric_limits<std::uint64_t>::max()) < rule.forms);
            for (std::uint64_t count = 0; count < 1200; ++count)
                CPPUNIT_ASSERT(rule.form(count) < rule.forms);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LanguagesTest);

}  // namespace
