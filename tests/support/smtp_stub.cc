#include "tests/support/smtp_stub.h"

SmtpStub::SmtpStub(Reply reply)
    : reply_(std::move(reply)), server_([this](Conversation& client) { serve(client); }) {}

std::string SmtpStub::welcome(const std::string& heard) {
    if (heard == "DATA") return "354 go on";
    if (heard == "QUIT") return "221 bye";
    return "250 ok";
}

void SmtpStub::serve(Conversation& client) {
    std::string heard, end = "\r\n";
    bool going = client.say("220 stub ready\r\n");
    while (going) {
        auto more = client.hear();
        if (more.empty()) return;
        heard += more;
        for (auto at = heard.find(end); at != heard.npos; at = heard.find(end)) {
            auto reply = reply_(heard.substr(0, at));
            heard.erase(0, at + end.size());
            end = reply.starts_with("354") ? "\r\n.\r\n" : "\r\n";
            going = client.say(reply + "\r\n") && going;
        }
    }
}
