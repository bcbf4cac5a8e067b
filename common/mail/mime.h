// A letter as it goes over the wire: header fields of RFC 5322, MIME of RFC 2045, subjects of other
// scripts as encoded words (RFC 2047). Whatever stands in a subject or a name, it cannot begin
// another header field. Knows nothing of words and links: letters.h fills them in.
#pragma once

#include <string>
#include <string_view>

#include "common/base/secret.h"
#include "common/base/time.h"
#include "common/base/uuid.h"

struct Mailbox {
    std::string name;  // may be empty
    std::string address;

    // `SyncStream TV <no-reply@syncstream.tv>` or a bare address. Throws std::invalid_argument for
    // what cannot be written to.
    static Mailbox parse(std::string_view text);
};

struct Mail {
    Uuid id;  // makes the Message-ID, so that who gets it twice can tell
    Instant date;
    std::string language;   // code
    std::string recipient;  // address
    std::string subject;
    Secret text;    // UTF-8, lines ended by \n
    Secret html{};  // the same for who can show it; empty: the text alone
};

// `SyncStream TV <no-reply@syncstream.tv>`, fit for a header field.
std::string header_address(const Mailbox& mailbox);

// The letter with all its lines ended by CRLF. Secret, because links let somebody in. Throws
// std::invalid_argument when the recipient is no address.
Secret compose(const Mail& mail, const Mailbox& sender);
