// JSON as hostile clients send it, and as we write it.
#include "common/json/json.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

std::string problem_of(const std::string& text) {
    try {
        parse_json(text);
    } catch (const Failure& failure) {
        return failure.problem().key();
    }
    return "none";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(reads_every_kind_of_value);
    CPPUNIT_TEST(names_why_a_text_is_refused);
    CPPUNIT_TEST(refuses_what_is_not_quite_json);
    CPPUNIT_TEST(takes_32_levels_and_no_more);
    CPPUNIT_TEST(bounds_how_much_it_builds);
    CPPUNIT_TEST(writes_what_it_reads);
    CPPUNIT_TEST(writes_a_document_as_it_was_read);
    CPPUNIT_TEST(escapes_control_characters);
    CPPUNIT_TEST(writes_money_with_two_decimals);
    CPPUNIT_TEST_SUITE_END();

    void reads_every_kind_of_value() {
        auto json = parse_json(R"( {"a":[1,-2.5,true,null,"x\u00e9\ud83d\ude00"],"b":{}} )");
        const auto& list = json.find("a")->list;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, list[0].integer);
        CPPUNIT_ASSERT_EQUAL(-2.5, list[1].real);
        CPPUNIT_ASSERT(list[2].boolean);
        CPPUNIT_ASSERT(list[3].kind == JsonValue::Kind::null);
        CPPUNIT_ASSERT_EQUAL(std::string{"xé😀"}, list[4].text);
        CPPUNIT_ASSERT(json.find("b")->kind == JsonValue::Kind::object);
        CPPUNIT_ASSERT(!json.find("c"));
    }

    void names_why_a_text_is_refused() {
        const std::pair<std::string, std::string> cases[] = {
            {R"({"a":1,"a":2})", "json_duplicate_key"},
            {R"({"a":{"b":1,"b":1}})", "json_duplicate_key"},
            {R"(["a\u0000b"])", "json_nul"},
            {R"({"a\u0000":1})", "json_nul"},
            {"[1e400]", "json_number"},
            {"{", "json_syntax"},
            {"", "json_syntax"}};
        for (const auto& [text, problem] : cases) CPPUNIT_ASSERT_EQUAL(problem, problem_of(text));
    }

    void refuses_what_is_not_quite_json() {
        for (const char* text : {"{'a':1}",       "[1,]",
                                 "{\"a\":1,}",    "[01]",
                                 "[+1]",          "[.5]",
                                 "[1.]",          "[NaN]",
                                 "[Infinity]",    "nul",
                                 "[1] 2",         "\xef\xbb\xbf[]",
                                 "[\"\xff\"]",    "[\"\xed\xa0\x80\"]",
                                 "[\"\\ud800\"]", "[\"\n\"]",
                                 "[\"\\x41\"]",   "// no\n[]",
                                 "[1 2]",         "\"open"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string{"json_syntax"}, problem_of(text));
        }
    }

    void takes_32_levels_and_no_more() {
        CPPUNIT_ASSERT_EQUAL(std::string{"none"}, problem_of(nested(32)));
        CPPUNIT_ASSERT_EQUAL(std::string{"json_too_deep"}, problem_of(nested(33)));
        CPPUNIT_ASSERT_EQUAL(std::string{"json_too_deep"}, problem_of(std::string(100'000, '[')));
    }

    void bounds_how_much_it_builds() {
        std::string list = "[1";
        for (int i = 0; i < 10'000; ++i) list += ",1";
        CPPUNIT_ASSERT_EQUAL(std::string{"json_too_large"}, problem_of(list + "]"));
        std::string object = "{\"k\":1";
        for (int i = 0; i < 1'000; ++i) object += ",\"k" + std::to_string(i) + "\":1";
        CPPUNIT_ASSERT_EQUAL(std::string{"json_too_large"}, problem_of(object + "}"));
    }

    void writes_what_it_reads() {
        JsonWriter writer;
        writer.begin_object();
        writer.key("n");
        writer.integer(-9007199254740993);
        writer.key("list");
        writer.begin_list();
        writer.text("[,{:");
        writer.real(0.1);
        writer.boolean(false);
        writer.null();
        writer.end_list();
        writer.end_object();
        CPPUNIT_ASSERT_EQUAL(
            std::string{R"({"n":-9007199254740993,"list":["[,{:",0.1,false,null]})"}, writer.str());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{-9007199254740993},
                             parse_json(writer.str()).find("n")->integer);
    }

    void writes_a_document_as_it_was_read() {
        const std::string text = R"({"a":[1,-2,"é\"",true,null,{}],"b":{"c":1.5}})";
        JsonWriter writer;
        write_json(writer, parse_json(text));
        CPPUNIT_ASSERT_EQUAL(text, writer.take());
    }

    void escapes_control_characters() {
        std::string all;
        for (char c = 1; c < 0x7f; ++c) all += c;
        JsonWriter writer;
        writer.begin_list();
        writer.text(all);
        writer.end_list();
        CPPUNIT_ASSERT_EQUAL(all, parse_json(writer.str()).list[0].text);
    }

    void writes_money_with_two_decimals() {
        const std::pair<std::int64_t, std::string> cases[] = {
            {799, "7.99"}, {5, "0.05"}, {100, "1.00"}, {0, "0.00"}, {-1250, "-12.50"}};
        for (const auto& [minor_units, text] : cases) {
            JsonWriter writer;
            writer.cents(minor_units);
            CPPUNIT_ASSERT_EQUAL(text, writer.str());
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);

}  // namespace
