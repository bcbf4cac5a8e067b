#include "tests/areas.h"

#include <iterator>

#include "common/accounts/progress_sql.h"
#include "common/cache/revocations.h"
#include "common/mail/outbox.h"
#include "common/payments/checkouts_sql.h"
#include "common/payments/payments.h"
#include "common/stripe/stripe.h"
#include "workers/admin/routes.h"
#include "workers/auth/routes.h"
#include "workers/billing/billing.h"
#include "workers/billing/billing_sql.h"
#include "workers/billing/purchasing.h"
#include "workers/billing/purchasing_sql.h"
#include "workers/billing/returned_mail.h"
#include "workers/billing/returned_mail_sql.h"
#include "workers/billing/webhooks.h"
#include "workers/library/favorites_sql.h"
#include "workers/library/library_sql.h"
#include "workers/library/playlists_sql.h"
#include "workers/library/progress_sql.h"
#include "workers/library/routes.h"
#include "workers/library/sync_sql.h"
#include "workers/profiles/guard_sql.h"
#include "workers/profiles/profiles.h"
#include "workers/profiles/profiles_sql.h"
#include "workers/reseller/credit_purchase.h"
#include "workers/reseller/routes.h"
#include "workers/status/status.h"

namespace {

constexpr std::chrono::seconds lifetime{900};

void append(Routes& all, Routes some) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
}

// Hashes that cost next to nothing.
Passwords cheap() { return Passwords{{64, 1}}; }

struct StatusArea : Area {
    StatusArea() : Area("status", {}) { routes = status::routes(status); }
    status::Status status{house.db, house.redis, "/nonexistent"};
};

struct AuthArea : Area {
    AuthArea() : Area("auth", auth::statements()) { routes = auth::routes(auth); }
    Passwords passwords = cheap();
    auth::Auth auth{house.db, house.redis, house.tokens, house.box, passwords, house.messages, {}};
};

struct ProfilesArea : Area {
    ProfilesArea() : Area("profiles", {profiles::sql::all, profiles::sql::guard}) {
        routes = profiles::routes(profiles);
    }
    profiles::Profiles profiles{house.db, house.tokens, lifetime,
                                profiles::Guard{house.db, Pins{house.box.derive("pin")}, cheap()},
                                Announcements{house.db, house.redis}};
};

struct LibraryArea : Area {
    LibraryArea()
        : Area("library", {library::sql::all, library::sql::playlists, library::sql::favorites,
                           library::sql::progress, library::sql::sync, ::progress::sql::all}) {
        routes = library::routes(playlists, favorites, progress, sync);
    }
    Announcements announcements{house.db, house.redis};
    library::Playlists playlists{house.db, house.box, announcements};
    library::Favorites favorites{house.db, announcements};
    library::ProgressReports progress{house.db, system_now, announcements};
    library::Sync sync{house.db, house.box};
};

std::vector<Statements> billing_statements() {
    auto all = payments::statements();
    all.insert(all.end(), {billing::sql::all, billing::sql::purchasing, billing::sql::returned_mail,
                           checkouts::sql::all});
    return all;
}

// Stripe is where nobody answers.
struct BillingArea : Area {
    BillingArea() : Area("billing", billing_statements()) {
        append(routes, billing::routes(billing));
        append(routes, billing::routes(purchasing));
        append(routes, billing::routes(webhooks));
        append(routes, billing::routes(returned_mail));
    }
    Outbox outbox{house.db, house.box};
    Entitlements entitlements{house.db, Revocations{house.redis}, 1, lifetime};
    Stripe stripe{{.base = "http://127.0.0.1:9",
                   .key = Secret{"sk_test_x"},
                   .version = "2024-06-20",
                   .timeout = std::chrono::seconds{1},
                   .attempts = 1}};
    Payments payments{house.db,
                      outbox,
                      entitlements,
                      {house.db, house.redis, house.messages},
                      {std::chrono::days{7}, stripe.mode(), house.box.derive("trial cards")}};
    billing::Billing billing{house.db};
    billing::Purchasing purchasing{
        house.db, stripe, payments, billing, {"https://app.syncstream.tv"}, 14};
    billing::Webhooks webhooks{payments, billing::secrets_of(Secret{"whsec_x"})};
    billing::ReturnedMail returned_mail{house.db, {}};
};

struct ResellerArea : Area {
    ResellerArea() : Area("reseller", reseller::statements()) {
        append(routes, reseller::routes(reseller));
        append(routes, reseller::routes(purchase));
    }
    Passwords passwords = cheap();
    Stripe stripe{{.base = "http://127.0.0.1:9",
                   .key = Secret{"sk_test_x"},
                   .version = "2024-06-20",
                   .timeout = std::chrono::seconds{1},
                   .attempts = 1}};
    reseller::Reseller reseller{house.db, house.redis, house.box, passwords, house.messages, {}};
    reseller::CreditPurchase purchase{house.db, stripe, {"https://app.syncstream.tv"}};
};

struct AdminArea : Area {
    AdminArea() : Area("admin", admin::statements()) { routes = admin::routes(admin); }
    Stripe stripe{{}};
    admin::Admin admin{house.db, house.redis, stripe, house.messages, {}};
};

template <class T>
std::unique_ptr<Area> make() {
    return std::make_unique<T>();
}

}  // namespace

const std::vector<AreaMaker>& all_areas() {
    static const std::vector<AreaMaker> all{
        make<StatusArea>,  make<AuthArea>,     make<ProfilesArea>, make<LibraryArea>,
        make<BillingArea>, make<ResellerArea>, make<AdminArea>};
    return all;
}
