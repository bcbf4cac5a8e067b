#include "workers/party/socket/line.h"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace party {

namespace {

// RFC 6455 section 5.5.1: FIN and the opcode of close, the size, then the code.
constexpr unsigned char close_frame = 0x88;
constexpr std::uint16_t without_code = 1005;

std::uint16_t code_of(const std::string& frame) {
    if (frame.size() < 4) return without_code;
    return static_cast<std::uint16_t>((frame[2] & 0xFF) << 8 | (frame[3] & 0xFF));
}

}  // namespace

void Line::flush_soon() {
    if (!std::exchange(due_, true)) hub->flush_soon(shared_from_this());
}

void Line::flush() {
    due_ = false;
    flushed_at_ = std::chrono::steady_clock::now();
    while (socket_ >= 0 && !blocked && !out.empty()) {
        if (send_some()) continue;
        if (errno == EAGAIN) {
            blocked = true;
            wait_for_room();
        } else {
            close();
        }
    }
    if (finishing_ && out.empty() && socket_ >= 0) shutdown(socket_, SHUT_WR);
}

bool Line::send_some() {
    Outgoing::Batch batch;
    out.gather(batch);
    msghdr message{};
    message.msg_iov = batch.parts.data();
    message.msg_iovlen = batch.count;
    auto count = sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) return errno == EINTR;
    hub->counts.bytes_out += static_cast<std::uint64_t>(count);
    hub->counts.frames_out += out.sent(static_cast<std::size_t>(count));
    return true;
}

void Line::write(std::string bytes) {
    auto last = static_cast<unsigned char>(bytes[0]) == close_frame;
    auto code = code_of(bytes);
    out.add_bytes(std::move(bytes), std::chrono::steady_clock::now());
    flush_soon();
    if (last && on_close_frame) on_close_frame(code);
}

void Line::finish() {
    finishing_ = true;
    flush_soon();
}

void Line::closed() {
    socket_ = -1;
    out = {};
}

std::string Line::peer_address() const {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    std::array<char, NI_MAXHOST> text{};
    auto* address = reinterpret_cast<sockaddr*>(&peer);
    if (getpeername(socket_, address, &size) != 0 || peer.ss_family == AF_UNIX) return {};
    getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    return text.data();
}

}  // namespace party
