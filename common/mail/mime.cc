// Text in ASCII goes as it is, so that it can be read and searched in a folder of letters; any
// other is quoted-printable. Encoded words use the Q encoding, its close relative.
#include "common/mail/mime.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "common/base/text.h"

using namespace std::chrono;

namespace {

constexpr std::size_t longest_line = 998;         // RFC 5322, 2.1.1
constexpr std::size_t longest_quoted_line = 76;   // RFC 2045, 6.7
constexpr std::size_t longest_encoded_word = 75;  // RFC 2047, 2
constexpr std::size_t longest_plain_header = 60;

bool ascii(char c) { return c >= ' ' && c < 0x7f; }

bool letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string escaped(char c) {
    static constexpr char digits[] = "0123456789ABCDEF";
    auto byte = static_cast<unsigned char>(c);
    return {'=', digits[byte >> 4], digits[byte & 15]};
}

// The character of UTF-8 that begins here, whole.
std::string_view character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && (text[size] & 0xc0) == 0x80) ++size;
    return text.substr(0, size);
}

std::string q_encoded(std::string_view bytes) {
    std::string encoded;
    for (char c : bytes) {
        encoded += letter_or_digit(c) ? std::string{c} : c == ' ' ? "_" : escaped(c);
    }
    return encoded;
}

// A character is never cut in two, and each word stands on a line of its own.
std::string encoded_words(std::string_view text) {
    static constexpr std::string_view open = "=?UTF-8?Q?";
    static constexpr std::string_view close = "?=";
    std::string words{open};
    std::size_t length = open.size();
    while (!text.empty()) {
        auto next = character(text);
        auto encoded = q_encoded(next);
        if (length + encoded.size() + close.size() > longest_encoded_word) {
            words.append(close).append("\r\n ").append(open);
            length = open.size();
        }
        words += encoded;
        length += encoded.size();
        text.remove_prefix(next.size());
    }
    return words.append(close);
}

// Free text in a header field. Control characters become spaces.
std::string header_text(std::string_view text) {
    std::string line{text};
    std::replace_if(
        line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    bool plain = line.size() <= longest_plain_header &&
                 std::all_of(line.begin(), line.end(), ascii) && line.find("=?") == line.npos;
    return plain ? line : encoded_words(line);
}

// A name before an address may only hold what needs no quotes; else it is encoded.
std::string display_name(const std::string& name) {
    bool plain = std::all_of(name.begin(), name.end(),
                             [](char c) { return letter_or_digit(c) || c == ' ' || c == '-'; });
    return plain ? header_text(name) : encoded_words(name);
}

bool fits_as_it_is(std::string_view text) {
    for (auto line : split(text, '\n')) {
        if (line.size() > longest_line || !std::all_of(line.begin(), line.end(), ascii))
            return false;
    }
    return true;
}

std::string quoted_printable(std::string_view line) {
    std::string quoted;
    std::size_t length = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        bool last = i + 1 == line.size();
        bool keep = ascii(line[i]) && line[i] != '=' && !(last && line[i] == ' ');
        auto piece = keep ? std::string{line[i]} : escaped(line[i]);
        // One place stays free for the = that goes on.
        if (length + piece.size() + 1 > longest_quoted_line) {
            quoted += "=\r\n";
            length = 0;
        }
        quoted += piece;
        length += piece.size();
    }
    return quoted;
}

// A part with its header fields.
std::string part(const char* type, const Secret& content) {
    bool plain = fits_as_it_is(content.reveal());
    auto lines =
        "Content-Type: " + std::string{type} +
        "; charset=utf-8\r\nContent-Transfer-Encoding: " + (plain ? "7bit" : "quoted-printable") +
        "\r\n\r\n";
    for (auto line : split(content.reveal(), '\n')) {
        lines += plain ? std::string{line} : quoted_printable(line);
        lines += "\r\n";
    }
    return lines;
}

// Programs show the last part that they can.
std::string body(const Mail& mail) {
    if (mail.html.empty()) return part("text/plain", mail.text);
    auto boundary = "=_" + mail.id.text();
    auto next = "--" + boundary;
    return "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n" + next +
           "\r\n" + part("text/plain", mail.text) + next + "\r\n" + part("text/html", mail.html) +
           next + "--\r\n";
}

// Sat, 21 Nov 2026 02:45:00 +0000
std::string rfc5322(Instant instant) {
    static constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto day = floor<days>(instant);
    year_month_day date{day};
    hh_mm_ss time{floor<seconds>(instant - day)};
    char text[48];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  weekdays[weekday{day}.c_encoding()], unsigned(date.day()),
                  months[unsigned(date.month()) - 1], int(date.year()), int(time.hours().count()),
                  int(time.minutes().count()), int(time.seconds().count()));
    return text;
}

}  // namespace

Mailbox Mailbox::parse(std::string_view text) {
    text = trim(text);
    auto open = text.find('<');
    bool bracketed = open != text.npos && text.ends_with('>');
    if (bracketed) text.remove_suffix(1);
    Mailbox mailbox;
    if (bracketed) mailbox.name = trim(text.substr(0, open));
    mailbox.address = trim(bracketed ? text.substr(open + 1) : text);
    if (!looks_like_email(mailbox.address)) throw std::invalid_argument("not an e-mail address");
    return mailbox;
}

std::string header_address(const Mailbox& mailbox) {
    auto address = "<" + mailbox.address + ">";
    return mailbox.name.empty() ? address : display_name(mailbox.name) + " " + address;
}

Secret compose(const Mail& mail, const Mailbox& sender) {
    if (!looks_like_email(mail.recipient)) throw std::invalid_argument("recipient is no address");
    auto domain = sender.address.substr(sender.address.find('@') + 1);
    auto lines =
        "Date: " + rfc5322(mail.date) + "\r\nFrom: " + header_address(sender) + "\r\nTo: <" +
        mail.recipient + ">\r\nSubject: " + header_text(mail.subject) + "\r\nMessage-ID: <" +
        mail.id.text() + "@" + domain +
        ">\r\nAuto-Submitted: auto-generated\r\nContent-Language: " + header_text(mail.language) +
        "\r\nMIME-Version: 1.0\r\n";
    return Secret{lines + body(mail)};
}
