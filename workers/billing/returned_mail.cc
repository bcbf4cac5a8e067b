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

bool is_soft_bounce(std::string_view type, const JsonValue* letter) {
    const auto* bounce = letter ? letter->find("bounce") : nullptr;
    return type == "email.bounced" && text_in(bounce, "type") == "Transient";
}

// What an event makes of the address at once; nothing for most. Letters to a suppressed address are
// not even tried by Resend, since they came back before.
const char* status_after(std::string_view type) {
    if (type == "email.bounced" || type == "email.suppressed") return "bounced";
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
    auto recipients = recipients_of(letter);
    if (!recipients.empty()) apply(event, letter, recipients);
    return {};
}

void ReturnedMail::apply(const JsonValue& event, const JsonValue* letter,
                         const std::vector<std::string>& recipients) {
    auto type = text_in(&event, "type");
    if (is_soft_bounce(type, letter)) {
        auto at = parse_rfc3339(text_in(&event, "created_at"));
        db_.run(sql::note_soft_bounce, recipients, at.value_or(clock_()));
    } else if (type == "email.delivered") {
        db_.run(sql::forget_soft_bounces, recipients);
    } else if (const auto* status = status_after(type)) {
        db_.run(sql::set_email_status, recipients, status);
    }
}

}  // namespace billing
