// The client's side of one WebSocket (RFC 6455), for the load programs: just what a server that
// keeps to the protocol can be measured with. Text messages come whole; pings are answered here.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/load/stream.h"

class WebSocket {
  public:
    enum class State { connecting, open, closed };

    // Starts to connect and to ask for the upgrade, as who the token says.
    WebSocket(const Target& target, int source, TlsContext* tls, const std::string& token)
        : stream_{target, source, tls} {
        out_ = "GET " + target.path + "?token=" + token + " HTTP/1.1\r\nHost: " + target.host +
               "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: bG9hZC1sb2FkLWxvYWQtbA==\r\n\r\n";
    }

    int descriptor() const { return stream_.descriptor(); }
    State state() const { return state_; }
    // Why it is closed: the HTTP status that refused it, the code of a close frame, or 0.
    int reason() const { return reason_; }

    void send(std::string_view text) {
        frame(0x1, text);
        flush();
    }

    // To be called whenever epoll reports it; `received(text)` for each message.
    template <class Received>
    void ready(Received&& received) {
        flush();
        thread_local std::array<char, 65'536> bytes;
        while (state_ != State::closed) {
            auto count = stream_.read(bytes.data(), bytes.size());
            if (count == 0) break;
            take({bytes.data(), count}, received);
        }
        if (stream_.failed()) state_ = State::closed;
        flush();
    }

  private:
    void flush() {
        while (!out_.empty()) {
            auto count = stream_.write(out_);
            if (count == 0) return;
            out_.erase(0, count);
        }
        out_.shrink_to_fit();
    }

    // Masked with zeros, which is a mask like any other and costs nothing.
    void frame(unsigned opcode, std::string_view payload) {
        out_ += static_cast<char>(0x80 | opcode);
        if (payload.size() < 126) {
            out_ += static_cast<char>(0x80 | payload.size());
        } else {
            out_ += static_cast<char>(0x80 | 126);
            out_ += static_cast<char>(payload.size() >> 8);
            out_ += static_cast<char>(payload.size());
        }
        out_.append(4, '\0').append(payload);
    }

    // Mostly whole messages arrive; only what is left of one is kept.
    template <class Received>
    void take(std::string_view bytes, Received&& received) {
        if (!in_.empty()) bytes = in_ += bytes;
        auto rest = state_ == State::connecting ? read_answer(bytes) : bytes;
        while (state_ == State::open && read_frame(rest, received)) {
        }
        std::string kept{rest};
        in_.swap(kept);
    }

    std::string_view read_answer(std::string_view bytes) {
        auto end = bytes.find("\r\n\r\n");
        if (end == bytes.npos) return bytes;
        reason_ = bytes.size() > 12 ? std::atoi(std::string{bytes.substr(9, 3)}.c_str()) : 0;
        state_ = reason_ == 101 ? State::open : State::closed;
        if (state_ == State::open) reason_ = 0;
        return bytes.substr(end + 4);
    }

    // Whether there was a whole frame at the beginning of `rest`, which then begins after it.
    template <class Received>
    bool read_frame(std::string_view& rest, Received&& received) {
        auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
        if (rest.size() < 2) return false;
        std::size_t header = 2, length = byte(1) & 127U;
        if (length >= 126) header = length == 126 ? 4 : 10;
        if (rest.size() < header) return false;
        if (header > 2) length = 0;
        for (std::size_t at = 2; at < header; ++at) length = length << 8 | byte(at);
        if (rest.size() - header < length) return false;
        auto payload = rest.substr(header, length);
        auto opcode = byte(0) & 15U;
        rest.remove_prefix(header + length);
        if (opcode == 0x1) received(payload);
        if (opcode == 0x9) frame(0xA, payload);
        if (opcode == 0x8) closed(payload);
        return true;
    }

    void closed(std::string_view payload) {
        state_ = State::closed;
        if (payload.size() < 2) return;
        reason_ =
            static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
    }

    Stream stream_;
    State state_ = State::connecting;
    int reason_ = 0;
    std::string in_, out_;
};
