#include "workers/party/node/figures.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <system_error>

#include "common/process/log.h"
#include "workers/party/node/frames.h"

namespace party {

namespace {

constexpr int seconds_between = 5;

template <class Number>
double number(Number value) {
    return static_cast<double>(value);
}

template <class Numbers>
void append(Numbers& all, const Numbers& some) {
    all.insert(all.end(), some.begin(), some.end());
}

template <class Key>
void add_all(Tally<Key>& sum, const Tally<Key>& some) {
    for (const auto& [key, count] : some) add(sum, key, count);
}

void add(Ties& sum, const Ties& some) {
    sum.up += some.up;
    sum.lost += some.lost;
    sum.again += some.again;
}

void add(ServerCounts& sum, const ServerCounts& some) {
    for (auto count :
         {&ServerCounts::open, &ServerCounts::accepted, &ServerCounts::frames_in,
          &ServerCounts::frames_out, &ServerCounts::bytes_in, &ServerCounts::bytes_out,
          &ServerCounts::dropped_ephemeral, &ServerCounts::replaced_states, &ServerCounts::slow}) {
        sum.*count += some.*count;
    }
    add_all(sum.refusals, some.refusals);
    add_all(sum.closes, some.closes);
    std::transform(sum.messages.begin(), sum.messages.end(), some.messages.begin(),
                   sum.messages.begin(), std::plus{});
}

void show_sockets(Figures& text, const NodeFigures& all) {
    const auto& server = all.server;
    text.gauge("ws_connections", "Open WebSockets.", number(server.open));
    const char* accepts = "Handshakes by their outcome: welcome, or the code of the refusal.";
    text.counter("ws_accept_total", accepts, number(server.accepted), {{"result", "welcome"}});
    for (const auto& [code, count] : server.refusals) {
        text.counter("ws_accept_total", accepts, number(count), {{"result", code}});
    }
    for (const auto& [code, count] : server.closes) {
        text.counter("ws_close_total", "WebSockets that ended, by close code; 1006: lost.",
                     number(count), {{"code", std::to_string(code)}});
    }
    text.summary("ws_send_queue_bytes", "Bytes that wait on a socket, of those open now.",
                 {all.queues.begin(), all.queues.end()});
    const char* dropped = "Messages left out for slow sockets.";
    text.counter("ws_dropped_total", dropped, number(server.dropped_ephemeral),
                 {{"class", "ephemeral"}});
    text.counter("ws_dropped_total", dropped, number(server.replaced_states), {{"class", "state"}});
    text.counter("ws_in_bytes_total", "Bytes from clients, within TLS.", number(server.bytes_in));
    text.counter("ws_out_bytes_total", "Bytes to clients, within TLS.", number(server.bytes_out));
}

// Types that nobody has used are left out. What no node could make sense of, or had no time to, is
// all the rest of what came.
void show_messages(Figures& text, const NodeFigures& all) {
    const auto& known = all.counts.messages;
    auto in = known;
    in[0] = all.server.frames_in - std::accumulate(known.begin(), known.end(), std::uint64_t{0});
    for (std::size_t i = 0; i < in.size(); ++i) {
        auto name = name_of(static_cast<std::uint8_t>(i));
        if (in[i] > 0) {
            text.counter("ws_in_total",
                         "Messages from clients, by type; unknown: wrong, or too fast to be read.",
                         number(in[i]), {{"type", name}});
        }
        if (all.server.messages[i] > 0) {
            text.counter("ws_out_total", "Messages queued for clients, by type.",
                         number(all.server.messages[i]), {{"type", name}});
        }
    }
}

void show_rooms(Figures& text, const NodeFigures& all) {
    for (const auto& [state, count] : all.rooms) {
        text.gauge("party_rooms", "Rooms that somebody here is in, by the state of their playback.",
                   number(count), {{"state", state}});
    }
    text.gauge("party_members", "Members who are here.", number(all.members));
    text.gauge("party_commands_waiting", "Commands that wait for those before them.",
               number(all.commands));
    const auto& counts = all.counts;
    for (std::size_t i = 0; i < result_names.size(); ++i) {
        text.counter("party_apply_total", "Commands of rooms, by what became of them.",
                     number(counts.results[i]), {{"result", result_names[i]}});
    }
    text.histogram("party_apply_seconds", "Time from a command's arrival at its room to the end.",
                   counts.apply);
    text.summary("party_drift_ms", "How far players were from their rooms in the last minute.",
                 all.drifts);
    text.histogram("party_wait_seconds", "How long rooms waited for members.", counts.waits);
    text.counter("party_wait_timeout_total", "Waits that ended without those who were missing.",
                 number(counts.wait_timeouts));
    for (bool recovered : {false, true}) {
        text.counter(
            "resume_total", "Streams resumed, by whether all that was missed could be told.",
            number(counts.resumed[recovered]), {{"recovered", recovered ? "true" : "false"}});
    }
}

void show_redis(Figures& text, const NodeFigures& all) {
    for (auto [use, ties] : {std::pair{"commands", all.redis}, {"channels", all.channels}}) {
        text.gauge("redis_connections", "Connections to Redis that stand.", number(ties.up),
                   {{"use", use}});
        text.counter("redis_lost_total", "Connections to Redis that were lost.", number(ties.lost),
                     {{"use", use}});
        text.counter("redis_reconnect_total", "Connections to Redis that stood again.",
                     number(ties.again), {{"use", use}});
    }
    text.histogram("redis_round_trip_seconds", "Time until Redis answers, asked twice a second.",
                   all.counts.redis);
    text.gauge("redis_pubsub_lag_ms",
               "The longest way from being published to being heard, lately.", all.lags.channel);
}

}  // namespace

void add(NodeFigures& sum, const NodeFigures& node) {
    add(sum.server, node.server);
    sum.counts.add(node.counts);
    append(sum.queues, node.queues);
    append(sum.drifts, node.drifts);
    add_all(sum.rooms, node.rooms);
    sum.members += node.members;
    sum.commands += node.commands;
    sum.lags.loop = std::max(sum.lags.loop, node.lags.loop);
    sum.lags.channel = std::max(sum.lags.channel, node.lags.channel);
    add(sum.redis, node.redis);
    add(sum.channels, node.channels);
    if (std::abs(node.clock_offset) > std::abs(sum.clock_offset)) {
        sum.clock_offset = node.clock_offset;
    }
}

Figures shown(const NodeFigures& all, std::size_t records_waiting, const std::string& program) {
    Figures text{{{"node", program}}};
    show_sockets(text, all);
    show_messages(text, all);
    show_rooms(text, all);
    show_redis(text, all);
    text.gauge("party_records_waiting",
               "What is still to be written to the database, or asked of it.",
               number(records_waiting));
    text.gauge("clock_offset_ms", "How far the clock of rooms is ahead of this machine's.",
               all.clock_offset);
    text.gauge("event_loop_lag_ms", "The latest that an event loop has been, lately.",
               all.lags.loop);
    return text;
}

bool FiguresFile::update(const std::vector<std::unique_ptr<Node>>& nodes) {
    if (seconds_++ % seconds_between != 0) return well_;
    NodeFigures all;
    well_ = true;
    last_.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        auto figures = nodes[i]->figures();
        well_ = well_ && figures;
        if (figures) last_[i] = *std::move(figures);
        add(all, last_[i]);
    }
    try {
        shown(all, records_.waiting(), program_).write(folder_, program_);
    } catch (const std::system_error& error) {
        LogLine(Level::warning, "figures_unwritten").add("error", error.what());
    }
    return well_;
}

}  // namespace party
