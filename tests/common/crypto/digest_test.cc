// Digests against the vectors of FIPS 180 and RFC 4231.
#include "common/crypto/digest.h"

#include <cppunit/extensions/HelperMacros.h>

namespace {

class DigestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DigestTest);
    CPPUNIT_TEST(hashes_as_the_standard_says);
    CPPUNIT_TEST(authenticates_as_rfc_4231_says);
    CPPUNIT_TEST(authenticates_with_sha1_as_rfc_2202_says);
    CPPUNIT_TEST(compares_whole_values);
    CPPUNIT_TEST(makes_other_bytes_each_time);
    CPPUNIT_TEST_SUITE_END();

    void hashes_as_the_standard_says() {
        CPPUNIT_ASSERT_EQUAL(
            std::string{"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
            hex(sha256("abc")));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            hex(sha256("")));
    }
    void authenticates_as_rfc_4231_says() {
        CPPUNIT_ASSERT_EQUAL(
            std::string{"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
            hex(hmac_sha256(Bytes(20, 0x0b), "Hi There")));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
            hex(hmac_sha256(to_bytes("Jefe"), "what do ya want for nothing?")));
        CPPUNIT_ASSERT_EQUAL(
            std::string{"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
            hex(hmac_sha256(Bytes(131, 0xaa),
                            "Test Using Larger Than Block-Size Key - Hash Key First")));
    }
    void authenticates_with_sha1_as_rfc_2202_says() {
        CPPUNIT_ASSERT_EQUAL(std::string{"b617318655057264e28bc0b6fb378c8ef146be00"},
                             hex(hmac_sha1(Bytes(20, 0x0b), "Hi There")));
    }
    void compares_whole_values() {
        CPPUNIT_ASSERT(equal({1, 2, 3}, {1, 2, 3}));
        CPPUNIT_ASSERT(equal({}, {}));
        CPPUNIT_ASSERT(!equal({1, 2, 3}, {1, 2, 4}));
        CPPUNIT_ASSERT(!equal({1, 2, 3}, {1, 2}));
    }
    void makes_other_bytes_each_time() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, random_bytes(32).size());
        CPPUNIT_ASSERT(random_bytes(32) != random_bytes(32));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DigestTest);

}  // namespace
