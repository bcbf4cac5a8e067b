// The people of a load test on watch parties, as far as one thread plays them: they connect, make
// rooms, join, and then seek, chat, ask for the time and report at given intervals. They say only
// what every client has to know (`party:create`, `party:join`, `party:seek`, `party:chat`), and
// `sync:ping` and `party:report` when the plan has them. When a message was sent stands in itself,
// so each delivery is measured where it arrives: in the text of a chat message, and a seek's
// position is its number.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <ctime>
#include <functional>
#include <memory>
#include <queue>

#include "tests/load/seen.h"
#include "tests/load/websocket.h"

class Crowd {
  public:
    // Plays the people `first`, `first + step`, ... of the plan; room by room, the host first.
    Crowd(const Plan& plan, Board& board, std::size_t first, std::size_t step)
        : plan_{plan}, board_{board}, epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
        for (auto number = first; number < plan.people(); number += step) {
            auto place = number % plan.people_of_room();
            people_.push_back(
                {.number = number, .room = number / plan.people_of_room(), .place = place});
            if (place == 0) ++hosts_;
        }
    }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd() { ::close(epoll_); }

    // Each of these returns when it is done, or after its time. All crowds do one, then the next.
    void connect(double most_s) {
        auto next = people_.begin();
        run(most_s, [&] {
            for (; next != people_.end() && connecting_ < at_once(); ++next) begin(*next);
            return next == people_.end() && connecting_ == 0;
        });
    }
    void make_rooms(double most_s) {
        ask(most_s, hosts_, [&](Person& person) {
            return person.place == 0 && send(person, "party:create", R"({"userName":"Host"})");
        });
    }
    void join(double most_s) {
        ask(most_s, people_.size(), [&](Person& person) {
            return person.place > 0 &&
                   send(person, "party:join",
                        R"({"roomId":")" + board_.room_ids[person.room] +
                            R"(","userName":"Guest )" + std::to_string(person.place) + "\"}");
        });
    }
    void talk(double seconds) {
        seen_ = {};
        plan_errands();
        talking_ = true;
        run(seconds, [&] { return run_errands(); });
        talking_ = false;
        errands_ = {};
    }
    void listen(double seconds) {
        run(seconds, [] { return false; });
    }

    std::size_t open() const { return open_; }
    std::size_t joined() const { return joined_; }
    const Seen& seen() const { return seen_; }

  private:
    using Microseconds = std::int64_t;
    enum class Kind { seek, chat, storm, ping, report };

    struct Person {
        std::size_t number = 0, room = 0, place = 0;
        std::unique_ptr<WebSocket> socket{};
        bool open = false, joined = false;
        Microseconds asked = 0;  // for the time
        std::string version{};   // of the room, when it was last heard
    };
    struct Errand {
        Microseconds at;
        Kind kind;
        Person* who;
        bool operator>(const Errand& other) const { return at > other.at; }
    };

    static Microseconds clock() {
        auto now = std::chrono::steady_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
    }
    std::size_t at_once() const { return static_cast<std::size_t>(plan_.at_once); }

    // Until `step` says that it is done.
    template <class Step>
    void run(double most_s, Step step) {
        auto end = clock() + static_cast<Microseconds>(most_s * 1e6);
        std::array<epoll_event, 256> events;
        while (!step() && (now_ = clock()) < end) {
            auto next = errands_.empty() ? end : std::min(end, errands_.top().at);
            auto wait_ms = std::clamp<Microseconds>((next - now_ + 999) / 1000, 0, 100);
            int count =
                ::epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(wait_ms));
            for (int i = 0; i < count; ++i) look(*static_cast<Person*>(events[i].data.ptr));
        }
    }

    // Lets people ask, some at once, until `wanted` have joined. `ask_one` says whether it did.
    template <class Ask>
    void ask(double most_s, std::size_t wanted, Ask ask_one) {
        auto next = people_.begin();
        auto begun = joined_;
        run(most_s, [&] {
            for (; next != people_.end() && begun < joined_ + at_once(); ++next)
                if (ask_one(*next)) ++begun;
            return joined_ >= wanted || (next == people_.end() && joined_ == begun);
        });
    }

    void begin(Person& person) {
        const auto& target = plan_.targets[person.number % plan_.targets.size()];
        const auto& token = plan_.tokens[person.number % plan_.tokens.size()];
        auto source = static_cast<int>(2 + person.number / 20'000);
        try {
            person.socket = std::make_unique<WebSocket>(target, source, &tls_, token);
        } catch (const std::system_error& error) {
            ++seen_.faults[error.what()];
            return;
        }
        ++connecting_;
        epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                          .data = {.ptr = &person}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, person.socket->descriptor(), &event);
    }

    void look(Person& person) {
        person.socket->ready([&](std::string_view text) { take(person, text); });
        auto state = person.socket->state();
        if (state != WebSocket::State::connecting) note_open(person);
        if (state == WebSocket::State::closed) lose(person);
    }
    void note_open(Person& person) {
        if (person.open) return;
        person.open = true;
        --connecting_;
        ++open_;
    }
    void lose(Person& person) {
        ++seen_.faults["closed: " + std::to_string(person.socket->reason())];
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, person.socket->descriptor(), nullptr);
        --open_;
        if (person.joined) --joined_;
        person.open = person.joined = false;
    }

    bool send(Person& person, std::string_view type, const std::string& data) {
        if (!person.open) return false;
        person.socket->send("{\"type\":\"" + std::string{type} + "\",\"data\":" + data + "}");
        return true;
    }

    void take(Person& person, std::string_view text) {
        now_ = clock();
        ++seen_.frames;
        seen_.bytes += text.size();
        auto is = [type = text.substr(std::min<std::size_t>(9, text.size()))](
                      std::string_view wanted) { return type.starts_with(wanted); };
        if (is("party:chat\"")) return take_chat(person, text);
        if (is("party:seek\"")) return take_seek(text);
        if (is("sync:pong\"")) seen_.pongs.push_back(since(person.asked));
        if (is("error\"")) take_error(person, text);
        if (is("party:create\"")) board_.room_ids[person.room] = text_after(text, "\"roomId\":\"");
        if (is("party:create\"") || is("party:join\"")) note_joined(person);
        if (plan_.report_every_s > 0 && is("party:state\""))
            person.version = text_after(text, "\"ver\":");
    }
    void take_chat(Person& person, std::string_view text) {
        seen_.chats.push_back(since(number_after(text, "\"load ")));
        auto from = static_cast<std::size_t>(number_after(text, " from "));
        if (plan_.storm > 0 && talking_ && from == person.number) chat(person);
    }
    void take_seek(std::string_view text) {
        auto number = static_cast<std::size_t>(number_after(text, "\"currentTime\":"));
        if (number < board_.sought) seen_.seeks.push_back(since(board_.seeks[number]));
    }
    void take_error(Person& person, std::string_view text) {
        auto code = text_after(text, "\"code\":\"");
        ++seen_.faults[code.empty() ? std::string{text}
                                    : code + " for " + text_after(text, "\"for\":\"")];
        if (plan_.storm > 0 && talking_) errands_.push({now_ + 100'000, Kind::storm, &person});
    }
    void note_joined(Person& person) {
        if (!person.joined) ++joined_;
        person.joined = true;
    }

    std::uint32_t since(Microseconds then) const { return static_cast<std::uint32_t>(now_ - then); }
    void chat(Person& person) {
        seen_.expected += plan_.people_of_room();
        send(person, "party:chat",
             R"({"message":"load )" + std::to_string(clock()) + " from " +
                 std::to_string(person.number) + R"( what a scene, did you see that?"})");
    }
    void seek(Person& person) {
        auto number = board_.sought++;
        if (number >= board_.seeks.size()) return;
        seen_.expected += plan_.people_of_room();
        board_.seeks[number] = clock();
        send(person, "party:seek", R"({"currentTime":)" + std::to_string(number) + "}");
    }
    void ping(Person& person) {
        person.asked = clock();
        send(person, "sync:ping", R"({"t0":)" + std::to_string(person.asked / 1000) + "}");
    }
    void report(Person& person) {
        if (person.version.empty()) return;
        send(
            person, "party:report",
            R"({"ver":)" + person.version + R"(,"atServerMs":)" +
                std::to_string(std::time(nullptr)) +
                R"(000,"positionMs":0,"status":"paused","rate":1,"driftMs":12,"bufferedMs":9000,"seeks":0})");
    }

    // How often a person does it; 0: never.
    double period_s(Kind kind, const Person& person) const {
        switch (kind) {
            case Kind::seek:
                return person.place == 0 ? plan_.seek_every_s : 0;
            case Kind::chat:
                return plan_.chat_every_s * plan_.people_a_room;
            case Kind::ping:
                return plan_.ping_every_s;
            case Kind::report:
                return plan_.report_every_s;
            case Kind::storm:
                break;
        }
        return 0;
    }

    // Spread over the period, so that the load of each room and of all is even.
    void plan_errands() {
        now_ = clock();
        for (auto& person : people_) {
            auto rank = static_cast<double>(person.place * static_cast<std::size_t>(plan_.rooms) +
                                            person.room) /
                        static_cast<double>(plan_.people());
            for (auto kind : {Kind::seek, Kind::chat, Kind::ping, Kind::report}) {
                auto share = kind == Kind::seek ? rank * plan_.people_a_room : rank;
                auto wait = static_cast<Microseconds>(period_s(kind, person) * 1e6 * share);
                if (period_s(kind, person) > 0) errands_.push({now_ + wait, kind, &person});
            }
            if (person.place < static_cast<std::size_t>(plan_.storm))
                errands_.push({now_, Kind::storm, &person});
        }
    }

    // Never done.
    bool run_errands() {
        for (now_ = clock(); !errands_.empty() && errands_.top().at <= now_;) {
            auto errand = errands_.top();
            errands_.pop();
            run(errand);
            if (errand.kind == Kind::storm) continue;
            errand.at += static_cast<Microseconds>(period_s(errand.kind, *errand.who) * 1e6);
            errands_.push(errand);
        }
        return false;
    }
    void run(const Errand& errand) {
        switch (errand.kind) {
            case Kind::seek:
                return seek(*errand.who);
            case Kind::chat:
            case Kind::storm:
                return chat(*errand.who);
            case Kind::ping:
                return ping(*errand.who);
            case Kind::report:
                return report(*errand.who);
        }
    }

    const Plan& plan_;
    Board& board_;
    TlsContext tls_;
    int epoll_;
    Microseconds now_ = 0;
    std::vector<Person> people_;
    std::priority_queue<Errand, std::vector<Errand>, std::greater<>> errands_;
    std::size_t hosts_ = 0, connecting_ = 0, open_ = 0, joined_ = 0;
    bool talking_ = false;
    Seen seen_;
};
