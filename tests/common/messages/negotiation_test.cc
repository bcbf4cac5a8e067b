// Which language is answered, as a table of what clients send.
#include "common/messages/negotiation.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace {

struct Asked {
    std::string parameter;
    std::string header;
    std::string saved;
};

void expect(const std::string& code, const Asked& asked) {
    auto language = negotiate(asked.parameter, asked.header, asked.saved);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(asked.parameter + "|" + asked.header + "|" + asked.saved, code,
                                 std::string(languages()[language].code));
}

void expect_header(const std::string& code, const std::string& header) {
    expect(code, {"", header, ""});
}

std::string repeat(const std::string& text, int times) {
    std::string repeated;
    while (times-- > 0) repeated += text;
    return repeated;
}

class NegotiationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NegotiationTest);
    CPPUNIT_TEST(takes_parameter_over_header_over_saved_over_english);
    CPPUNIT_TEST(ignores_what_is_not_spoken);
    CPPUNIT_TEST(follows_weights_then_order);
    CPPUNIT_TEST(never_answers_in_a_refused_language);
    CPPUNIT_TEST(tells_a_refused_region_from_a_refused_language);
    CPPUNIT_TEST(leaves_the_choice_to_us_at_a_star);
    CPPUNIT_TEST(passes_over_malformed_ranges);
    CPPUNIT_TEST(reads_sixteen_ranges);
    CPPUNIT_TEST(reads_256_bytes_and_no_half_range);
    CPPUNIT_TEST_SUITE_END();

  public:
    void takes_parameter_over_header_over_saved_over_english() {
        expect("fr", {"fr", "de", "pl"});
        expect("de", {"", "de", "pl"});
        expect("pl", {"", "", "pl"});
        expect("en", {"", "", ""});
        expect("pt", {"pt-PT", "de", "pl"});
    }

    void ignores_what_is_not_spoken() {
        expect("de", {"sv", "de", "pl"});
        expect("de", {"fr;q=1", "de", ""});
        expect("pl", {"sv", "sv, ja;q=0.5", "pl"});
        expect("en", {"sv", "sv", "sv"});
    }

    void follows_weights_then_order() {
        expect_header("es", "es-ES,es;q=0.9,en;q=0.8");
        expect_header("fr", "fr-FR,fr;q=0.9,en;q=0.8");
        expect_header("de", "en;q=0.2, de;q=0.9, fr;q=0.899");
        expect_header("it", "sv, it;q=0.001");
        expect_header("nl", "nl;q=0.5, tr;q=0.5");
        expect_header("tr", "nl;q=0.5, tr;Q=1.000");
        expect_header("tr", "nl;q=0.5,\ttr ; q=0.7 ");
    }

    void never_answers_in_a_refused_language() {
        expect("en", {"", "es;q=0", "es"});
        expect("en", {"", "es, es;q=0.0", ""});
        expect("en", {"", "es-MX, es;q=0.000", "es"});
        expect_header("es", "en;q=0");
        expect("pl", {"", "en;q=0", "pl"});
        expect("es", {"es", "es;q=0", ""});
        expect_header("en",
                      "en;q=0,es;q=0,fr;q=0,de;q=0,pt;q=0,it;q=0,nl;q=0,pl;q=0,tr;q=0,ar;q=0");
    }

    void tells_a_refused_region_from_a_refused_language() {
        expect_header("es", "es-ES, es-MX;q=0");
        expect("es", {"", "es-MX;q=0", "es"});
    }

    void leaves_the_choice_to_us_at_a_star() {
        expect_header("en", "*");
        expect("ar", {"", "*", "ar"});
        expect("fr", {"", "*;q=0.8, fr;q=0.5", "ar"});
        expect("ar", {"", "sv, *;q=0", "ar"});
    }

    void passes_over_malformed_ranges() {
        for (auto broken :
             {"fr;q=2",  "fr;q=1.001", "fr;q=0.1234", "fr;q=",      "fr;q",         "fr;",
              "fr;q=.5", "fr;q=-1",    "fr;q=x",      "fr;q=0,5fr", "fr;q=1;q=0.1", "fr;level=1",
              "fr q=1",  "fr_FR",      "fr-",         "\"fr\"",     "fr\xff",       "=",
              ";;;",     "fr;q=1e0",   "fr;q=01",     "fr;q = 1"})
            expect_header("de", std::string(broken) + ",, ,de;q=0.3");
        expect_header("de", std::string("fr\0,de;q=0.3", 12));
    }

    void reads_sixteen_ranges() {
        expect_header("fr", repeat("sv,", 15) + "fr");
        expect_header("en", repeat("sv,", 16) + "fr");
    }

    void reads_256_bytes_and_no_half_range() {
        std::string start = repeat("x-" + repeat("abcdefg-", 14) + "a,", 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t{232}, start.size());
        expect_header("fr", start + "fr" + repeat(" ", 22));
        expect_header("en", start + "fr" + repeat(" ", 23));
        expect_header("fr", start + "fr" + repeat(" ", 22) + ",de");
        expect("fr", {"", start + repeat(" ", 17) + "fr;q=0.9", "fr"});
        expect_header("en", repeat("fr-", 1000));
        expect_header("en", repeat(",", 100000) + "fr");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NegotiationTest);

}  // namespace
