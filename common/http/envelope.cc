#include "common/http/envelope.h"

#include <algorithm>

#include "common/json/json.h"

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

void write_faults(JsonWriter& writer, const Messages& messages, LanguageId language,
                  const std::vector<Fault>& faults) {
    writer.key("fields");
    writer.begin_object();
    std::string_view last;
    for (const auto& fault : faults) {
        if (fault.field == last) continue;  // one sentence a field is enough
        last = fault.field;
        writer.key(fault.field);
        writer.text(messages.text(language, fault.key, fault.details));
    }
    writer.end_object();
}

}  // namespace

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
    if (!failure.faults().empty()) write_faults(writer, messages, language, failure.faults());
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
