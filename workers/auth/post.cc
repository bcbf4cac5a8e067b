#include "workers/auth/post.h"

#include "workers/auth/account_sql.h"

namespace auth {

void Post::verify_email(const Reader& reader) {
    auto sent = letter(reader, "verify_email");
    sent.link = link_for(reader, verification);
    outbox_.enqueue(sent);
}

void Post::reset_password(const Reader& reader) {
    auto sent = letter(reader, "reset_password");
    sent.link = link_for(reader, reset);
    outbox_.enqueue(sent);
}

void Post::change_email(const Reader& reader, const std::string& new_email) {
    auto sent = letter(reader, "email_change");
    sent.recipient = new_email;
    sent.link = link_for(reader, new_address, new_email);
    outbox_.enqueue(sent);
}

void Post::new_device(const Reader& reader, const std::string& device) {
    auto sent = letter(reader, "new_device");
    sent.parameters.push_back({"device", device});
    outbox_.enqueue(sent);
    notifications_.add(reader.id, occasion::new_device, {{"device", device}});
}

void Post::tell(const Reader& reader, const Occasion& occasion) {
    outbox_.enqueue(letter(reader, occasion.kind));
    notifications_.add(reader.id, occasion, {});
}

std::optional<Reader> Post::reader(const Uuid& user) {
    return db_.find<Reader>(sql::find_reader, user);
}

std::optional<Reader> Post::reader(const std::string& email) {
    return db_.find<Reader>(sql::find_reader_by_email, email);
}

Secret Post::link_for(const Reader& reader, const Link& link,
                      const std::optional<std::string>& new_email) {
    auto token = link_token();
    db_.run(sql::insert_link, digest_of(token), reader.id, link.purpose, new_email,
            link.lifetime_s);
    return Secret{public_url_ + link.page + "?token=" + token.reveal()};
}

Letter Post::letter(const Reader& reader, const char* name) {
    Letter letter{reader.id, reader.email, name, english, {{"name", reader.full_name}}, {}};
    letter.language = find_language(reader.language).value_or(english);
    return letter;
}

}  // namespace auth
