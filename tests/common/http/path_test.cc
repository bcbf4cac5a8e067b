// From what a client asked for to the values of a route.
#include <cppunit/extensions/HelperMacros.h>

#include "common/http/route.h"

namespace {

class PathTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PathTest);
    CPPUNIT_TEST(leaves_the_query_out);
    CPPUNIT_TEST(follows_detours);
    CPPUNIT_TEST(keeps_escapes);
    CPPUNIT_TEST(matches_word_by_word);
    CPPUNIT_TEST(decodes_each_value_by_itself);
    CPPUNIT_TEST(refuses_values_that_are_no_text);
    CPPUNIT_TEST_SUITE_END();

    static void expect(const std::string& clean, const std::string& target) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(target, clean, clean_path(target));
    }

    // The value of `{id}`; `-` when the path does not fit.
    static std::string value(std::string_view pattern, std::string_view path) {
        std::vector<std::pair<std::string, std::string>> values;
        if (!match_path(pattern, path, values)) return "-";
        return values.empty() ? "" : values.front().second;
    }

    void leaves_the_query_out() {
        expect("/a/b", "/a/b?c=/../d");
        expect("/a/b", "/a/b#c");
        expect("/", "/");
        expect("/", "");
    }

    void follows_detours() {
        for (const char* target : {"/a/b", "//a///b", "/./a/b", "/a/./b", "/a/x/../b", "/x/../a/b",
                                   "/a/x/%2e%2E/b", "/a/%2e/b", "/a/x/.%2e/b", "/../../a/b"}) {
            expect("/a/b", target);
        }
        expect("/a/", "/a/");
        expect("/a/", "/a/b/..");
        expect("/a/", "/a/.");
        expect("/", "/a/..");
        expect("/a/...", "/a/...");
        expect("/a/.b", "/a/.b");
    }

    void keeps_escapes() {
        expect("/a%2F..%2Fb", "/a%2F..%2Fb");
        expect("/%61/%zz", "/%61/%zz");
    }

    void matches_word_by_word() {
        CPPUNIT_ASSERT_EQUAL(std::string{}, value("/a/b", "/a/b"));
        CPPUNIT_ASSERT_EQUAL(std::string{}, value("/a/b", "/%61/b"));
        for (const char* path : {"/a", "/a/", "/a/b/", "/a/b/c", "/a//b", "/A/b", "a/b", "", "/",
                                 "/a%2Fb", "/a/b%00", "/a/%"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string{"-"}, value("/a/b", path));
        }
    }

    void decodes_each_value_by_itself() {
        CPPUNIT_ASSERT_EQUAL(std::string{"x/y"}, value("/a/{id}", "/a/x%2Fy"));
        CPPUNIT_ASSERT_EQUAL(std::string{"../y"}, value("/a/{id}", "/a/..%2fy"));
        CPPUNIT_ASSERT_EQUAL(std::string{"x%2Fy"}, value("/a/{id}", "/a/x%252Fy"));
        CPPUNIT_ASSERT_EQUAL(std::string{"a+b"}, value("/a/{id}/c", "/a/a+b/c"));
        CPPUNIT_ASSERT_EQUAL(std::string{"-"}, value("/a/{id}", "/a/x/y"));
        CPPUNIT_ASSERT_EQUAL(std::string{"-"}, value("/a/{id}", "/a/"));
    }

    void refuses_values_that_are_no_text() {
        for (const char* path : {"/a/%00", "/a/%ff", "/a/%c0%af", "/a/%", "/a/%4", "/a/\xff"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string{"-"}, value("/a/{id}", path));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PathTest);

}  // namespace
