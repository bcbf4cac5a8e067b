// Signatures of Resend's webhooks: known ones, and what must not pass for one.
#include "common/mail/svix.h"

#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

namespace {

const Secret secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

class SvixTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SvixTest);
    CPPUNIT_TEST(takes_known_signatures);
    CPPUNIT_TEST(takes_any_of_several_signatures_and_secrets);
    CPPUNIT_TEST(refuses_what_was_changed);
    CPPUNIT_TEST(refuses_what_is_no_signature);
    CPPUNIT_TEST(refuses_what_is_too_old_or_too_new);
    CPPUNIT_TEST(refuses_everything_without_a_secret);
    CPPUNIT_TEST(signs_what_it_takes);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::int64_t at = 1614265330;
    const std::string body = R"({"test": 2432232314})";
    const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const std::string signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    bool holds(const std::string& signatures, const std::string& time = "1614265330",
               std::int64_t now = at) {
        return svix::signed_by({id, time, signatures}, body, {secret}, from_unix(now));
    }

    void takes_known_signatures() {
        CPPUNIT_ASSERT(holds(signature));
        std::string bounced =
            R"({"type":"email.bounced","created_at":"2026-01-05T10:00:02.000Z","data":)"
            R"({"email_id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794",)"
            R"("created_at":"2026-01-05T10:00:00.000Z","from":"PeerLoop <no-reply@peerloop.test>",)"
            R"("to":["a@x.test"],"subject":"Booked","bounce":{"message":"mailbox does not exist",)"
            R"("subType":"General","type":"Permanent"},"tags":{"kind":"booking"}}})";
        CPPUNIT_ASSERT(svix::signed_by(
            {"msg_2x1", "1767607202", "v1,btqMZfnCqj3XJXejRP0sRqHshZl+gLk+a6z1kn0jVpQ="}, bounced,
            {secret}, from_unix(1767607202)));
    }
    void takes_any_of_several_signatures_and_secrets() {
        CPPUNIT_ASSERT(holds("v2,abc v1,AAAA " + signature));
        svix::Claim claim{id, "1614265330", signature};
        CPPUNIT_ASSERT(svix::signed_by(claim, body, {Secret{"whsec_AAAA"}, Secret{"!"}, secret},
                                       from_unix(at)));
    }
    void refuses_what_was_changed() {
        svix::Claim claim{id, "1614265330", signature};
        CPPUNIT_ASSERT(!svix::signed_by(claim, body + " ", {secret}, from_unix(at)));
        CPPUNIT_ASSERT(!svix::signed_by({"msg_other", claim.timestamp, signature}, body, {secret},
                                        from_unix(at)));
        CPPUNIT_ASSERT(!holds(signature, "1614265331"));
    }
    void refuses_what_is_no_signature() {
        for (const auto& text :
             {std::string{}, std::string{"v1,"}, std::string{"v1"}, "v1a" + signature.substr(2),
              "v2" + signature.substr(2), signature.substr(3), signature + "x",
              std::string(5000, ' ') + signature}) {
            CPPUNIT_ASSERT_MESSAGE(text, !holds(text));
        }
        for (const char* time :
             {"", "+1614265330", "1614265330 ", "1614265330.0", "x", "99999999999999999999"}) {
            CPPUNIT_ASSERT_MESSAGE(time, !holds(signature, time));
        }
        CPPUNIT_ASSERT(
            !svix::signed_by({"", "1614265330", signature}, body, {secret}, from_unix(at)));
    }
    void refuses_what_is_too_old_or_too_new() {
        CPPUNIT_ASSERT(holds(signature, "1614265330", at + 300));
        CPPUNIT_ASSERT(holds(signature, "1614265330", at - 300));
        CPPUNIT_ASSERT(!holds(signature, "1614265330", at + 301));
        CPPUNIT_ASSERT(!holds(signature, "1614265330", at - 301));
    }
    void refuses_everything_without_a_secret() {
        svix::Claim claim{id, "1614265330", signature};
        CPPUNIT_ASSERT(!svix::signed_by(claim, body, {}, from_unix(at)));
        CPPUNIT_ASSERT(
            !svix::signed_by(claim, body, {Secret{""}, Secret{"whsec_"}}, from_unix(at)));
    }
    void signs_what_it_takes() {
        CPPUNIT_ASSERT_EQUAL(signature, svix::sign(id, body, secret, from_unix(at)));
        CPPUNIT_ASSERT_THROW(svix::sign(id, body, Secret{"whsec_?"}, from_unix(at)),
                             std::invalid_argument);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SvixTest);

}  // namespace
