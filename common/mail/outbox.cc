// Parameters are kept as a JSON object, so that figures stay figures and plural forms fit them.
#include "common/mail/outbox.h"

#include "common/json/json.h"
#include "common/mail/outbox_sql.h"

namespace sql = outbox::sql;

namespace {

JsonText as_object(const std::vector<Detail>& parameters) {
    JsonWriter writer;
    writer.begin_object();
    for (const auto& [name, value] : parameters) {
        writer.key(name);
        if (auto* figure = std::get_if<std::int64_t>(&value)) {
            writer.integer(*figure);
        } else {
            writer.text(std::get<std::string>(value));
        }
    }
    writer.end_object();
    return {writer.take()};
}

}  // namespace

std::string link_context(const Uuid& letter) { return "outbox|" + letter.text() + "|link"; }

void Outbox::enqueue(const Letter& letter) {
    auto id = Uuid::make();
    std::optional<Bytes> sealed;
    if (!letter.link.empty()) sealed = box_.seal(letter.link.reveal(), link_context(id));
    db_.run(sql::insert_letter, id, letter.user, letter.recipient, letter.name,
            languages().at(letter.language).code, as_object(letter.parameters), sealed);
}
