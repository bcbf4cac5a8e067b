// Runs the registered CppUnit suites. Used by ops/test, which gives each shard a database of its
// own, and by hand while working on one suite:
//   build/bin/tests [--list] [--shard K/N] [--stories | --no-stories] [WORD...]
// A test runs when its name `Suite::test` contains one of the words; without words all run. Prints
// each failure with its name and message, and `N passed, N failed` as the last line.
#include <cppunit/Exception.h>
#include <cppunit/Message.h>
#include <cppunit/Test.h>
#include <cppunit/TestFailure.h>
#include <cppunit/TestListener.h>
#include <cppunit/TestResult.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view usage =
    "Usage: tests [--list] [--shard K/N] [--stories | --no-stories] [WORD...]\n";

struct Wanted {
    std::vector<std::string> words;
    std::optional<bool> stories;  // empty: both
    std::size_t shard = 1;
    std::size_t shards = 1;
    bool list = false;
};

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0)
        throw std::invalid_argument("not a shard: " + std::string(text));
    return value;
}

void read_shard(std::string_view text, Wanted& wanted) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) throw std::invalid_argument("a shard is K/N");
    wanted.shard = number(text.substr(0, slash));
    wanted.shards = number(text.substr(slash + 1));
    if (wanted.shard > wanted.shards) throw std::invalid_argument("a shard K/N has K <= N");
}

Wanted read_arguments(const std::vector<std::string_view>& arguments) {
    Wanted wanted;
    for (auto word = arguments.begin(); word != arguments.end(); ++word) {
        if (*word == "--list")
            wanted.list = true;
        else if (*word == "--stories" || *word == "--no-stories")
            wanted.stories = *word == "--stories";
        else if (*word == "--shard" && word + 1 != arguments.end())
            read_shard(*++word, wanted);
        else if (word->starts_with("--"))
            throw std::invalid_argument("unknown option " + std::string(*word));
        else
            wanted.words.emplace_back(*word);
    }
    return wanted;
}

// CppUnit names a test `(anonymous namespace)::Profiles::refuses_a_name_twice`.
std::string plain_name(const CppUnit::Test& test) {
    std::string name = test.getName();
    for (std::string_view scope : {"(anonymous namespace)::", "{anonymous}::"})
        for (auto at = name.find(scope); at != std::string::npos; at = name.find(scope))
            name.erase(at, scope.size());
    return name;
}

bool is_wanted(const std::string& name, const Wanted& wanted) {
    const bool is_story = name.starts_with("Story");
    if (wanted.stories && *wanted.stories != is_story) return false;
    return wanted.words.empty() ||
           std::any_of(wanted.words.begin(), wanted.words.end(), [&](const std::string& word) {
               return name.find(word) != std::string::npos;
           });
}

void collect(CppUnit::Test& test, const Wanted& wanted, std::vector<CppUnit::Test*>& found) {
    const int children = test.getChildTestCount();
    for (int child = 0; child < children; ++child)
        collect(*test.getChildTestAt(child), wanted, found);
    if (children == 0 && test.countTestCases() > 0 && is_wanted(plain_name(test), wanted))
        found.push_back(&test);
}

std::vector<CppUnit::Test*> choose(CppUnit::Test& all, const Wanted& wanted) {
    std::vector<CppUnit::Test*> found;
    collect(all, wanted, found);
    std::stable_sort(found.begin(), found.end(), [](const auto* left, const auto* right) {
        return plain_name(*left) < plain_name(*right);
    });
    std::vector<CppUnit::Test*> ours;
    for (std::size_t at = wanted.shard - 1; at < found.size(); at += wanted.shards)
        ours.push_back(found[at]);
    return ours;
}

// Counts tests that failed, not failures: a test and its tearDown may both complain.
class Report : public CppUnit::TestListener {
  public:
    void startTest(CppUnit::Test*) override { failed_now_ = false; }
    void endTest(CppUnit::Test*) override { ++(failed_now_ ? failed : passed); }

    void addFailure(const CppUnit::TestFailure& failure) override {
        failed_now_ = true;
        std::cout << "FAILED " << plain_name(*failure.failedTest());
        if (failure.sourceLine().isValid())
            std::cout << "  (" << failure.sourceLine().fileName() << ':'
                      << failure.sourceLine().lineNumber() << ')';
        const auto message = failure.thrownException()->message();
        std::cout << "\n  " << message.shortDescription() << '\n'
                  << message.details() << std::flush;
    }

    int passed = 0;
    int failed = 0;

  private:
    bool failed_now_ = false;
};

int run(const std::vector<CppUnit::Test*>& tests) {
    CppUnit::TestResult result;
    Report report;
    result.addListener(&report);
    for (CppUnit::Test* test : tests) test->run(&result);
    std::cout << report.passed << " passed, " << report.failed << " failed" << std::endl;
    return report.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) try {
    std::signal(SIGPIPE, SIG_IGN);  // a broken connection is an error to handle, as in the workers
    const Wanted wanted = read_arguments({words + 1, words + count});
    const std::unique_ptr<CppUnit::Test> all(
        CppUnit::TestFactoryRegistry::getRegistry().makeTest());
    const auto tests = choose(*all, wanted);
    if (!wanted.list) return run(tests);
    for (const CppUnit::Test* test : tests) std::cout << plain_name(*test) << '\n';
    return 0;
} catch (const std::invalid_argument& error) {
    std::cerr << "tests: " << error.what() << '\n' << usage;
    return 2;
}
