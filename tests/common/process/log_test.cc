#include "common/process/log.h"

#include <cppunit/extensions/HelperMacros.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

#include "common/base/secret.h"

namespace {

// What a test writes to stderr while it runs `body`.
std::string written(const std::function<void()>& body) {
    std::FILE* file = std::tmpfile();
    int before = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    body();
    dup2(before, STDERR_FILENO);
    close(before);
    std::string text(64 * 1024, '\0');
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
}

template <typename Value>
concept Loggable = requires(LogLine& line, const Value& value) {
    line.add("key", value);
};
static_assert(Loggable<std::string> && Loggable<int> && Loggable<double>);
static_assert(!Loggable<Secret>, "a secret must not reach the log");

class LogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogTest);
    CPPUNIT_TEST(writes_one_line_with_its_priority);
    CPPUNIT_TEST(quotes_what_is_not_plain);
    CPPUNIT_TEST(lets_nobody_forge_a_line_or_a_field);
    CPPUNIT_TEST(cuts_a_long_value);
    CPPUNIT_TEST_SUITE_END();

  public:
    void writes_one_line_with_its_priority() {
        auto text = written([] {
            LogLine(Level::info, "request")
                .add("status", 200)
                .add("route", "/a/{id}")
                .add("ms", 1.5);
        });
        CPPUNIT_ASSERT_EQUAL(std::string("<6>event=request status=200 route=/a/{id} ms=1.500\n"),
                             text);
        text =
            written([] { LogLine(Level::error, "x").add("n", std::int64_t{-5}).add("b", true); });
        CPPUNIT_ASSERT_EQUAL(std::string("<3>event=x n=-5 b=1\n"), text);
    }

    void quotes_what_is_not_plain() {
        CPPUNIT_ASSERT_EQUAL(std::string("\"\""), value(""));
        CPPUNIT_ASSERT_EQUAL(std::string("\"two words\""), value("two words"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\\\"b\\\\c\""), value("a\"b\\c"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"\\xc3\\xa9\\xff\""), value("\xc3\xa9\xff"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"\\x00\\x01\\x1b\\x7f\""),
                             value(std::string_view("\0\x01\x1b\x7f", 4)));
    }

    void lets_nobody_forge_a_line_or_a_field() {
        CPPUNIT_ASSERT_EQUAL(std::string("\"a\\x0d\\x0a<0>event=forged\""),
                             value("a\r\n<0>event=forged"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"a=b\""), value("a=b"));
    }

    void cuts_a_long_value() {
        CPPUNIT_ASSERT_EQUAL(std::string(2048, 'x'), value(std::string(2048, 'x')));
        CPPUNIT_ASSERT_EQUAL('"' + std::string(2048, 'x') + "...\"", value(std::string(3000, 'x')));
    }

  private:
    static std::string value(std::string_view given) {
        auto text = written([&] { LogLine(Level::debug, "e").add("k", given); });
        std::string before = "<7>event=e k=";
        CPPUNIT_ASSERT(text.starts_with(before) && text.ends_with('\n'));
        return text.substr(before.size(), text.size() - before.size() - 1);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace
