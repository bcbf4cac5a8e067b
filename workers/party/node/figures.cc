#include "workers/party/node/figures.h"

#include <algorithm>

#include "common/process/figures.h"
#include "common/process/log.h"

namespace party {

namespace {

constexpr int seconds_between = 5;

void add_closes(ServerCounts& sum, const ServerCounts& some) {
    for (const auto& [code, count] : some.closes) {
        auto at = std::find_if(sum.closes.begin(), sum.closes.end(),
                               [code = code](const auto& one) { return one.first == code; });
        if (at == sum.closes.end()) at = sum.closes.insert(at, {code, 0});
        at->second += count;
    }
}

}  // namespace

bool FiguresFile::update(const std::vector<std::unique_ptr<Node>>& nodes) {
    if (seconds_++ % seconds_between != 0) return well_;
    NodeFigures sum;
    well_ = true;
    for (const auto& node : nodes) {
        auto figures = node->figures();
        well_ = well_ && figures;
        if (!figures) continue;
        const auto& server = figures->server;
        sum.server.open += server.open;
        sum.server.accepted += server.accepted;
        sum.server.refused += server.refused;
        sum.server.frames_in += server.frames_in;
        sum.server.frames_out += server.frames_out;
        sum.server.replaced_states += server.replaced_states;
        add_closes(sum.server, server);
        sum.server.dropped_ephemeral += server.dropped_ephemeral;
        sum.rooms += figures->rooms;
        sum.members += figures->members;
    }
    auto number = [](auto value) { return static_cast<double>(value); };
    Figures all{{"node", program_}};
    all.gauge("ws_connections", "Open WebSockets.", number(sum.server.open));
    all.counter("ws_accept_total", "Sockets that asked to come in.", number(sum.server.accepted),
                {{"result", "welcome"}});
    all.counter("ws_accept_total", "", number(sum.server.refused), {{"result", "refused"}});
    for (const auto& [code, count] : sum.server.closes) {
        all.counter("ws_close_total", "Sockets that were closed.", number(count),
                    {{"code", std::to_string(code)}});
    }
    all.counter("ws_in_total", "Messages from clients.", number(sum.server.frames_in));
    all.counter("ws_out_total", "Messages to clients.", number(sum.server.frames_out));
    all.counter("ws_dropped_total", "Messages left out for slow sockets.",
                number(sum.server.dropped_ephemeral), {{"class", "ephemeral"}});
    all.counter("ws_dropped_total", "", number(sum.server.replaced_states), {{"class", "state"}});
    all.gauge("party_rooms", "Rooms that somebody here is in.", number(sum.rooms));
    all.gauge("party_members", "Members who are here.", number(sum.members));
    all.write(folder_, program_);
    return well_;
}

}  // namespace party
