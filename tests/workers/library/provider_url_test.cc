#include "workers/library/provider_url.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

using library::panel_links;
using library::read_provider_url;

class ProviderUrlTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderUrlTest);
    CPPUNIT_TEST(leaves_an_address_without_secrets_as_it_is);
    CPPUNIT_TEST(takes_credentials_out_of_the_query);
    CPPUNIT_TEST(takes_credentials_from_before_the_host);
    CPPUNIT_TEST(takes_credentials_out_of_a_stream_path);
    CPPUNIT_TEST(shows_no_token_of_any_name);
    CPPUNIT_TEST(knows_a_file_of_channels);
    CPPUNIT_TEST(makes_links_from_any_page_of_a_panel);
    CPPUNIT_TEST(encodes_what_is_special_in_links);
    CPPUNIT_TEST_SUITE_END();

  public:
    void leaves_an_address_without_secrets_as_it_is() {
        for (const char* address : {"http://iptv-provider.com/get.php", "HTTP://Host.example:8080",
                                    "https://a.example/list.m3u?type=m3u_plus&output=ts",
                                    "http://a.example/one/two/three"}) {
            auto url = read_provider_url(address);
            CPPUNIT_ASSERT_EQUAL(std::string{address}, url.shown);
            CPPUNIT_ASSERT(url.whole && url.username.empty() && url.password.empty());
        }
    }
    void takes_credentials_out_of_the_query() {
        auto url = read_provider_url(
            "http://p.example:8080/get.php?username=j%40n&password=a%26b+c&type=m3u_plus");
        CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example:8080/get.php?type=m3u_plus"}, url.shown);
        CPPUNIT_ASSERT_EQUAL(std::string{"j@n"}, url.username);
        CPPUNIT_ASSERT_EQUAL(std::string{"a&b c"}, url.password);
        CPPUNIT_ASSERT(!url.whole);
    }
    void takes_credentials_from_before_the_host() {
        auto url = read_provider_url("https://jo:s%3Acret@p.example/tv.m3u8");
        CPPUNIT_ASSERT_EQUAL(std::string{"https://p.example/tv.m3u8"}, url.shown);
        CPPUNIT_ASSERT_EQUAL(std::string{"jo"}, url.username);
        CPPUNIT_ASSERT_EQUAL(std::string{"s:cret"}, url.password);
    }
    void takes_credentials_out_of_a_stream_path() {
        for (const char* address :
             {"http://p.example/live/jo/s3cret/12.ts", "http://p.example/jo/s3cret/12"}) {
            auto url = read_provider_url(address);
            CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example/"}, url.shown);
            CPPUNIT_ASSERT_EQUAL(std::string{"jo"}, url.username);
            CPPUNIT_ASSERT_EQUAL(std::string{"s3cret"}, url.password);
        }
    }
    void shows_no_token_of_any_name() {
        auto url = read_provider_url("https://p.example/x.m3u?hdnea=st=1~hmac=ff&output=ts&%zz=1");
        CPPUNIT_ASSERT_EQUAL(std::string{"https://p.example/x.m3u?output=ts"}, url.shown);
        CPPUNIT_ASSERT(!url.whole);
    }
    void knows_a_file_of_channels() {
        CPPUNIT_ASSERT(read_provider_url("http://p.example/TV.M3U").is_file);
        CPPUNIT_ASSERT(read_provider_url("http://p.example/get.php?type=m3u_plus").is_file);
        CPPUNIT_ASSERT(!read_provider_url("http://p.example/get.php").is_file);
    }
    void makes_links_from_any_page_of_a_panel() {
        for (const char* address :
             {"http://p.example:80", "http://p.example:80/",
              "http://p.example:80/get.php?type=m3u_plus", "http://p.example:80/player_api.php"}) {
            auto links = panel_links(address, "jo", "pw");
            CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example:80/player_api.php"
                                             "?username=jo&password=pw"},
                                 links.player_api);
            CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example:80/xmltv.php"
                                             "?username=jo&password=pw"},
                                 links.epg);
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example/sub/get.php?username=jo&password=pw"
                                         "&type=m3u_plus&output=ts"},
                             panel_links("http://p.example/sub/", "jo", "pw").m3u);
    }
    void encodes_what_is_special_in_links() {
        CPPUNIT_ASSERT_EQUAL(std::string{"http://p.example/player_api.php"
                                         "?username=j%20%26&password=%C3%A9%23"},
                             panel_links("http://p.example", "j &", "é#").player_api);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ProviderUrlTest);

}  // namespace
