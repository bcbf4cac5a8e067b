#include "common/accounts/new_account.h"

#include <array>

#include "common/accounts/new_account_sql.h"
#include "common/base/text.h"

namespace sql = new_account::sql;

namespace {

// What the first profile is called until its owner says otherwise, in the order of languages(). It
// is stored with the account, so it is no message that is looked up for each answer.
constexpr std::array<const char*, language_count> default_profile_names{
    "My profile",     "Mi perfil",    "Mon profil", "Mein Profil", "Meu perfil",
    "Il mio profilo", "Mijn profiel", "Mój profil", "Profilim",    "ملفي الشخصي"};

}  // namespace

void Accounts::open(const NewUser& user) {
    auto made =
        db_.find<Uuid>(sql::insert_account, user.id, lower_ascii(user.email), user.password_hash,
                       trim(user.full_name), languages().at(user.language).code, user.trial_days,
                       user.reseller, Uuid::make(), default_profile_names.at(user.language));
    if (!made) throw Failure(email_taken);
}
