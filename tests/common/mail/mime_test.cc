// Letters as they go over the wire: their form, and that nothing in them becomes a header field.
#include "common/mail/mime.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/text.h"

namespace {

// The lines of a letter; each must end with CRLF, and no CR or LF stands elsewhere.
std::vector<std::string> lines_of(const Secret& letter) {
    std::vector<std::string> lines;
    for (auto line : split(letter.reveal(), '\n')) lines.emplace_back(line);
    CPPUNIT_ASSERT_EQUAL(std::string{}, lines.back());
    lines.pop_back();
    for (auto& line : lines) {
        CPPUNIT_ASSERT(line.ends_with('\r'));
        line.pop_back();
        CPPUNIT_ASSERT(line.find('\r') == line.npos);
    }
    return lines;
}

// A header field with its folded lines, or what stands in the body.
std::string field(const Secret& letter, const std::string& name) {
    std::string found;
    bool inside = false;
    for (const auto& line : lines_of(letter)) {
        if (line.empty()) break;
        if (line[0] != ' ') inside = line.starts_with(name + ": ");
        if (inside) found += (found.empty() ? "" : "\n") + line;
    }
    return found.substr(std::min(found.size(), name.size() + 2));
}

std::vector<std::string> field_names(const Secret& letter) {
    std::vector<std::string> names;
    for (const auto& line : lines_of(letter)) {
        if (line.empty()) break;
        if (line[0] != ' ') names.push_back(line.substr(0, line.find(':')));
    }
    return names;
}

std::string body(const Secret& letter) {
    return letter.reveal().substr(letter.reveal().find("\r\n\r\n") + 4);
}

// Undoes the Q encoding of a whole field, word by word.
std::string decode_words(std::string_view words) {
    std::string decoded;
    for (auto word : split(words, '\n')) {
        word = trim(word);
        CPPUNIT_ASSERT(word.size() <= 75);
        CPPUNIT_ASSERT(word.starts_with("=?UTF-8?Q?") && word.ends_with("?="));
        std::string part{word.substr(10, word.size() - 12)};
        CPPUNIT_ASSERT(part.find(' ') == part.npos && part.find('?') == part.npos);
        std::replace(part.begin(), part.end(), '_', ' ');
        std::replace(part.begin(), part.end(), '=', '%');
        auto text = percent_decode(part);
        CPPUNIT_ASSERT(text);  // and so each word is whole UTF-8
        decoded += *text;
    }
    return decoded;
}

std::string decode_quoted_printable(std::string_view text) {
    std::string decoded;
    for (auto line : split(text, '\n')) {
        if (line.empty()) break;
        CPPUNIT_ASSERT(line.ends_with('\r'));
        line.remove_suffix(1);
        CPPUNIT_ASSERT(line.size() <= 76);
        CPPUNIT_ASSERT(!line.ends_with(' '));
        bool goes_on = line.ends_with('=');
        if (goes_on) line.remove_suffix(1);
        for (std::size_t i = 0; i < line.size(); ++i) {
            if (line[i] != '=') {
                decoded += line[i];
                continue;
            }
            auto byte = from_hex(lower_ascii(line.substr(i + 1, 2)));
            CPPUNIT_ASSERT(byte);
            decoded += static_cast<char>(byte->at(0));
            i += 2;
        }
        if (!goes_on) decoded += '\n';
    }
    return decoded;
}

class MimeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MimeTest);
    CPPUNIT_TEST(has_each_header_field_once);
    CPPUNIT_TEST(tells_the_date_in_its_own_way);
    CPPUNIT_TEST(leaves_ascii_as_it_is);
    CPPUNIT_TEST(quotes_other_text);
    CPPUNIT_TEST(puts_html_after_the_text);
    CPPUNIT_TEST(encodes_subjects_of_other_scripts);
    CPPUNIT_TEST(encodes_what_looks_encoded);
    CPPUNIT_TEST(lets_no_subject_begin_a_field);
    CPPUNIT_TEST(encodes_the_name_of_the_sender);
    CPPUNIT_TEST(refuses_recipients_that_are_no_address);
    CPPUNIT_TEST(reads_a_mailbox);
    CPPUNIT_TEST(refuses_what_is_no_mailbox);
    CPPUNIT_TEST_SUITE_END();

    const Mailbox sender{"SyncStream TV", "no-reply@syncstream.tv"};
    Mail mail{*Uuid::parse("01938000-0000-7000-8000-000000000001"),
              *parse_rfc3339("2026-11-21T02:05:09Z"),
              "en",
              "ana@example.com",
              "Confirm",
              Secret{"Hello,\nhttps://syncstream.tv/?token=a=b"}};

    Secret with_text(const std::string& text) {
        mail.text = Secret{text};
        return compose(mail, sender);
    }
    std::string subject(const std::string& text) {
        mail.subject = text;
        return field(compose(mail, sender), "Subject");
    }

    void has_each_header_field_once() {
        auto letter = compose(mail, sender);
        const std::vector<std::string> wanted{"Date",
                                              "From",
                                              "To",
                                              "Subject",
                                              "Message-ID",
                                              "Auto-Submitted",
                                              "Content-Language",
                                              "MIME-Version",
                                              "Content-Type",
                                              "Content-Transfer-Encoding"};
        CPPUNIT_ASSERT(wanted == field_names(letter));
        CPPUNIT_ASSERT_EQUAL(std::string{"SyncStream TV <no-reply@syncstream.tv>"},
                             field(letter, "From"));
        CPPUNIT_ASSERT_EQUAL(std::string{"<ana@example.com>"}, field(letter, "To"));
        CPPUNIT_ASSERT_EQUAL(std::string{"<01938000-0000-7000-8000-000000000001@syncstream.tv>"},
                             field(letter, "Message-ID"));
    }
    void tells_the_date_in_its_own_way() {
        CPPUNIT_ASSERT_EQUAL(std::string{"Sat, 21 Nov 2026 02:05:09 +0000"},
                             field(compose(mail, sender), "Date"));
    }
    void leaves_ascii_as_it_is() {
        auto letter = compose(mail, sender);
        CPPUNIT_ASSERT_EQUAL(std::string{"7bit"}, field(letter, "Content-Transfer-Encoding"));
        CPPUNIT_ASSERT_EQUAL(std::string{"Hello,\r\nhttps://syncstream.tv/?token=a=b\r\n"},
                             body(letter));
    }
    void quotes_other_text() {
        std::string arabic = "مرحبًا";
        for (int i = 0; i < 20; ++i) arabic += " مرحبًا";
        for (const auto& text :
             {std::string{"Olá\nhttps://a.b/?t=1 "}, arabic, std::string{"\rx"},
              std::string(999, 'a'), "é" + std::string(200, '='), std::string{"\xe9 broken"}}) {
            auto letter = with_text(text);
            CPPUNIT_ASSERT_EQUAL(std::string{"quoted-printable"},
                                 field(letter, "Content-Transfer-Encoding"));
            CPPUNIT_ASSERT_EQUAL(text + "\n", decode_quoted_printable(body(letter)));
        }
    }
    void puts_html_after_the_text() {
        mail.html = Secret{"<p>Olá</p>"};
        auto letter = compose(mail, sender);
        auto boundary = "=_" + mail.id.text();
        CPPUNIT_ASSERT_EQUAL("multipart/alternative; boundary=\"" + boundary + "\"",
                             field(letter, "Content-Type"));
        CPPUNIT_ASSERT_EQUAL("--" + boundary +
                                 "\r\nContent-Type: text/plain; charset=utf-8"
                                 "\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
                                 "Hello,\r\nhttps://syncstream.tv/?token=a=b\r\n--" +
                                 boundary +
                                 "\r\nContent-Type: text/html; charset=utf-8"
                                 "\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                                 "<p>Ol=C3=A1</p>\r\n--" +
                                 boundary + "--\r\n",
                             body(letter));
    }
    void encodes_subjects_of_other_scripts() {
        std::string long_one;
        for (int i = 0; i < 30; ++i) long_one += "أمان 📺 ";
        for (const auto& text : {std::string{"Nouvelle connexion à votre compte"}, long_one}) {
            CPPUNIT_ASSERT_EQUAL(text, decode_words(subject(text)));
        }
    }
    void encodes_what_looks_encoded() {
        std::string text = "=?UTF-8?Q?Free?=";
        CPPUNIT_ASSERT_EQUAL(text, decode_words(subject(text)));
    }
    void lets_no_subject_begin_a_field() {
        for (const auto& text : {"a\r\nBcc: eve@example.com", "a\nBcc: eve@example.com",
                                 "é\r\n\r\nbody", "é\rBcc: eve@example.com"}) {
            mail.subject = text;
            CPPUNIT_ASSERT_EQUAL(std::size_t{10}, field_names(compose(mail, sender)).size());
        }
        CPPUNIT_ASSERT_EQUAL(std::string{"a  Bcc: x"}, subject("a\r\nBcc: x"));
        CPPUNIT_ASSERT_EQUAL(std::string{"é  Bcc: x"}, decode_words(subject("é\r\nBcc: x")));
    }
    void encodes_the_name_of_the_sender() {
        auto from = field(compose(mail, {"Canal, ünï", "a@b.example"}), "From");
        auto space = from.find(" <");
        CPPUNIT_ASSERT_EQUAL(std::string{" <a@b.example>"}, from.substr(space));
        CPPUNIT_ASSERT_EQUAL(std::string{"Canal, ünï"}, decode_words(from.substr(0, space)));
        CPPUNIT_ASSERT_EQUAL(std::string{"<a@b.example>"},
                             field(compose(mail, {"", "a@b.example"}), "From"));
    }
    void refuses_recipients_that_are_no_address() {
        for (const auto& text : {"", "ana", "ana@example.com\r\nBcc: eve@example.com",
                                 "ana@example.com, eve@example.com", "ana@example.com>"}) {
            mail.recipient = text;
            CPPUNIT_ASSERT_THROW(compose(mail, sender), std::invalid_argument);
        }
    }
    void reads_a_mailbox() {
        auto whole = Mailbox::parse(" SyncStream TV <no-reply@syncstream.tv> ");
        CPPUNIT_ASSERT_EQUAL(std::string{"SyncStream TV"}, whole.name);
        CPPUNIT_ASSERT_EQUAL(std::string{"no-reply@syncstream.tv"}, whole.address);
        auto bare = Mailbox::parse("a@b.example");
        CPPUNIT_ASSERT_EQUAL(std::string{}, bare.name);
        CPPUNIT_ASSERT_EQUAL(std::string{"a@b.example"}, bare.address);
    }
    void refuses_what_is_no_mailbox() {
        for (const auto& text : {"", "SyncStream", "<>", "X <a@b.example", "X <a@b.example> Y",
                                 "X <a@b.example>\r\nBcc: c@d.example"}) {
            CPPUNIT_ASSERT_THROW(Mailbox::parse(text), std::invalid_argument);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MimeTest);

}  // namespace
