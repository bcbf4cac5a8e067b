#include "common/mail/html.h"

#include "common/base/text.h"

namespace {

constexpr std::string_view body_style =
    "margin:0;padding:24px;background:#f3f4f6;color:#1f2937;font:16px/1.5 sans-serif";
constexpr std::string_view card_style =
    "max-width:560px;margin:0 auto;padding:32px;background:#ffffff;border-radius:8px";
constexpr std::string_view heading_style = "margin:0 0 24px;font-size:22px;line-height:1.3";
constexpr std::string_view button_style =
    "display:inline-block;padding:12px 24px;background:#1d4ed8;color:#ffffff;border-radius:6px;"
    "text-decoration:none;font-weight:bold";
constexpr std::string_view address_style = "font-size:13px;color:#6b7280;word-break:break-all";

std::string escaped(std::string_view text) {
    std::string safe;
    for (char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            case '\n':
                safe += "<br>\n";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string element(std::string_view name, std::string_view style, const std::string& content) {
    auto tag = std::string{name};
    return "<" + tag + " style=\"" + std::string{style} + "\">" + content + "</" + tag + ">\n";
}

// An address is read from left to right, whatever stands around it.
std::string button(std::string_view label, std::string_view link) {
    auto address = escaped(link);
    return "<p><a href=\"" + address + "\" style=\"" + std::string{button_style} + "\">" +
           escaped(label) + "</a></p>\n<p dir=\"ltr\" style=\"" + std::string{address_style} +
           "\">" + address + "</p>\n";
}

std::string paragraphs(std::string_view heading, std::string_view text, std::string_view link) {
    std::string all;
    while (!text.empty()) {
        auto end = text.find("\n\n");
        auto one = text.substr(0, end);
        text = end == text.npos ? std::string_view{} : text.substr(end + 2);
        bool is_link = !link.empty() && trim(one) == link;
        all += is_link ? button(heading, link) : "<p>" + escaped(one) + "</p>\n";
    }
    return all;
}

}  // namespace

std::string html_letter(const Language& language, std::string_view heading, std::string_view text,
                        std::string_view link) {
    auto title = escaped(heading);
    auto card = "\n" + element("h1", heading_style, title) + paragraphs(heading, text, link);
    return "<!doctype html>\n<html lang=\"" + std::string{language.code} + "\" dir=\"" +
           language.direction + "\">\n<head><meta charset=\"utf-8\"><title>" + title +
           "</title></head>\n" +
           element("body", body_style, "\n" + element("div", card_style, card)) + "</html>";
}
