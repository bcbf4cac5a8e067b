// Letters in the language of their reader, and what a stranger's name may not do in them.
#include "common/mail/letters.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <stdexcept>

#include "common/crypto/digest.h"
#include "common/crypto/keyring.h"
#include "common/mail/outbox.h"

namespace {

SecretBox box_with_key(const std::string& seed) {
    return SecretBox{Keyring{"1 " + base64url(sha256(seed))}};
}

Messages words() {
    const char* folder = std::getenv("MESSAGES_FOLDER");
    if (!folder) throw std::runtime_error("MESSAGES_FOLDER is not set: run ops/test");
    return Messages::load(folder);
}

class LettersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LettersTest);
    CPPUNIT_TEST(greets_tells_and_closes);
    CPPUNIT_TEST(speaks_the_language_of_the_row);
    CPPUNIT_TEST(speaks_english_where_the_language_is_not_known);
    CPPUNIT_TEST(has_the_words_of_every_letter_in_every_language);
    CPPUNIT_TEST(greets_without_a_name_that_is_no_name);
    CPPUNIT_TEST(keeps_values_on_their_line);
    CPPUNIT_TEST(says_the_same_in_html);
    CPPUNIT_TEST(refuses_a_letter_without_words);
    CPPUNIT_TEST(refuses_a_link_that_does_not_open);
    CPPUNIT_TEST_SUITE_END();

    const Messages messages = words();
    const SecretBox box = box_with_key("mail");
    const Letters letters{messages, box};
    const Mailbox sender = Mailbox::parse("SyncStream TV <no-reply@syncstream.tv>");
    QueuedLetter letter{Uuid::make(),
                        "ana@example.com",
                        "verify_email",
                        "en",
                        {R"({"name":"Ana"})"},
                        std::nullopt,
                        1,
                        system_now()};

    void seal(const std::string& link) {
        letter.secret_parameters = box.seal(link, link_context(letter.id));
    }
    bool says(const std::string& text) {
        return compose(letters.write(letter), sender).reveal().find(text) != std::string::npos;
    }

    void greets_tells_and_closes() {
        seal("https://syncstream.tv/verify?token=abc");
        CPPUNIT_ASSERT(says("Subject: Confirm your e-mail address\r\n"));
        CPPUNIT_ASSERT(says("\r\n\r\nHello Ana,\r\n\r\n"));
        CPPUNIT_ASSERT(says("\r\n\r\nhttps://syncstream.tv/verify?token=abc\r\n\r\n"));
        CPPUNIT_ASSERT(says("\r\n\r\nThe SyncStream TV team\r\n"));
        CPPUNIT_ASSERT(!says("{"));
    }
    void speaks_the_language_of_the_row() {
        letter.language = "de";
        CPPUNIT_ASSERT(says("Content-Language: de\r\n"));
        CPPUNIT_ASSERT(says("\r\n\r\nGuten Tag Ana,\r\n"));
    }
    void speaks_english_where_the_language_is_not_known() {
        letter.language = "xx";
        CPPUNIT_ASSERT(says("Content-Language: en\r\n"));
        CPPUNIT_ASSERT(says("Hello Ana,"));
    }
    void has_the_words_of_every_letter_in_every_language() {
        for (const char* name :
             {"verify_email", "reset_password", "password_changed", "email_change", "email_changed",
              "session_reuse", "new_device", "pin_locked", "payment_failed", "trial_ending",
              "receipt", "client_welcome"}) {
            for (LanguageId language = 0; language < language_count; ++language) {
                auto key = "mail_" + std::string{name};
                CPPUNIT_ASSERT_MESSAGE(key, messages.has(language, key + "_subject"));
                CPPUNIT_ASSERT_MESSAGE(key, messages.has(language, key + "_body"));
            }
        }
    }
    void greets_without_a_name_that_is_no_name() {
        for (const char* name :
             {"Win at http://evil.example", "evil.example", "a@b", "x\nBuy this", "a\tb", ""}) {
            CPPUNIT_ASSERT_MESSAGE(name, !fit_to_greet(name));
        }
        CPPUNIT_ASSERT(!fit_to_greet(std::string(61, 'a')));
        CPPUNIT_ASSERT(fit_to_greet("J. R. Śmith Jr."));
        letter.parameters = {R"({"name":"Win at http://evil.example"})"};
        CPPUNIT_ASSERT(says("\r\n\r\nHello,\r\n"));
        CPPUNIT_ASSERT(!says("evil"));
        letter.parameters = {"{}"};
        CPPUNIT_ASSERT(says("\r\n\r\nHello,\r\n"));
    }
    void keeps_values_on_their_line() {
        letter.name = "new_device";
        letter.parameters = {R"({"device":"TV\r\n\r\nBuy this"})"};
        CPPUNIT_ASSERT(says("on another device: TV    Buy this\r\n"));
    }
    void says_the_same_in_html() {
        seal("https://syncstream.tv/verify?token=abc");
        letter.language = "ar";
        auto html = letters.write(letter).html.reveal();
        for (const char* wanted : {"<html lang=\"ar\" dir=\"rtl\">", "مرحبًا Ana،",
                                   "<a href=\"https://syncstream.tv/verify?token=abc\""}) {
            CPPUNIT_ASSERT_MESSAGE(wanted, html.find(wanted) != html.npos);
        }
        letter.name = "new_device";
        letter.parameters = {R"({"device":"<b>\"TV\" & 'x'"})"};
        html = letters.write(letter).html.reveal();
        CPPUNIT_ASSERT(html.find("&lt;b&gt;&quot;TV&quot; &amp; &#39;x&#39;") != html.npos);
        CPPUNIT_ASSERT(html.find("<b>") == html.npos);
    }
    void refuses_a_letter_without_words() {
        letter.name = "no_such_letter";
        CPPUNIT_ASSERT_THROW(letters.write(letter), std::runtime_error);
    }
    void refuses_a_link_that_does_not_open() {
        letter.secret_parameters = box.seal("https://x.example", link_context(Uuid::make()));
        CPPUNIT_ASSERT_THROW(letters.write(letter), std::runtime_error);
        letter.secret_parameters =
            box_with_key("another").seal("https://x.example", link_context(letter.id));
        CPPUNIT_ASSERT_THROW(letters.write(letter), std::runtime_error);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LettersTest);

}  // namespace
