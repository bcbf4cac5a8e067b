#include "workers/jobs/delivery.h"

#include <algorithm>
#include <exception>
#include <random>

#include "common/process/log.h"
#include "workers/jobs/delivery_sql.h"

using namespace std::chrono_literals;

namespace jobs {

namespace {

// Few enough to be sent before another process would claim them again.
constexpr std::int64_t batch = 20;

double chance() {
    static std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(random);
}

}  // namespace

struct Delivery::Trouble {
    std::string why;
    bool final;
};

bool Delivery::run() {
    if (auto withheld = db_.run(sql::give_up_unwelcome)) {
        LogLine(Level::warning, "letters_withheld").add("count", withheld);
    }
    auto claimed = db_.list<QueuedLetter>(sql::claim_letters, batch);
    for (const auto& letter : claimed) deliver(letter);
    return std::ssize(claimed) == batch;
}

// Each is marked at once, so that a crash repeats one letter and not many.
void Delivery::deliver(const QueuedLetter& letter) {
    if (auto trouble = attempt(letter)) return fail(letter, *trouble);
    db_.run(sql::mark_sent, letter.id);
    LogLine(Level::info, "letter_sent")
        .add("letter", letter.id.text())
        .add("template", letter.name)
        .add("attempts", letter.attempts);
}

// What was in the way, if anything.
std::optional<Delivery::Trouble> Delivery::attempt(const QueuedLetter& letter) {
    // Claimed so often without an outcome, it may be what ends the process.
    if (letter.attempts > most_attempts) return Trouble{"it never came to an end", true};
    try {
        carrier_.carry(letters_.write(letter));
        return std::nullopt;
    } catch (const Undeliverable& error) {
        return Trouble{error.what(), true};
    } catch (const std::exception& error) {
        return Trouble{error.what(), letter.attempts >= most_attempts};
    }
}

void Delivery::fail(const QueuedLetter& letter, const Trouble& trouble) {
    const auto& [why, last] = trouble;
    LogLine(last ? Level::error : Level::warning, last ? "letter_given_up" : "letter_put_off")
        .add("letter", letter.id.text())
        .add("template", letter.name)
        .add("attempts", letter.attempts)
        .add("error", why);
    if (last) {
        db_.run(sql::give_up, letter.id, why);
    } else {
        db_.run(sql::put_off, letter.id, pause_after(letter.attempts, chance()).count(), why);
    }
}

std::chrono::seconds pause_after(int attempts, double chance) {
    auto doubled = 60s * (1 << std::clamp(attempts - 1, 0, 9));
    auto pause = std::min<std::chrono::seconds>(doubled, 6h);
    return std::chrono::seconds{static_cast<std::int64_t>(pause.count() * (0.8 + 0.4 * chance))};
}

}  // namespace jobs
