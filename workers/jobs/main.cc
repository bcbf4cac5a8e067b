// The background worker: what happens without anybody asking. It answers no requests and has no
// routes; several may run at once.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string_view>

#include "common/http/program.h"
#include "common/mail/mail_folder.h"
#include "common/mail/resend.h"
#include "common/mail/smtp_relay.h"
#include "common/payments/errands_sql.h"
#include "common/process/log.h"
#include "workers/jobs/cleaning.h"
#include "workers/jobs/cleaning_sql.h"
#include "workers/jobs/delivery.h"
#include "workers/jobs/delivery_sql.h"
#include "workers/jobs/errands.h"
#include "workers/jobs/errands_sql.h"
#include "workers/jobs/key_rotation.h"
#include "workers/jobs/key_rotation_sql.h"
#include "workers/jobs/reconciliation.h"
#include "workers/jobs/reconciliation_sql.h"
#include "workers/jobs/rounds.h"
#include "workers/jobs/watch.h"
#include "workers/jobs/watch_sql.h"

using namespace std::chrono_literals;

namespace {

constexpr const char* usage =
    "usage: %s [--rotate-keys | --describe | --check | --settings[=example] | --help]\n"
    "Sends the letters of the outbox and deletes what has expired, until SIGTERM; SIGHUP "
    "reloads. With --rotate-keys seals again what older keys have sealed, and ends.\n";

constexpr auto statement_timeout = 20s;  // for the scans of cleaning, which nobody waits for

std::unique_ptr<Carrier> carrier(const Settings& settings) {
    auto sender = Mailbox::parse(settings.text("MAIL_FROM"));
    auto transport = settings.text("MAIL_TRANSPORT");
    if (transport == "files") {
        return std::make_unique<MailFolder>(settings.text("MAIL_FOLDER"), sender);
    }
    if (transport == "smtp") {
        return std::make_unique<SmtpRelay>(SmtpServer{.url = settings.text("SMTP_URL"),
                                                      .user = settings.text("SMTP_USER"),
                                                      .password = settings.secret("SMTP_PASSWORD"),
                                                      .needs_tls = settings.flag("SMTP_NEEDS_TLS")},
                                           sender);
    }
    if (transport != "resend") {
        throw std::runtime_error("MAIL_TRANSPORT: neither `files`, `smtp` nor `resend`");
    }
    auto key = settings.secret("RESEND_API_KEY");
    if (key.empty()) throw std::runtime_error("RESEND_API_KEY is not set");
    return std::make_unique<Resend>(ResendOptions{settings.text("RESEND_API_BASE"), key}, sender);
}

// Statements that do not fit the schema end the program; a database that is away does not.
void open(Database& db) {
    try {
        db.open();
    } catch (const Failure&) {
        LogLine(Level::warning, "database_away").add("pool", "jobs");
    }
}

std::vector<Statements> statements() {
    auto all = payments::statements();
    all.insert(all.end(), {jobs::sql::delivery, jobs::sql::cleaning, jobs::sql::key_rotation,
                           jobs::sql::reconciliation, jobs::sql::errands, jobs::sql::watch,
                           errands::sql::all});
    return all;
}

StripeOptions stripe_options(const Settings& settings) {
    return {.base = settings.text("STRIPE_API_BASE"),
            .key = settings.secret("STRIPE_SECRET_KEY"),
            .version = settings.text("STRIPE_API_VERSION")};
}

int work(Program& program, Database& db, char** command) {
    const auto& settings = program.settings();
    Outbox outbox{db, program.box()};
    Entitlements entitlements{db, program.revocations(), settings.number("RATE_LIMIT_MULTIPLIER"),
                              program.access_lifetime()};
    Stripe stripe{stripe_options(settings)};
    auto messages = Messages::load(settings.text("MESSAGES_FOLDER"));
    Payments payments{db,
                      outbox,
                      entitlements,
                      {db, program.redis(), messages},
                      {std::chrono::days{settings.number("GRACE_DAYS")}, stripe.mode(),
                       program.box().derive("trial cards")}};
    jobs::Reconciliation reconciliation{db, stripe, payments};
    jobs::StripeErrands errands{db, stripe};
    auto way_out = carrier(settings);
    Letters letters{messages, program.box()};
    jobs::Delivery delivery{db, letters, *way_out};
    jobs::Cleaning cleaning{db};
    jobs::Watch watch{db, settings.text("RUN_FOLDER")};
    open(db);
    std::vector<jobs::Task> tasks{
        {"delivery", 1s, [&] { return delivery.run(); }},
        {"payments", 1s, [&] { return payments.apply_due(); }},
        {"cleaning", 1h, [&] { return cleaning.run(); }},
        {"watch", 10s, [&] { return watch.look(); }},
        {"who_pays_twice", 24h, [&] { return watch.name_who_pays_twice(); }}};
    if (stripe.configured()) {
        tasks.push_back({"stripe_errands", 1s, [&] { return errands.run(); }});
        tasks.push_back({"stripe_events", 1h, [&] { return reconciliation.fetch_events(); }});
        tasks.push_back({"stripe_compare", 1min, [&] { return reconciliation.compare(); }});
    }
    return jobs::run_rounds(std::move(tasks), command);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view{argv[1]} == "--help") return std::printf(usage, argv[0]) < 0;
    return run_program(argc, argv, "jobs", [&](Program& program) {
        auto options = program.database_options();
        options.statement_timeout = statement_timeout;
        Database db{options, statements()};
        if (program.describing() || program.checking()) return program.serve(db, {});
        if (argc > 1 && std::string_view{argv[1]} == "--rotate-keys") {
            return jobs::rotate_keys(db, program.box());
        }
        return work(program, db, argv);
    });
}
