// Letters to a mail server, one recipient each, over SMTP. Kept apart from client.h because the
// answers of mail servers are of another kind. The process ignores SIGPIPE.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/base/secret.h"

struct SmtpServer {
    std::string url;     // smtp://host:587 (STARTTLS) or smtps://host:465
    std::string user{};  // empty: the server asks for none
    Secret password{};
    bool needs_tls = true;  // false: without STARTTLS too, for a relay on the same machine
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds timeout{20000};  // for one letter
};

// For one thread. The connection is made with the first letter and kept for the next.
class SmtpClient {
  public:
    explicit SmtpClient(SmtpServer server);
    SmtpClient(const SmtpClient&) = delete;
    SmtpClient& operator=(const SmtpClient&) = delete;
    ~SmtpClient();

    // What the server finally said of the letter: 250 has taken it, 4xx may take it later, 5xx
    // never. Lines of the letter end with CRLF. Throws Failure(unavailable) when it came to no such
    // word: no server, no TLS that holds, a password that is not believed.
    int send(const std::string& sender, const std::string& recipient, const Secret& letter);

  private:
    struct Close {
        void operator()(void* handle) const;
    };
    void set_server();

    SmtpServer server_;
    std::unique_ptr<void, Close> handle_;
};
