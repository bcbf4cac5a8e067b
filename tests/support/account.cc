#include "tests/support/account.h"

#include <unistd.h>

#include <stdexcept>

#include "common/base/bytes.h"
#include "common/crypto/digest.h"

namespace {

void take(Client& client, Account& account, const Answered& answered) {
    if (answered.status != 200 && answered.status != 201) {
        throw std::runtime_error("nobody signed in: " + std::to_string(answered.status) + " " +
                                 answered.body);
    }
    account.id = answered.text("user.id");
    account.profile = answered.text("profile.id");
    account.access = answered.text("access_token");
    account.refresh = answered.text("refresh_token");
    client.token = account.access;
    for (const auto& secret : {account.email, account.password, account.access, account.refresh}) {
        client.world().keep_secret(secret);
    }
}

}  // namespace

Account sign_up(Client& client, const std::string& full_name) {
    auto unique = hex(random_bytes(6));
    Account account;
    account.email = "viewer-" + unique + "@example.com";
    account.password = "gentle-Harbour-" + unique;
    client.token.clear();
    take(client, account,
         client.post("/api/v1/auth/signup", object({{"email", account.email},
                                                    {"password", account.password},
                                                    {"full_name", full_name}})));
    return account;
}

Account sign_in(Client& client, const Account& account) {
    auto same = account;
    client.token.clear();
    take(client, same,
         client.post("/api/v1/auth/login",
                     object({{"email", account.email}, {"password", account.password}})));
    return same;
}

void subscribe(Client& client, Account& account, const std::string& plan) {
    client.world().sql(
        "insert into subscriptions (id, user_id, plan_id, source, status, current_period_start, "
        "current_period_end) select gen_random_uuid(), '" +
        account.id +
        "', id, 'manual', 'active', now(), now() + interval '30 days' from plans where code = '" +
        plan + "'");
    account = sign_in(client, account);
}

void end_trial(Client& client, Account& account) {
    client.world().sql("update users set trial_ends_at = now() - interval '1 day' where id = '" +
                       account.id + "'");
    account = sign_in(client, account);
}

std::string object(const std::vector<std::pair<std::string, std::string>>& members) {
    JsonWriter writer;
    writer.begin_object();
    for (const auto& [name, value] : members) {
        writer.key(name);
        writer.text(value);
    }
    writer.end_object();
    return writer.take();
}
