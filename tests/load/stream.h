// A stream of bytes to a server, for the load programs: TCP, TLS over TCP, or a unix socket. Never
// blocks: whoever owns it waits with epoll, edge-triggered. Certificates are not verified, the
// server under load is this machine's own.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

// Where the server listens: `ws://127.0.0.1:PORT/PATH`, `wss://...` or `unix:/FILE`, whose path is
// /ws/connect.
struct Target {
    sockaddr_storage address{};
    socklen_t length = 0;
    bool tls = false;
    std::string host = "localhost", path = "/ws/connect";

    explicit Target(const std::string& url) {
        if (url.starts_with("unix:")) {
            set_file(url.substr(5));
            return;
        }
        tls = url.starts_with("wss://");
        auto begin = url.find("//") + 2, slash = url.find('/', begin), colon = url.find(':', begin);
        if (begin == 1 || slash == url.npos || colon == url.npos || colon > slash)
            throw std::invalid_argument("no address: " + url);
        host = url.substr(begin, slash - begin);
        path = url.substr(slash);
        set_internet(url.substr(begin, colon - begin), std::stoi(url.substr(colon + 1)));
    }

  private:
    void set_file(const std::string& file) {
        auto& unix_address = reinterpret_cast<sockaddr_un&>(address);
        if (file.size() >= sizeof unix_address.sun_path)
            throw std::invalid_argument("too long: " + file);
        unix_address.sun_family = AF_UNIX;
        std::memcpy(unix_address.sun_path, file.c_str(), file.size() + 1);
        length = sizeof unix_address;
    }
    void set_internet(const std::string& ip, int port) {
        auto& internet = reinterpret_cast<sockaddr_in&>(address);
        internet.sin_family = AF_INET;
        internet.sin_port = htons(static_cast<std::uint16_t>(port));
        if (inet_pton(AF_INET, ip.c_str(), &internet.sin_addr) != 1)
            throw std::invalid_argument("no IPv4 address: " + ip);
        length = sizeof internet;
    }
};

// What all TLS streams share; `nullptr` will do for the others.
struct TlsContext {
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context{SSL_CTX_new(TLS_client_method()),
                                                         SSL_CTX_free};
    TlsContext() {
        SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    }
};

class Stream {
  public:
    // Starts to connect. One address has ports for 28,000 connections to a server: `source` is the
    // last byte of the loopback address to come from.
    Stream(const Target& target, int source, TlsContext* tls) : tls_{nullptr, SSL_free} {
        socket_ = ::socket(target.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (socket_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
        if (target.address.ss_family == AF_INET) prepare_internet(source);
        if (target.tls) {
            tls_.reset(SSL_new(tls->context.get()));
            SSL_set_fd(tls_.get(), socket_);
            SSL_set_connect_state(tls_.get());
        }
        auto* address = reinterpret_cast<const sockaddr*>(&target.address);
        if (::connect(socket_, address, target.length) != 0 && errno != EINPROGRESS) fail();
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { ::close(socket_); }

    int descriptor() const { return socket_; }
    bool failed() const { return failed_; }

    // Bytes read or written; 0 when it has to be waited, or when the stream `failed`.
    std::size_t read(char* bytes, std::size_t count) {
        if (tls_) return take(SSL_read(tls_.get(), bytes, static_cast<int>(count)));
        auto got = ::recv(socket_, bytes, count, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != ENOTCONN)) failed_ = true;
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    std::size_t write(std::string_view bytes) {
        if (tls_) return take(SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())));
        auto put = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put < 0 && errno != EAGAIN && errno != ENOTCONN) failed_ = true;
        return put > 0 ? static_cast<std::size_t>(put) : 0;
    }

  private:
    void prepare_internet(int source) {
        int on = 1;
        ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in from{};
        from.sin_family = AF_INET;
        from.sin_addr.s_addr = htonl(0x7f000000U + static_cast<unsigned>(source));
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0) fail();
    }
    std::size_t take(int result) {
        if (result > 0) return static_cast<std::size_t>(result);
        int reason = SSL_get_error(tls_.get(), result);
        if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) failed_ = true;
        if (failed_) ERR_clear_error();  // the queue of errors is the thread's
        return 0;
    }
    [[noreturn]] void fail() {
        int error = errno;
        ::close(socket_);
        throw std::system_error(error, std::generic_category(), "connect");
    }

    int socket_;
    bool failed_ = false;
    std::unique_ptr<SSL, void (*)(SSL*)> tls_;
};
