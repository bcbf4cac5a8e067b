// From a row of the outbox to a letter in the language of its reader. The words are messages:
// mail_<name>_subject and mail_<name>_body; every letter begins and ends with the same ones. Used
// by the jobs worker; what is put into the outbox is outbox.h's matter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/base/time.h"
#include "common/base/uuid.h"
#include "common/crypto/secret_box.h"
#include "common/json/fields.h"
#include "common/mail/mime.h"
#include "common/messages/messages.h"

// A row of the outbox that is to be sent.
struct QueuedLetter {
    Uuid id;
    std::string recipient, name, language;
    JsonText parameters;
    std::optional<Bytes> secret_parameters;
    std::int32_t attempts = 0;  // this one included
    Instant created_at;
    static constexpr auto fields() {
        return std::tuple{Field{"id", &QueuedLetter::id},
                          Field{"recipient", &QueuedLetter::recipient},
                          Field{"template", &QueuedLetter::name},
                          Field{"language", &QueuedLetter::language},
                          Field{"parameters", &QueuedLetter::parameters},
                          Field{"secret_parameters", &QueuedLetter::secret_parameters},
                          Field{"attempts", &QueuedLetter::attempts},
                          Field{"created_at", &QueuedLetter::created_at}};
    }
};

class Letters {
  public:
    // What is handed in must outlive the object.
    Letters(const Messages& messages, const SecretBox& box) : messages_(messages), box_(box) {}

    // The letter in text and in HTML. Throws std::exception, whose words name no address, when
    // there are no words of that name or the link does not open.
    Mail write(const QueuedLetter& letter) const;

  private:
    std::vector<Detail> details(const QueuedLetter& letter) const;

    const Messages& messages_;
    const SecretBox& box_;
};

// Whether a name may stand in a greeting. Anybody can sign up with another's address, and must not
// be able to write to them through us: no name that is long or looks like a link or an address.
bool fit_to_greet(const std::string& name);
