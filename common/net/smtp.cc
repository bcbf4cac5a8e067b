#include "common/net/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>

#include "common/base/problem.h"

namespace {

constexpr long taken = 250;

std::size_t read_letter(char* buffer, std::size_t size, std::size_t count, void* source) {
    auto& rest = *static_cast<std::string_view*>(source);
    auto length = std::min(size * count, rest.size());
    std::memcpy(buffer, rest.data(), length);
    rest.remove_prefix(length);
    return length;
}

struct RecipientList {
    curl_slist* first;
    explicit RecipientList(const std::string& address)
        : first(curl_slist_append(nullptr, ("<" + address + ">").c_str())) {
        if (!first) throw std::bad_alloc();
    }
    RecipientList(const RecipientList&) = delete;
    RecipientList& operator=(const RecipientList&) = delete;
    ~RecipientList() { curl_slist_free_all(first); }
};

// Whether a refusal speaks of us and not of the letter (RFC 4954, 6): then it is for the operator
// to mend, and the letter waits.
bool asks_who_we_are(long reply) {
    return reply == 530 || reply == 534 || reply == 535 || reply == 538;
}

}  // namespace

void SmtpClient::Close::operator()(void* handle) const { curl_easy_cleanup(handle); }

SmtpClient::SmtpClient(SmtpServer server) : server_(std::move(server)) {}

SmtpClient::~SmtpClient() = default;

void SmtpClient::set_server() {
    auto curl = handle_.get();
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_URL, server_.url.c_str());
    curl_easy_setopt(curl, CURLOPT_USE_SSL, server_.needs_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long{server_.connect_timeout.count()});
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long{server_.timeout.count()});
    if (server_.user.empty()) return;
    curl_easy_setopt(curl, CURLOPT_USERNAME, server_.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server_.password.reveal().c_str());
}

int SmtpClient::send(const std::string& sender, const std::string& recipient,
                     const Secret& letter) {
    if (!handle_) handle_.reset(curl_easy_init());
    if (!handle_) throw Failure(unavailable);
    auto curl = handle_.get();
    curl_easy_reset(curl);
    set_server();
    RecipientList recipients{recipient};
    std::string_view rest = letter.reveal();
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, ("<" + sender + ">").c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.first);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_letter);
    curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
    auto outcome = curl_easy_perform(curl);
    long reply = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
    if (outcome == CURLE_OK) return taken;
    bool of_the_letter = outcome == CURLE_SEND_ERROR || outcome == CURLE_WEIRD_SERVER_REPLY;
    if (!of_the_letter || reply < 400 || asks_who_we_are(reply)) throw Failure(unavailable);
    return static_cast<int>(reply);
}
