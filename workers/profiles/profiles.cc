#include "workers/profiles/profiles.h"

#include <algorithm>

#include "common/base/text.h"
#include "workers/profiles/profiles_sql.h"

namespace profiles {

namespace {

using PinHash = std::optional<std::string>;

struct Allowance {
    std::int64_t most, current;
    static constexpr auto fields() {
        return std::tuple{Field{"most", &Allowance::most}, Field{"current", &Allowance::current}};
    }
    bool used_up() const { return most >= 0 && current >= most; }
};

Profile made_from(const NewProfile& wanted) {
    Profile profile;
    profile.id = Uuid::make();
    profile.name = trim(wanted.name);
    profile.avatar_url = wanted.avatar_url;
    profile.is_kids_profile = wanted.is_kids_profile;
    profile.language = wanted.language;
    profile.parental = wanted.parental;
    return profile;
}

Profile changed(Profile profile, const ProfileChanges& wanted) {
    if (wanted.name) profile.name = trim(*wanted.name);
    if (wanted.avatar_url.given) profile.avatar_url = wanted.avatar_url.value;
    if (wanted.is_kids_profile) profile.is_kids_profile = *wanted.is_kids_profile;
    if (wanted.language.given) profile.language = wanted.language.value;
    if (const auto& parental = wanted.parental; parental.given) {
        profile.parental = parental.value ? changed(profile.parental, *parental.value) : Parental{};
    }
    return profile;
}

// Whether only a grown-up may make this change: it touches a PIN, or loosens what holds a child. A
// first PIN is free to set, and so is everything in an open profile.
bool needs_proof(const Profile& before, const Profile& after, const ProfileChanges& wanted) {
    bool held = before.has_pin || before.is_kids_profile;
    return (before.has_pin && wanted.parental_pin.given) ||
           (before.is_kids_profile && !after.is_kids_profile) ||
           (held && loosens(before.parental, after.parental));
}

bool restricted_otherwise(const Profile& before, const Profile& after) {
    return before.is_kids_profile != after.is_kids_profile || before.parental != after.parental;
}

// insert_profile and update_profile take the same parameters.
Asked<std::int64_t> write(const Statement& statement, const Uuid& user, const Profile& profile,
                          const PinHash& pin) {
    const auto& limits = profile.parental;
    return change(statement, user, profile.id, profile.name, profile.avatar_url,
                  profile.is_kids_profile, profile.language, limits.max_rating,
                  limits.blocked_categories, limits.bedtime, limits.wake_time, limits.timezone,
                  pin);
}

}  // namespace

bool pin_form(std::string_view text) {
    return text.size() >= 4 && text.size() <= 8 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// PATCH and select honour no Idempotency-Key: the record would be one with the request, and undo
// the count of a wrong PIN when that fails.
// clang-format off
Routes routes(Profiles& p) {
    return {
        Route{Method::get, "/api/v1/profiles", Who::user, call(p, &Profiles::list),
              "List the profiles, the default one first"},
        Route{Method::post, "/api/v1/profiles", Who::user, call(p, &Profiles::create),
              "Add a profile",
              {&profile_limit, &name_taken}}.says("profile_created").once().hashes(),
        Route{Method::get, "/api/v1/profiles/{id}", Who::user, call(p, &Profiles::read),
              "Read a profile"},
        Route{Method::patch, "/api/v1/profiles/{id}", Who::user, call(p, &Profiles::update),
              "Change a profile; changing its PIN or loosening its restrictions takes a proof",
              {&name_taken, &proof_required, &invalid_pin, &pin_locked, &invalid_password,
               &too_many_attempts}}.says("profile_updated").hashes(),
        Route{Method::remove, "/api/v1/profiles/{id}", Who::user, call(p, &Profiles::remove),
              "Delete a profile with its favourites and progress",
              {&last_profile, &default_profile}}.says("profile_deleted"),
        Route{Method::post, "/api/v1/profiles/{id}/select", Who::user, call(p, &Profiles::select),
              "Choose a profile on this device, for a token that carries it",
              {&pin_required, &invalid_pin, &pin_locked,
               &account_suspended}}.says("profile_selected").hashes(),
        Route{Method::get, "/api/v1/profiles/{id}/activity", Who::user, call(p, &Profiles::activity),
              "List what happened at a profile, newest first"},
    };
}
// clang-format on

Page<Profile> Profiles::list(const Request& request, const FromQuery<ProfilePaging>& paging) {
    auto [page, limit] = paging.value;
    auto [profiles, total] =
        db_.pipeline(rows<Profile>(sql::list_profiles, request.user, limit, offset(page, limit)),
                     row<std::int64_t>(sql::count_profiles, request.user));
    return {std::move(profiles), page, limit, *total};
}

Created<Profile> Profiles::create(const Request& request, const NewProfile& wanted) {
    auto profile = made_from(wanted);
    PinHash pin;
    if (wanted.parental_pin) pin = guard_.hash(profile.id, *wanted.parental_pin);
    return db_.transaction([&] {
        auto [version, allowance, added, created] =
            db_.pipeline(row<std::int64_t>(sql::take_version, request.user),
                         row<Allowance>(sql::find_allowance, request.user),
                         write(sql::insert_profile, request.user, profile, pin),
                         row<Profile>(sql::find_profile, request.user, profile.id));
        if (!allowance) throw Failure(unauthenticated);
        if (allowance->used_up()) {
            throw Failure(profile_limit,
                          {{"limit", allowance->most}, {"current", allowance->current}});
        }
        if (!added) throw Failure(name_taken);
        tell(request, profile.id, version.value());
        return Created{*std::move(created)};
    });
}

Profile Profiles::read(const Request& request) {
    return db_.get<Profile>(sql::find_profile, request.user, request.uuid("id"));
}

// What a client has shown to know: the account's password, or the PIN that was stored then.
struct Profiles::Proof {
    bool password = false;
    PinHash pin;
    bool holds_for(const PinHash& stored) const { return password || (pin && pin == stored); }
};

Profiles::Proof Profiles::prove(const Request& request, const Uuid& id,
                                const ProfileChanges& wanted) {
    if (wanted.password) {
        guard_.check_password(request.user, *wanted.password);
        return {true, {}};
    }
    if (wanted.current_pin) return {false, guard_.check_pin(request, id, *wanted.current_pin)};
    return {};
}

Profile Profiles::update(const Request& request, const ProfileChanges& wanted) {
    auto id = request.uuid("id");
    auto proof = prove(request, id, wanted);
    PinHash new_pin;
    if (wanted.parental_pin.value) new_pin = guard_.hash(id, *wanted.parental_pin.value);
    return db_.transaction([&] {
        auto [version, before, pin] =
            db_.pipeline(row<std::int64_t>(sql::take_version, request.user),
                         row<Profile>(sql::find_profile, request.user, id),
                         row<PinHash>(sql::find_pin_hash, request.user, id));
        if (!before) throw Failure(not_found);
        auto after = changed(*before, wanted);
        if (needs_proof(*before, after, wanted) && !proof.holds_for(*pin)) {
            throw Failure(proof_required);
        }
        auto& kept_pin = wanted.parental_pin.given ? new_pin : *pin;
        auto [stored, updated] =
            db_.pipeline(write(sql::update_profile, request.user, after, kept_pin),
                         row<Profile>(sql::find_profile, request.user, id));
        if (!stored) throw Failure(name_taken);
        if (new_pin) db_.pipeline(event_at(request, id, "pin_changed"));
        if (before->has_pin && !updated->has_pin) {
            db_.pipeline(event_at(request, id, "pin_cleared"));
        }
        if (restricted_otherwise(*before, after)) {
            db_.pipeline(event_at(request, id, "restrictions_changed"));
        }
        tell(request, id, version.value());
        return *std::move(updated);
    });
}

void Profiles::remove(const Request& request) {
    auto id = request.uuid("id");
    db_.transaction([&] {
        auto [version, profile, count] =
            db_.pipeline(row<std::int64_t>(sql::take_version, request.user),
                         row<Profile>(sql::find_profile, request.user, id),
                         row<std::int64_t>(sql::count_profiles, request.user));
        if (!profile) throw Failure(not_found);
        if (*count == 1) throw Failure(last_profile);
        if (profile->is_default) throw Failure(default_profile);
        db_.run(sql::delete_profile, request.user, id);
        tell(request, id, version.value());
    });
}

void Profiles::tell(const Request& request, const Uuid& profile, std::int64_t version) {
    announcements_.tell(request.user, "profile:changed",
                        Changed{version, {profile.text()}, profile}, {profile.text()});
}

// What a token says of an account, as it is now.
struct Profiles::Account {
    std::string role, plan;
    std::int64_t rate_limit;
    bool suspended;
    static constexpr auto fields() {
        return std::tuple{Field{"role", &Account::role}, Field{"plan", &Account::plan},
                          Field{"rate_limit", &Account::rate_limit},
                          Field{"suspended", &Account::suspended}};
    }
};

Answer<Selected> Profiles::select(const Request& request, const Choice& choice) {
    auto id = request.uuid("id");
    auto [account, pin] = db_.pipeline(row<Account>(sql::find_account, request.user),
                                       row<PinHash>(sql::find_pin_hash, request.user, id));
    if (!account) throw Failure(unauthenticated);
    if (account->suspended) throw Failure(account_suspended);
    if (!pin) throw Failure(not_found);
    if (*pin) enter(request, id, choice);
    auto profile = db_.transaction([&] {
        // The event first: it holds the profile, so that a deletion waits instead of crossing us.
        auto [noted, chosen, found] =
            db_.pipeline(event_at(request, id, "selected"),
                         change(sql::select_profile, request.user, request.session, id),
                         row<Profile>(sql::find_profile, request.user, id));
        if (!chosen) throw Failure(unauthenticated);
        return *std::move(found);
    });
    auto jwt = token(request, *account, id);
    auto seconds = token_lifetime_.count();
    return {.value = {std::move(profile), jwt, seconds},
            .headers = {{"Set-Cookie", http_only_cookie("auth", jwt, seconds)}}};
}

void Profiles::enter(const Request& request, const Uuid& id, const Choice& choice) {
    if (!choice.pin || choice.pin->empty()) throw Failure(pin_required);
    guard_.check_pin(request, id, *choice.pin);
}

std::string Profiles::token(const Request& request, const Account& account,
                            const Uuid& profile) const {
    auto token = *request.token;
    token.role = account.role;
    token.plan = account.plan;
    token.rate_limit = account.rate_limit;
    token.profile = profile;
    token.issued = clock_();
    token.expires = token.issued + token_lifetime_;
    token.id.clear();
    return tokens_.sign(token);
}

Page<Activity> Profiles::activity(const Request& request, const FromQuery<Paging>& paging) {
    auto id = request.uuid("id");
    auto [page, limit] = paging.value;
    auto [events, total] = db_.pipeline(
        rows<Activity>(sql::list_activity, request.user, id, limit, offset(page, limit)),
        row<std::int64_t>(sql::count_activity, request.user, id));
    if (!total) throw Failure(not_found);
    return {std::move(events), page, limit, *total};
}

}  // namespace profiles
