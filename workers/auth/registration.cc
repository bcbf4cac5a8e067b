#include "workers/auth/registration.h"

#include "common/accounts/password_rules.h"

namespace auth {

namespace {

LanguageId language_of(const Request& request, const NewAccount& wanted) {
    return wanted.language ? find_language(*wanted.language).value() : request.language;
}

}  // namespace

// The hash comes first: it takes long, and what follows holds rows that others wait for.
Answer<SignedIn> Registration::signup(const Request& request, const NewAccount& wanted) {
    refuse_easy("password", wanted.password, {wanted.email, wanted.full_name, "syncstream tv"});
    auto hash = identity_.hash(wanted.password);
    throttles_.count(throttle::signup_address, request.ip);
    auto signed_in = db_.transaction([&] { return open(request, wanted, hash); });
    auto headers = cookie_for(signed_in);
    headers.emplace_back("Location", "/api/v1/auth/me");
    return {std::move(signed_in), 201, "", std::move(headers)};
}

SignedIn Registration::open(const Request& request, const NewAccount& wanted,
                            const std::string& hash) {
    NewUser user{Uuid::make(), wanted.email, hash, wanted.full_name};
    user.language = language_of(request, wanted);
    user.trial_days = trial_days_;
    accounts_.open(user);
    post_.verify_email(post_.reader(user.id).value());
    return admission_.admit(user.id, visitor_of(request, wanted.device_name, wanted.device_type),
                            event::account_created);
}

}  // namespace auth
