// Letters that are promised in a transaction and sent after it. Any worker puts one in; the jobs
// worker takes them out, writes them (letters.h) and sends them, at least once each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/problem.h"
#include "common/base/secret.h"
#include "common/base/uuid.h"
#include "common/crypto/secret_box.h"
#include "common/db/database.h"
#include "common/messages/languages.h"

struct Letter {
    std::optional<Uuid>
        user;  // whose account it is about; none: it goes out even when that is erased
    std::string recipient;
    std::string name;  // its words are the messages mail_<name>_subject and mail_<name>_body
    LanguageId language = english;
    std::vector<Detail> parameters;  // fill `{name}` in the words; nothing secret
    Secret link;                     // fills `{link}`; empty when the letter has none
};

// The links of letters let somebody in: they are sealed at rest, in this context, and the row keeps
// them no longer than until the letter has left.
std::string link_context(const Uuid& letter);

class Outbox {
  public:
    // The statements `outbox::sql::all` must be among those of the database.
    Outbox(Database& db, const SecretBox& box) : db_(db), box_(box) {}

    // In the caller's transaction: what is undone sends no letter.
    void enqueue(const Letter& letter);

  private:
    Database& db_;
    const SecretBox& box_;
};
