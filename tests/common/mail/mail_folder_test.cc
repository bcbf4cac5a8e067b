// Letters as files: whole, for their owner alone, and one a letter.
#include "common/mail/mail_folder.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode(const fs::path& path) {
    struct stat found {};
    CPPUNIT_ASSERT_EQUAL(0, stat(path.c_str(), &found));
    return found.st_mode & 0777;
}

class MailFolderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MailFolderTest);
    CPPUNIT_TEST(writes_a_file_for_its_owner_alone);
    CPPUNIT_TEST(writes_a_letter_once_however_often_it_is_sent);
    CPPUNIT_TEST(leaves_nothing_else_behind);
    CPPUNIT_TEST(does_not_follow_links);
    CPPUNIT_TEST(fails_when_the_folder_is_gone);
    CPPUNIT_TEST_SUITE_END();

    fs::path root;
    const Uuid id = Uuid::make();
    const Mailbox sender = Mailbox::parse("no-reply@syncstream.tv");

  public:
    void setUp() override {
        std::string name = (fs::temp_directory_path() / "mail_folder_XXXXXX").string();
        root = mkdtemp(name.data());
    }
    void tearDown() override { fs::remove_all(root); }

  private:
    fs::path folder() const { return root / "var" / "mail"; }
    Mail mail(const std::string& text) const {
        return {id, Instant{}, "en", "ana@example.com", "Confirm", Secret{text}};
    }
    fs::path file() const { return folder() / (id.text() + ".eml"); }

    void writes_a_file_for_its_owner_alone() {
        MailFolder{folder(), sender}.carry(mail("link"));
        CPPUNIT_ASSERT_EQUAL(compose(mail("link"), sender).reveal(), content(file()));
        CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode(file()));
        CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode(folder()));
    }
    void writes_a_letter_once_however_often_it_is_sent() {
        MailFolder carrier{folder(), sender};
        carrier.carry(mail("first, and longer"));
        carrier.carry(mail("second"));
        CPPUNIT_ASSERT_EQUAL(compose(mail("second"), sender).reveal(), content(file()));
    }
    void leaves_nothing_else_behind() {
        MailFolder{folder(), sender}.carry(mail("x"));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1},
                             std::distance(fs::directory_iterator{folder()}, {}));
    }
    void does_not_follow_links() {
        MailFolder carrier{folder(), sender};
        fs::create_symlink(root / "elsewhere", folder() / ("." + id.text() + ".new"));
        CPPUNIT_ASSERT_THROW(carrier.carry(mail("x")), std::system_error);
        CPPUNIT_ASSERT(!fs::exists(root / "elsewhere"));
    }
    void fails_when_the_folder_is_gone() {
        MailFolder carrier{folder(), sender};
        fs::remove_all(folder());
        CPPUNIT_ASSERT_THROW(carrier.carry(mail("x")), std::system_error);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MailFolderTest);

}  // namespace
