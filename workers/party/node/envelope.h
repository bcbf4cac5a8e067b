// How a message looks on the wire: `{"type","id","cmdId","data"}` from clients, and what clients
// get: replies, ordered events, words and errors. Texts of frames are made here and nowhere else.
#pragma once

#include <string>
#include <string_view>

#include "common/json/read.h"
#include "common/messages/messages.h"
#include "workers/party/room/change.h"
#include "workers/party/room/problems.h"

namespace party {

struct Incoming {
    std::string type;
    std::string id;          // empty: no reply is asked for
    std::string command_id;  // empty, or what makes a repetition harmless
    JsonValue data;          // an object
};

// Throws Failure(bad_json) for what is no JSON of at most eight levels, and Failure(bad_request)
// that names the field for what is no message. `incoming` has type and id as far as they are known.
void read_envelope(std::string_view text, Incoming& incoming);

// The struct of a message's data. Throws Failure(bad_request) that names the first wrong field.
template <HasFields Body>
Body read_data(const JsonValue& data);

// `data` is JSON in all of these; `ts` is when it is sent.
std::string reply_text(const Incoming& to, Millis ts, std::string_view data);
std::string event_text(std::string_view type, std::string_view room, std::string_view epoch,
                       std::int64_t version, Millis ts, std::string_view data);
std::string personal_text(std::string_view type, std::string_view epoch, std::int64_t version,
                          Millis ts, std::string_view data);
std::string word_text(std::string_view type, Millis ts, std::string_view data);
// `to` may have been read in part only.
std::string error_text(const Incoming& to, Millis ts, const Failure& failure,
                       const Messages& messages, LanguageId language);

}  // namespace party

template <HasFields Body>
Body party::read_data(const JsonValue& data) {
    Body body;
    Faults faults;
    read_members(data, body, faults);
    if (!faults.empty()) {
        auto found = faults.take();
        std::vector<Detail> where{{"field", found.front().field}};
        throw Failure(bad_request, std::move(where)).with_faults(std::move(found));
    }
    return body;
}
