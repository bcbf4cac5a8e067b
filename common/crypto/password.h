// Passwords and PINs, kept as Argon2id strings (`$argon2id$v=19$m=..,t=..,p=..$salt$hash`, RFC
// 9106). How often somebody may try is the caller's concern.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "common/base/bytes.h"
#include "common/base/secret.h"
#include "common/base/uuid.h"

// What one hash costs. The default is OWASP's second choice: 19 MiB, two passes, one lane.
struct HashCost {
    std::int64_t memory_kib = 19456;
    std::int64_t passes = 2;
};

class Passwords {
  public:
    explicit Passwords(HashCost cost) : cost_(cost) {}

    std::string hash(const Secret& password) const;
    // False also for a stored string that is no Argon2id, or that asks for more than 128 MiB, ten
    // passes or eight lanes: whoever can write a row must not be able to exhaust the machine.
    bool verify(const Secret& password, const std::string& hash) const;
    // Whether a stored string was made at another cost than today's.
    bool needs_rehash(const std::string& hash) const;
    // Takes the time of `verify`, so that an unknown account answers no faster than a known one.
    void spend(const Secret& password) const;

  private:
    HashCost cost_;
};

// PINs have a few digits, so no hash protects them once a database leaks; the pepper, which is
// not in the database, does. A PIN is bound to its profile: the string of one fits no other.
class Pins {
  public:
    // `pepper`: SecretBox::derive("pin").
    explicit Pins(Bytes pepper, HashCost cost = {8192, 1})
        : pepper_(std::move(pepper)), hashes_(cost) {}

    std::string hash(const Uuid& profile, const Secret& pin) const;
    bool verify(const Uuid& profile, const Secret& pin, const std::string& hash) const;

  private:
    Secret peppered(const Uuid& profile, const Secret& pin) const;

    Bytes pepper_;
    Passwords hashes_;
};
