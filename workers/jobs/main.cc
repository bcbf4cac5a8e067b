// The background worker: what happens without anybody asking. It answers no requests and has no
// routes; several may run at once.
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "common/http/program.h"
#include "common/mail/mail_folder.h"
#include "common/process/log.h"
#include "workers/jobs/cleaning.h"
#include "workers/jobs/cleaning_sql.h"
#include "workers/jobs/delivery.h"
#include "workers/jobs/delivery_sql.h"
#include "workers/jobs/key_rotation.h"
#include "workers/jobs/key_rotation_sql.h"
#include "workers/jobs/reconciliation.h"
#include "workers/jobs/reconciliation_sql.h"
#include "workers/jobs/rounds.h"

using namespace std::chrono_literals;

namespace {

constexpr const char* usage =
    "usage: %s [--rotate-keys | --describe | --check | --settings[=example] | --help]\n"
    "Sends the letters of the outbox and deletes what has expired, until SIGTERM; SIGHUP "
    "reloads. With --rotate-keys seals again what older keys have sealed, and ends.\n";

constexpr auto statement_timeout = 20s;  // for the scans of cleaning, which nobody waits for

MailFolder mail_folder(const Settings& settings) {
    if (settings.text("MAIL_TRANSPORT") != "files") {
        throw std::runtime_error("MAIL_TRANSPORT: `files` is the only one");
    }
    return MailFolder{settings.text("MAIL_FOLDER")};
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
                           jobs::sql::reconciliation});
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
    Payments payments{db,
                      outbox,
                      entitlements,
                      {std::chrono::days{settings.number("GRACE_DAYS")}, stripe.mode(),
                       program.box().derive("trial cards")}};
    jobs::Reconciliation reconciliation{db, stripe, payments};
    auto messages = Messages::load(settings.text("MESSAGES_FOLDER"));
    auto folder = mail_folder(settings);
    Letters letters{messages, program.box(), Mailbox::parse(settings.text("MAIL_FROM"))};
    jobs::Delivery delivery{db, letters,
                            [&](const Uuid& id, const Secret& mail) { folder.send(id, mail); }};
    jobs::Cleaning cleaning{db};
    open(db);
    std::vector<jobs::Task> tasks{{"delivery", 1s, [&] { return delivery.run(); }},
                                  {"payments", 1s, [&] { return payments.apply_due(); }},
                                  {"cleaning", 1h, [&] { return cleaning.run(); }}};
    if (stripe.configured()) {
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
