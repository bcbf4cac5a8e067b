#include "common/process/settings.h"

#include <cppunit/extensions/HelperMacros.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "common/process/settings_table.h"

namespace {

class SettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsTest);
    CPPUNIT_TEST(has_defaults);
    CPPUNIT_TEST(reads_each_kind);
    CPPUNIT_TEST(names_all_faults_at_once);
    CPPUNIT_TEST(reads_a_secret_from_its_file_before_the_environment);
    CPPUNIT_TEST(reads_a_secret_from_the_credentials_of_systemd);
    CPPUNIT_TEST(takes_an_empty_credential_for_none);
    CPPUNIT_TEST(refuses_a_secret_whose_file_is_missing);
    CPPUNIT_TEST(reads_the_settings_file_over_the_environment);
    CPPUNIT_TEST(refuses_unknown_names_and_secrets_in_the_settings_file);
    CPPUNIT_TEST(refuses_a_password_in_the_database_url_without_showing_it);
    CPPUNIT_TEST(gives_an_area_its_own_number_of_children);
    CPPUNIT_TEST(refuses_a_name_that_the_table_does_not_have);
    CPPUNIT_TEST(describes_values_but_hides_secrets);
    CPPUNIT_TEST(makes_an_example_of_every_setting_that_reads_back);
    CPPUNIT_TEST(reads_the_environment);
    CPPUNIT_TEST_SUITE_END();

  public:
    void setUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "settings-XXXXXX";
        folder_ = mkdtemp(pattern.data());
    }
    void tearDown() override { std::filesystem::remove_all(folder_); }

    void has_defaults() {
        auto settings = Settings::from({});
        CPPUNIT_ASSERT_EQUAL(std::string("dbname=syncstream"), settings.text("DATABASE_URL"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(14), settings.number("TRIAL_DAYS"));
        CPPUNIT_ASSERT(settings.number("HASH_CHILDREN") >= 1);
        CPPUNIT_ASSERT(!settings.flag("SYNCSTREAM_DEMO"));
        CPPUNIT_ASSERT(settings.text("MESSAGES_FOLDER").ends_with("/messages"));
        CPPUNIT_ASSERT(settings.secret("TOKEN_KEYS").empty());
    }

    void reads_each_kind() {
        auto settings = Settings::from({{"RUN_FOLDER", "/tmp/run"},
                                        {"TRIAL_DAYS", "30"},
                                        {"SYNCSTREAM_DEMO", "1"},
                                        {"ALLOWED_ORIGINS", " https://a.test , ,https://b.test"},
                                        {"CHECKOUT_RETURN_ORIGINS", ""},
                                        {"GRACE_DAYS", ""}});
        CPPUNIT_ASSERT_EQUAL(std::string("/tmp/run"), settings.text("RUN_FOLDER"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(30), settings.number("TRIAL_DAYS"));
        CPPUNIT_ASSERT(settings.flag("SYNCSTREAM_DEMO"));
        CPPUNIT_ASSERT(settings.list("ALLOWED_ORIGINS") ==
                       (std::vector<std::string>{"https://a.test", "https://b.test"}));
        CPPUNIT_ASSERT(settings.list("CHECKOUT_RETURN_ORIGINS").empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(7), settings.number("GRACE_DAYS"));
    }

    void names_all_faults_at_once() {
        auto said = fault({{"TRIAL_DAYS", "many"},
                           {"BACKLOG", "0"},
                           {"TOKEN_ISSUER", "two\nlines"},
                           {"SYNCSTREAM_DEMO", "perhaps"},
                           {"CHILDREN_AUTH", "-1"}},
                          {"TOKEN_KEYS", "DATA_KEYS"});
        for (auto name : {"TRIAL_DAYS", "BACKLOG", "TOKEN_ISSUER", "SYNCSTREAM_DEMO",
                          "CHILDREN_AUTH", "TOKEN_KEYS", "DATA_KEYS"})
            CPPUNIT_ASSERT_MESSAGE(name, said.find(name) != said.npos);
        CPPUNIT_ASSERT(said.find("GRACE_DAYS") == said.npos);
    }

    void reads_a_secret_from_its_file_before_the_environment() {
        auto path = write("keys", "k1 from-the-file\nk2 older\n");
        auto settings = Settings::from({{"TOKEN_KEYS", "k1 from-the-environment"},
                                        {"DATA_KEYS", "1 from-the-environment"},
                                        {"TOKEN_KEYS_FILE", path}},
                                       {"TOKEN_KEYS", "DATA_KEYS"});
        CPPUNIT_ASSERT_EQUAL(std::string("k1 from-the-file\nk2 older"),
                             settings.secret("TOKEN_KEYS").reveal());
        CPPUNIT_ASSERT_EQUAL(std::string("1 from-the-environment"),
                             settings.secret("DATA_KEYS").reveal());
    }

    void reads_a_secret_from_the_credentials_of_systemd() {
        write("TOKEN_KEYS", "k1 credential\n");
        auto settings = Settings::from({{"CREDENTIALS_DIRECTORY", folder_}});
        CPPUNIT_ASSERT_EQUAL(std::string("k1 credential"), settings.secret("TOKEN_KEYS").reveal());
    }

    void takes_an_empty_credential_for_none() {
        write("SMTP_PASSWORD", "\n");
        auto settings = Settings::from({{"CREDENTIALS_DIRECTORY", folder_}});
        CPPUNIT_ASSERT(settings.secret("SMTP_PASSWORD").empty());
        settings =
            Settings::from({{"CREDENTIALS_DIRECTORY", folder_}, {"SMTP_PASSWORD", "a password"}});
        CPPUNIT_ASSERT_EQUAL(std::string("a password"), settings.secret("SMTP_PASSWORD").reveal());
    }

    void refuses_a_secret_whose_file_is_missing() {
        auto said = fault({{"DATA_KEYS", "1 abc"}, {"DATA_KEYS_FILE", folder_ + "/none"}});
        CPPUNIT_ASSERT(said.find("DATA_KEYS_FILE cannot be read") != said.npos);
        CPPUNIT_ASSERT(fault({{"DATA_KEYS_FILE", folder_}}).find("cannot be read") != said.npos);
    }

    void reads_the_settings_file_over_the_environment() {
        auto keys = write("keys", "k1 abc");
        auto path = write("settings",
                          "# a comment\n\nTRIAL_DAYS=21\nMAIL_FROM=\"A B <a@b.test>\"\n"
                          "CHILDREN_ADMIN=2\nTOKEN_KEYS_FILE=" +
                              keys + "\n");
        auto settings = Settings::from({{"SETTINGS_FILE", path}, {"TRIAL_DAYS", "7"}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t(21), settings.number("TRIAL_DAYS"));
        CPPUNIT_ASSERT_EQUAL(std::string("A B <a@b.test>"), settings.text("MAIL_FROM"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), settings.children("admin"));
        CPPUNIT_ASSERT_EQUAL(std::string("k1 abc"), settings.secret("TOKEN_KEYS").reveal());
    }

    void refuses_unknown_names_and_secrets_in_the_settings_file() {
        auto path = write("settings", "TRAIL_DAYS=21\nDATA_KEYS=1 hidden\n");
        auto said = fault({{"SETTINGS_FILE", path}});
        CPPUNIT_ASSERT(said.find("TRAIL_DAYS") != said.npos);
        CPPUNIT_ASSERT(said.find("DATA_KEYS_FILE") != said.npos);
        CPPUNIT_ASSERT(said.find("hidden") == said.npos);
        CPPUNIT_ASSERT(fault({{"SETTINGS_FILE", folder_ + "/none"}}).find("SETTINGS_FILE") !=
                       said.npos);
    }

    void refuses_a_password_in_the_database_url_without_showing_it() {
        for (auto url : {"dbname=x password=opensesame", "postgresql://joe:opensesame@host/x"}) {
            auto said = fault({{"DATABASE_URL", url}});
            CPPUNIT_ASSERT(said.find("DATABASE_URL") != said.npos);
            CPPUNIT_ASSERT(said.find("opensesame") == said.npos);
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string("postgresql://host:5433/x"),
            Settings::from({{"DATABASE_URL", "postgresql://host:5433/x"}}).text("DATABASE_URL"));
    }

    void gives_an_area_its_own_number_of_children() {
        auto settings = Settings::from({{"CHILDREN", "5"}, {"CHILDREN_PARTY_ROOMS", "3"}});
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), settings.children("party-rooms"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(5), settings.children("auth"));
        CPPUNIT_ASSERT(Settings::from({}).children("auth") >= 4);
    }

    void refuses_a_name_that_the_table_does_not_have() {
        auto settings = Settings::from({});
        CPPUNIT_ASSERT_THROW(settings.text("DATABASE"), std::logic_error);
        CPPUNIT_ASSERT_THROW(settings.text("TRIAL_DAYS"), std::logic_error);
        CPPUNIT_ASSERT_THROW(settings.text("TOKEN_KEYS"), std::logic_error);
        CPPUNIT_ASSERT_THROW(Settings::from({}, {"NOTHING"}), std::logic_error);
    }

    void describes_values_but_hides_secrets() {
        auto text =
            Settings::from({{"DATA_KEYS", "1 hidden"}, {"TRIAL_DAYS", "3"}, {"CHILDREN_AUTH", "9"}})
                .describe();
        CPPUNIT_ASSERT(text.find("DATA_KEYS=(set)\n") != text.npos);
        CPPUNIT_ASSERT(text.find("TOKEN_KEYS=(not set)\n") != text.npos);
        CPPUNIT_ASSERT(text.find("TRIAL_DAYS=3\n") != text.npos);
        CPPUNIT_ASSERT(text.find("CHILDREN_AUTH=9\n") != text.npos);
        CPPUNIT_ASSERT(text.find("hidden") == text.npos);
    }

    void makes_an_example_of_every_setting_that_reads_back() {
        std::istringstream example(Settings::example());
        std::string uncommented;
        for (std::string line; std::getline(example, line);) {
            bool setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
            if (setting && line.find("_FILE=") == line.npos) uncommented += line.substr(1) + "\n";
        }
        for (const auto& setting : all_settings()) {
            auto at = Settings::example().find(std::string("\n#") + setting.name);
            CPPUNIT_ASSERT_MESSAGE(setting.name, at != std::string::npos);
        }
        auto settings = Settings::from({{"SETTINGS_FILE", write("settings", uncommented)}});
        CPPUNIT_ASSERT_EQUAL(Settings::from({}).describe(), settings.describe());
    }

    void reads_the_environment() {
        setenv("TOKEN_ISSUER", "somebody", 1);
        auto issuer = Settings::from_environment().text("TOKEN_ISSUER");
        unsetenv("TOKEN_ISSUER");
        CPPUNIT_ASSERT_EQUAL(std::string("somebody"), issuer);
    }

  private:
    std::string write(const std::string& name, const std::string& content) {
        std::ofstream(folder_ + "/" + name) << content;
        return folder_ + "/" + name;
    }

    static std::string fault(const Settings::Values& values, const Settings::Names& required = {}) {
        try {
            Settings::from(values, required);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        CPPUNIT_FAIL("no fault was found");
        return "";
    }

    std::string folder_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsTest);

}  // namespace
