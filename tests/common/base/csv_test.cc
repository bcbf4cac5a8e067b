#include "common/base/csv.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

std::string cell(const std::string& text) {
    CsvWriter csv;
    csv.text(text);
    return csv.take();
}

class CsvTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CsvTest);
    CPPUNIT_TEST(separates_cells_and_lines);
    CPPUNIT_TEST(quotes_what_needs_it);
    CPPUNIT_TEST(lets_no_text_be_computed);
    CPPUNIT_TEST_SUITE_END();

    void separates_cells_and_lines() {
        CsvWriter csv;
        csv.text("a");
        csv.number(-499);
        csv.end_line();
        csv.text("");
        csv.text("é");
        csv.end_line();
        CPPUNIT_ASSERT_EQUAL(std::string{"a,-499\r\n,é\r\n"}, csv.take());
    }

    void quotes_what_needs_it() {
        CPPUNIT_ASSERT_EQUAL(std::string{"\"a,b\""}, cell("a,b"));
        CPPUNIT_ASSERT_EQUAL(std::string{"\"say \"\"hi\"\"\""}, cell("say \"hi\""));
        CPPUNIT_ASSERT_EQUAL(std::string{"\"two\nlines\""}, cell("two\nlines"));
    }

    void lets_no_text_be_computed() {
        for (const char* text : {"=1+1", "+1", "-1", "@sum", "\tx"}) {
            CPPUNIT_ASSERT_EQUAL('\'', cell(text).front());
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"\"'=a,b\""}, cell("=a,b"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a=b"}, cell("a=b"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CsvTest);

}  // namespace
