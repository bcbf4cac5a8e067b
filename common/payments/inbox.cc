#include "common/payments/inbox.h"

#include <algorithm>

#include "common/base/bytes.h"
#include "common/base/text.h"
#include "common/crypto/digest.h"
#include "common/payments/inbox_sql.h"

namespace sql = inbox::sql;

namespace {

constexpr const char* unreadable = "it is no event";

// As Stripe would have sent it.
std::string event_about(const std::string& id, const JsonValue& object, const std::string& type,
                        const Inquiry& asked) {
    JsonWriter writer;
    writer.begin_object();
    writer.key("id");
    writer.text(id);
    writer.key("object");
    writer.text("event");
    writer.key("type");
    writer.text(type);
    writer.key("created");
    writer.integer(unix_seconds(std::max(asked.newest, asked.answered.value_or(asked.newest))));
    writer.key("after");
    writer.integer(asked.arrival);
    writer.key("request");
    writer.begin_object();
    writer.key("idempotency_key");
    writer.text(asked.call);
    writer.end_object();
    writer.key("livemode");
    const auto& live = stripe::at(object, {"livemode"});
    writer.boolean(live.boolean);
    writer.key("data");
    writer.begin_object();
    writer.key("object");
    write_json(writer, object);
    writer.end_object();
    writer.end_object();
    return writer.take();
}

}  // namespace

std::string Inbox::take(std::string_view raw) {
    auto event = stripe::read_event(raw);
    if (!event) {
        auto id = "unreadable_" + hex(sha256(raw));
        db_.run(sql::insert_event, id, "unreadable", "", "", false, "", system_now(), to_bytes(raw),
                "failed", unreadable);
        return id;
    }
    db_.run(sql::insert_event, event->id, event->type, event->object_id, event->customer_id,
            event->livemode, event->api_version, from_unix(event->created), to_bytes(raw),
            "pending", std::optional<std::string>{});
    return event->id;
}

std::string Inbox::take_answer(const JsonValue& object, const std::string& type,
                               const Inquiry& asked) {
    auto id = "fetched_" + Uuid::make().text();
    return take(event_about(id, object, type, asked));
}

Inquiry Inbox::before_asking(const std::string& object) {
    return db_.get<Inquiry>(sql::find_newest, object);
}

std::vector<std::string> Inbox::claim_due(std::int64_t most) {
    auto [given_up, claimed] =
        db_.pipeline(change(sql::give_up_events), rows<std::string>(sql::claim_events, most));
    return claimed;
}

std::vector<stripe::Event> Inbox::about(const std::string& object) {
    std::vector<stripe::Event> events;
    for (const auto& row : db_.list<StoredEvent>(sql::list_events_about, object)) {
        if (auto event = read_stored(row)) events.push_back(*std::move(event));
    }
    return events;
}

std::optional<stripe::Event> read_stored(const StoredEvent& row) {
    auto event = stripe::read_event(to_text(row.raw));
    if (event) {
        event->arrival = row.arrival;
        event->received = row.received_at;
    }
    return event;
}
