// The people of an account: their names and pictures, what parents restrict, and the PIN in front
// of a profile. Choosing one gives an access token that carries it; favourites and progress, which
// belong to a profile, are the library's.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/accounts/announcements.h"
#include "common/crypto/token.h"
#include "common/db/database.h"
#include "common/http/route.h"
#include "workers/profiles/guard.h"
#include "workers/profiles/restrictions.h"

namespace profiles {

inline constexpr Problem profile_limit{403, "plan_limit_reached", "plan_limit_profiles"};
inline constexpr Problem name_taken{409, "conflict", "profile_name_taken"};
inline constexpr Problem last_profile{409, "conflict", "profile_is_last"};
inline constexpr Problem default_profile{409, "conflict", "profile_is_default"};
inline constexpr Problem pin_required{403, "pin_required"};
inline constexpr Problem proof_required{403, "pin_required", "pin_or_password_required"};

// Whether a text has the form of a PIN: 4 to 8 digits.
bool pin_form(std::string_view text);

inline constexpr Length name_length{1, 40};
inline constexpr Shape of_pin{pin_form, "^[0-9]{4,8}$", "field_pin"};

struct NewProfile {
    std::string name;
    std::optional<std::string> avatar_url;
    bool is_kids_profile = false;
    std::optional<Secret> parental_pin;
    std::optional<std::string> language;
    Parental parental;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &NewProfile::name, name_length, single_line},
                          Field{"avatar_url", &NewProfile::avatar_url, HttpUrl{}},
                          Field{"is_kids_profile", &NewProfile::is_kids_profile},
                          Field{"parental_pin", &NewProfile::parental_pin, of_pin},
                          Field{"language", &NewProfile::language, spoken},
                          Field{"parental", &NewProfile::parental}};
    }
};

// What is not sent stays as it is. `current_pin` or `password` (the account's) proves that a
// grown-up asks, where that matters.
struct ProfileChanges {
    std::optional<std::string> name;
    Change<std::string> avatar_url;
    std::optional<bool> is_kids_profile;
    Change<Secret> parental_pin;
    Change<std::string> language;
    Change<ParentalChanges> parental;
    std::optional<Secret> current_pin, password;
    static constexpr auto fields() {
        return std::tuple{Field{"name", &ProfileChanges::name, name_length, single_line},
                          Field{"avatar_url", &ProfileChanges::avatar_url, HttpUrl{}},
                          Field{"is_kids_profile", &ProfileChanges::is_kids_profile},
                          Field{"parental_pin", &ProfileChanges::parental_pin, of_pin},
                          Field{"language", &ProfileChanges::language, spoken},
                          Field{"parental", &ProfileChanges::parental},
                          Field{"current_pin", &ProfileChanges::current_pin},
                          Field{"password", &ProfileChanges::password}};
    }
};

struct Choice {
    std::optional<Secret> pin;
    static constexpr auto fields() { return std::tuple{Field{"pin", &Choice::pin}}; }
};

struct Selected {
    Profile profile;
    std::string access_token;
    std::int64_t expires_in;  // seconds
    static constexpr auto fields() {
        return std::tuple{Field{"profile", &Selected::profile},
                          Field{"access_token", &Selected::access_token},
                          Field{"expires_in", &Selected::expires_in}};
    }
};

// What happened at a profile. `device_id` is the session's id, or what a playing device calls
// itself.
struct Activity {
    Uuid id;
    std::string event;
    std::optional<std::string> item_id, item_type, device_id;
    Instant at;
    static constexpr const char* singular = "activity";
    static constexpr const char* plural = "activity";
    static constexpr auto fields() {
        return std::tuple{Field{"id", &Activity::id},
                          Field{"event", &Activity::event,
                                OneOf{"selected", "pin_failed", "pin_locked", "pin_changed",
                                      "pin_cleared", "restrictions_changed", "played"}},
                          Field{"item_id", &Activity::item_id},
                          Field{"item_type", &Activity::item_type},
                          Field{"device_id", &Activity::device_id},
                          Field{"at", &Activity::at}};
    }
};

// Profiles are few: all stand on one page unless a client asks for less.
struct ProfilePaging {
    std::int64_t page = 1;
    std::int64_t limit = 1000;
    static constexpr auto fields() {
        return std::tuple{Field{"page", &ProfilePaging::page, Paging::pages},
                          Field{"limit", &ProfilePaging::limit, Paging::limits}};
    }
};

class Profiles {
  public:
    Profiles(Database& db, const Tokens& tokens, std::chrono::seconds token_lifetime, Guard guard,
             Announcements announcements, Clock clock = system_now)
        : db_(db),
          tokens_(tokens),
          token_lifetime_(token_lifetime),
          guard_(std::move(guard)),
          announcements_(announcements),
          clock_(std::move(clock)) {}

    Page<Profile> list(const Request& request, const FromQuery<ProfilePaging>& paging);
    Created<Profile> create(const Request& request, const NewProfile& wanted);
    Profile read(const Request& request);
    Profile update(const Request& request, const ProfileChanges& wanted);
    void remove(const Request& request);
    Answer<Selected> select(const Request& request, const Choice& choice);
    Page<Activity> activity(const Request& request, const FromQuery<Paging>& paging);

  private:
    struct Account;
    struct Proof;
    Proof prove(const Request& request, const Uuid& id, const ProfileChanges& wanted);
    void enter(const Request& request, const Uuid& id, const Choice& choice);
    void tell(const Request& request, const Uuid& profile, std::int64_t version);
    std::string token(const Request& request, const Account& account, const Uuid& profile) const;

    Database& db_;
    const Tokens& tokens_;
    std::chrono::seconds token_lifetime_;
    Guard guard_;
    Announcements announcements_;
    Clock clock_;
};

Routes routes(Profiles& profiles);

}  // namespace profiles
