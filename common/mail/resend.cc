#include "common/mail/resend.h"

#include <algorithm>

#include "common/json/json.h"

namespace {

std::string question(const Mail& mail, const Mailbox& sender) {
    JsonWriter json;
    json.begin_object();
    auto put = [&](const char* name, const std::string& value) {
        json.key(name);
        json.text(value);
    };
    put("from", header_address(sender));
    put("to", mail.recipient);
    put("subject", mail.subject);
    put("text", mail.text.reveal());
    if (!mail.html.empty()) put("html", mail.html.reveal());
    json.key("headers");
    json.begin_object();
    put("Auto-Submitted", "auto-generated");
    put("Content-Language", mail.language);
    json.end_object();
    json.end_object();
    return json.take();
}

// The name of an error, when it looks like one; its message may quote the address.
std::string error_name(const std::string& body) {
    try {
        auto answer = parse_json(body);
        const auto* name = answer.find("name");
        if (!name || name->text.empty() || name->text.size() > 64) return "no name";
        bool sound = std::all_of(name->text.begin(), name->text.end(),
                                 [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); });
        return sound ? name->text : "no name";
    } catch (const Failure&) {
        return "no name";
    }
}

// Whether the same question may be answered otherwise another time: when they are busy, and when it
// is our key that they do not take, which is for the operator to mend.
bool may_pass(int status, const std::string& name) {
    if (status == 409) return name == "concurrent_idempotent_requests";
    return status < 400 || status >= 500 || status == 401 || status == 408 || status == 429 ||
           name == "invalid_api_key";
}

}  // namespace

void Resend::carry(const Mail& mail) {
    auto answer = client_.send({.method = "POST",
                                .url = options_.base + "/emails",
                                .headers = {{"Authorization", "Bearer " + options_.key.reveal()},
                                            {"Content-Type", "application/json"},
                                            {"Idempotency-Key", mail.id.text()}},
                                .body = question(mail, sender_)});
    if (answer.status >= 200 && answer.status < 300) return;
    auto name = error_name(answer.body);
    auto words = "Resend says " + std::to_string(answer.status) + ", " + name;
    // The key has served: the letter left before, in words that have changed since.
    if (answer.status == 409 && name == "invalid_idempotent_request") return;
    if (may_pass(answer.status, name)) throw std::runtime_error(words);
    throw Undeliverable(words);
}
