// A queue of films with short names, for its tests: each lasts a minute, and nobody is waited for.
#pragma once

#include <string>
#include <vector>

#include "tests/workers/party/room/cinema.h"

namespace party {

inline std::vector<std::string> add(Cinema& cinema, const std::vector<std::string>& titles,
                                    const std::string& position = "end",
                                    const std::string& name = "anna") {
    QueueAdd wanted{{}, position};
    for (const auto& title : titles) wanted.items.push_back(film(title, 60'000));
    auto change = cinema.tell(name, queue_add, wanted);
    std::vector<std::string> ids;
    for (const auto& added : at(change.answer, "itemIds").list) ids.push_back(added.text);
    return ids;
}
// Goes on; the item that is current then.
inline std::string next(Cinema& cinema, const QueueNext& wanted = {}) {
    return at(cinema.tell("anna", queue_next, wanted).answer, "currentId").text;
}
// "ABC": in their order.
inline std::string titles(const Queue& queue) {
    std::string titles;
    for (const auto& item : queue.items) titles += item.media.title;
    return titles;
}
inline std::string playing(const Cinema& cinema) {
    return cinema.room.playback.media ? cinema.room.playback.media->title : "";
}
inline Cinema cinema_of(const std::vector<std::string>& titles) {
    Cinema cinema;
    cinema.room.settings.wait_policy = "off";
    if (!titles.empty()) add(cinema, titles);
    return cinema;
}

}  // namespace party
