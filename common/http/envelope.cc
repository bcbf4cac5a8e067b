#include "common/http/envelope.h"

#include <algorithm>

#include "common/json/write.h"

namespace {

void write_figures(JsonWriter& writer, const std::vector<Detail>& details) {
    writer.key("data");
    writer.begin_object();
    for (const auto& detail : details) {
        writer.key(detail.name);
        if (auto* number = std::get_if<std::int64_t>(&detail.value)) {
            writer.integer(*number);
        } else {
            writer.text(std::get<std::string>(detail.value));
        }
    }
    writer.end_object();
}

}  // namespace

FaultWords fault_words(const Messages& messages, LanguageId language) {
    return [&messages, language](const Fault& fault) {
        return messages.text(language, fault.key, fault.details);
    };
}

std::int64_t whole_seconds(std::chrono::milliseconds time) {
    return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(time).count());
}

std::string success_body(const std::string& message, const std::string& data) {
    JsonWriter writer;
    writer.begin_object();
    writer.key("success");
    writer.boolean(true);
    writer.key("message");
    writer.text(message);
    writer.key("data");
    writer.raw(data);
    writer.end_object();
    return writer.take();
}

std::string failure_body(const Messages& messages, LanguageId language, const Failure& failure,
                         const std::string& request_id) {
    auto details = failure.details();
    auto words = details;
    if (auto wait = failure.retry_after()) {
        details.push_back({"retry_after", whole_seconds(*wait)});
        words.push_back({"count", whole_seconds(*wait)});
    }
    JsonWriter writer;
    writer.begin_object();
    writer.key("success");
    writer.boolean(false);
    writer.key("message");
    writer.text(messages.text(language, failure.problem().key(), words));
    writer.key("error");
    writer.begin_object();
    writer.key("code");
    writer.text(failure.problem().code);
    if (!failure.faults().empty()) {
        writer.key("fields");
        write_faults(writer, failure.faults(), fault_words(messages, language));
    }
    writer.end_object();
    if (!failure.data().empty()) {
        writer.key("data");
        writer.raw(failure.data());
    } else if (!details.empty()) {
        write_figures(writer, details);
    }
    writer.key("request_id");
    writer.text(request_id);
    writer.end_object();
    return writer.take();
}
