#include "common/process/gauges.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <filesystem>

#include "common/process/metrics.h"

namespace {

class GaugesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GaugesTest);
    CPPUNIT_TEST(are_shown_as_they_were_written_last);
    CPPUNIT_TEST(are_none_before_anybody_wrote);
    CPPUNIT_TEST_SUITE_END();

    std::string folder;

  public:
    void setUp() override {
        char name[] = "/tmp/syncstream-gauges.XXXXXX";
        folder = mkdtemp(name);
    }
    void tearDown() override { std::filesystem::remove_all(folder); }

    void are_shown_as_they_were_written_last() {
        write_gauges(folder, "jobs", {{"things", "Things.", 3}});
        write_gauges(folder, "jobs", {{"things", "Things.", 4}, {"others", "Others.", -1}});
        auto page = render_prometheus(folder);
        CPPUNIT_ASSERT(page.find("\n# TYPE syncstream_things gauge\nsyncstream_things 4\n") !=
                       page.npos);
        CPPUNIT_ASSERT(page.find("\nsyncstream_others -1\n") != page.npos);
        CPPUNIT_ASSERT(page.find("things 3") == page.npos);
    }
    void are_none_before_anybody_wrote() {
        CPPUNIT_ASSERT_EQUAL(std::string{}, read_gauges(folder + "/none"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(GaugesTest);

}  // namespace
