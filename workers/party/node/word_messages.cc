#include "workers/party/node/word_messages.h"

#include "workers/party/node/records.h"
#include "workers/party/party_sql.h"

namespace party {

namespace {

struct TypingWord {
    std::string member;
    bool on = false;
    static constexpr auto fields() {
        return std::tuple{Field{"memberId", &TypingWord::member}, Field{"on", &TypingWord::on}};
    }
};

}  // namespace

void emote(Session& session, const Incoming& message, const Emote& sent) {
    auto& room = session.room();
    check_emote(room.room(), session.act(), sent);
    room.note_emote(sent.emoji);
    if (!message.id.empty()) session.reply(message, "{}");
}

void typing(Session& session, const Incoming& message, const Typing& sent) {
    auto& room = session.room();
    if (check_typing(room.room(), session.act(), sent)) {
        room.say("party:typing", Change::json_of(TypingWord{session.member(), sent.on}));
    }
    if (!message.id.empty()) session.reply(message, "{}");
}

void report_message(Session& session, const Incoming& message, const ReportMessage& sent) {
    auto reported = check_report(session.room().room(), session.act(), sent);
    auto reporter = Uuid::parse(reported.reporter), target = Uuid::parse(reported.message.user);
    session.tools().records.note([=](Database& db) {
        db.run(sql::insert_report, Uuid::make(), reported.room, *reporter, *target,
               reported.message.text, reported.reason);
    });
    session.reply(message, "{}");
}

}  // namespace party
