#include "workers/jobs/errands.h"

#include <exception>

#include "common/process/log.h"
#include "common/stripe/wire.h"
#include "workers/jobs/errands_sql.h"

namespace jobs {

namespace {

constexpr std::string_view pages = "/v1/checkout/sessions/";
constexpr std::string_view expire = "/expire";
constexpr std::int64_t worrying = 5;  // attempts, some minutes

}  // namespace

bool StripeErrands::run() {
    auto errand = db_.find<WaitingErrand>(sql::claim_errand);
    return errand && attempt(*errand);
}

bool StripeErrands::attempt(const WaitingErrand& errand) {
    try {
        tell(errand);
        db_.run(sql::finish_errand, errand.id);
        LogLine(Level::info, "stripe_errand")
            .add("errand", errand.id.text())
            .add("path", errand.path)
            .add("attempts", errand.attempts);
        return true;
    } catch (const std::exception& error) {
        put_off(errand, error.what());
        return false;
    }
}

void StripeErrands::tell(const WaitingErrand& errand) {
    try {
        if (errand.method == "DELETE") {
            stripe_.remove(errand.path);
        } else {
            stripe_.post_encoded(errand.path, errand.form, "errand:" + errand.id.text());
        }
    } catch (const StripeRefusal& refusal) {
        if (!is_so(errand, refusal)) throw;
    }
}

// Whether a refusal means that nothing is left to do: what was to end is gone.
bool StripeErrands::is_so(const WaitingErrand& errand, const StripeRefusal& refusal) {
    if (refusal.code() == "resource_missing") return true;
    std::string_view path = errand.path;
    if (!path.starts_with(pages) || !path.ends_with(expire)) return false;
    path.remove_suffix(expire.size());
    return settle_page(std::string{path});
}

// A page that can't be closed any more was closed, or was paid before its end was told: then what
// was bought there is nobody's.
bool StripeErrands::settle_page(const std::string& session) {
    auto page = stripe_.get(session);
    auto status = stripe::text(stripe::at(page, {"status"}));
    if (status == "complete") {
        auto bought = stripe::read_checkout(page);
        errands_.cancel(bought.subscription, bought.customer);
    }
    return status != "open";
}

void StripeErrands::put_off(const WaitingErrand& errand, const char* why) {
    bool bad = errand.attempts >= worrying;
    LogLine(bad ? Level::error : Level::warning, "stripe_errand_put_off")
        .add("errand", errand.id.text())
        .add("path", errand.path)
        .add("attempts", errand.attempts)
        .add("error", why);
    db_.run(sql::put_off_errand, errand.id, why);
}

}  // namespace jobs
