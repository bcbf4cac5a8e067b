// .mo files: read whole in either endianness, and refused when they are anything else. Every broken
// file lies in memory of exactly its size, so that the address sanitizer sees a step outside.
#include "common/messages/catalogue.h"

#include <cppunit/extensions/HelperMacros.h>

#include <random>
#include <stdexcept>

#include "tests/common/messages/mo_file.h"

namespace {

using namespace std::string_literals;

const std::vector<MoEntry> entries{
    mo_header(3), {"days"s + '\0' + "days", "dzień\0dni\0dnia"s}, {"done", "Gotowe"}};

Catalogue read(const std::string& bytes) {
    return Catalogue(std::vector<char>(bytes.begin(), bytes.end()), 3);
}

void expect_refused(const std::string& why, const std::string& bytes) {
    try {
        read(bytes);
    } catch (const std::runtime_error& fault) {
        CPPUNIT_ASSERT_EQUAL(why, std::string(fault.what()));
        return;
    }
    CPPUNIT_FAIL("read although it " + why);
}

std::string with_number(std::string file, std::size_t offset, std::uint32_t number) {
    return file.replace(offset, 4, mo_number(number));
}

class CatalogueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CatalogueTest);
    CPPUNIT_TEST(reads_words_and_plural_forms_of_either_endianness);
    CPPUNIT_TEST(keeps_its_words_when_it_moves);
    CPPUNIT_TEST(hides_the_header);
    CPPUNIT_TEST(refuses_what_is_no_mo_file);
    CPPUNIT_TEST(refuses_every_cut);
    CPPUNIT_TEST(refuses_tables_and_strings_outside_the_file);
    CPPUNIT_TEST(refuses_strings_without_an_end);
    CPPUNIT_TEST(refuses_wrong_plural_forms);
    CPPUNIT_TEST(refuses_a_key_twice);
    CPPUNIT_TEST(refuses_text_that_is_not_utf8);
    CPPUNIT_TEST(refuses_a_file_without_its_header);
    CPPUNIT_TEST(reads_or_refuses_but_never_breaks_on_changed_bytes);
    CPPUNIT_TEST_SUITE_END();

  public:
    void reads_words_and_plural_forms_of_either_endianness() {
        for (bool big_endian : {false, true}) {
            auto catalogue = read(mo_file(entries, big_endian));
            CPPUNIT_ASSERT(*catalogue.find("done") == Words{"Gotowe"});
            CPPUNIT_ASSERT((*catalogue.find("days") == Words{"dzień", "dni", "dnia"}));
            CPPUNIT_ASSERT(!catalogue.find("undone"));
        }
    }

    void keeps_its_words_when_it_moves() {
        std::vector<Catalogue> shelf;
        for (int i = 0; i < 20; ++i) shelf.push_back(read(mo_file(entries)));
        for (const auto& catalogue : shelf)
            CPPUNIT_ASSERT(*catalogue.find("done") == Words{"Gotowe"});
    }

    void hides_the_header() { CPPUNIT_ASSERT(!read(mo_file(entries)).find("")); }

    void refuses_what_is_no_mo_file() {
        expect_refused("ends too early", "");
        expect_refused("ends too early", "\xde\x12\x04");
        expect_refused("not a .mo file", "GIF89a, and so on for a while");
        expect_refused("not a .mo file", std::string(64, '\0'));
        expect_refused("has a revision that is not known here",
                       with_number(mo_file(entries), 4, 0x10000));
    }

    void refuses_every_cut() {
        auto whole = mo_file(entries);
        for (std::size_t size = 0; size < whole.size(); ++size)
            expect_refused("ends too early", whole.substr(0, size));
    }

    void refuses_tables_and_strings_outside_the_file() {
        auto whole = mo_file(entries);
        auto size = static_cast<std::uint32_t>(whole.size());
        for (std::uint32_t hostile :
             {size, size - 1, size - 3, 0x7fffffffU, 0xfffffff8U, 0xffffffffU})
            for (std::size_t offset : {12, 16, 44, 48, 68, 72})  // tables, and "done" in each
                expect_refused("ends too early", with_number(whole, offset, hostile));
    }

    void refuses_strings_without_an_end() {
        auto whole = mo_file(entries);
        whole.back() = '!';
        expect_refused("has a string without an end", whole);
    }

    void refuses_wrong_plural_forms() {
        auto two = entries;
        two[1].second = "dzień\0dni"s;
        expect_refused("has a wrong number of plural forms", mo_file(two));
        auto unasked = entries;
        unasked[2].second = "Gotowe\0gotowe\0gotowe"s;
        expect_refused("has a wrong number of plural forms", mo_file(unasked));
        auto header = entries;
        header[0] = mo_header(2);
        expect_refused("counts in other plural forms", mo_file(header));
    }

    void refuses_a_key_twice() {
        expect_refused("has a key twice", mo_file({mo_header(3), {"done", "a"}, {"done", "b"}}));
    }

    void refuses_text_that_is_not_utf8() {
        expect_refused("is not UTF-8", mo_file({mo_header(3),
                                                {"done",
                                                 "Fran\xe7"
                                                 "ais"}}));
        auto latin = entries;
        latin[0].second.replace(latin[0].second.find("UTF-8"), 5, "CP437");
        expect_refused("does not declare UTF-8", mo_file(latin));
    }

    void refuses_a_file_without_its_header() {
        expect_refused("has no header", mo_file({{"done", "Gotowe"}}));
        expect_refused("has no header", mo_file({}));
    }

    void reads_or_refuses_but_never_breaks_on_changed_bytes() {
        std::mt19937 random(1);
        auto whole = mo_file(entries);
        int refused = 0;
        for (int round = 0; round < 20000; ++round) {
            auto changed = whole;
            for (int i = 0; i < 3; ++i)
                changed[random() % changed.size()] = static_cast<char>(random());
            try {
                auto catalogue = read(changed);
                if (auto* words = catalogue.find("days")) CPPUNIT_ASSERT(!words->empty());
            } catch (const std::runtime_error&) {
                ++refused;
            }
        }
        CPPUNIT_ASSERT(refused > 0 && refused < 20000);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CatalogueTest);

}  // namespace
