#include "workers/billing/returned_mail.h"

#include <string_view>

#include "common/base/text.h"
#include "common/json/json.h"
#include "common/mail/svix.h"
#include "workers/billing/returned_mail_sql.h"

namespace billing {

namespace {

constexpr std::size_t most_recipients = 50;

std::string_view text_in(const JsonValue* object, std::string_view name) {
    const auto* found = object ? object->find(name) : nullptr;
    return found ? std::string_view{found->text} : std::string_view{};
}

// A full mailbox will take mail again.
bool transient(const JsonValue* letter) {
    const auto* bounce = letter ? letter->find("bounce") : nullptr;
    return text_in(bounce, "type") == "Transient";
}

// What an event makes of the address; nothing for most.
const char* status_after(const JsonValue& event, const JsonValue* letter) {
    auto type = text_in(&event, "type");
    if (type == "email.bounced" && !transient(letter)) return "bounced";
    if (type == "email.complained") return "complained";
    if (type == "email.failed") return "failed";
    return nullptr;
}

void add(std::vector<std::string>& addresses, const JsonValue& one) {
    if (addresses.size() < most_recipients && looks_like_email(one.text)) {
        addresses.push_back(lower_ascii(one.text));
    }
}

std::vector<std::string> recipients_of(const JsonValue* letter) {
    std::vector<std::string> addresses;
    const auto* to = letter ? letter->find("to") : nullptr;
    if (!to) return addresses;
    add(addresses, *to);
    for (const auto& one : to->list) add(addresses, one);
    return addresses;
}

}  // namespace

Routes routes(ReturnedMail& m) {
    return {
        Route{Method::post,
              "/api/v1/webhooks/resend",
              Who::anyone,
              call(m, &ReturnedMail::resend),
              "Take an event of Resend's, signed",
              {&invalid_signature, &malformed_json}}
            .raw_body()
            .unlimited(),
    };
}

Received ReturnedMail::resend(const Request& request) {
    svix::Claim claim{request.header("svix-id"), request.header("svix-timestamp"),
                      request.header("svix-signature")};
    if (!svix::signed_by(claim, request.body, secrets_, clock_())) throw Failure(invalid_signature);
    auto event = parse_json(request.body);
    const auto* letter = event.find("data");
    const auto* status = status_after(event, letter);
    auto recipients = recipients_of(letter);
    if (status && !recipients.empty()) db_.run(sql::set_email_status, recipients, status);
    return {};
}

}  // namespace billing
