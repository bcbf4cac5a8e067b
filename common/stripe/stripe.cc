#include "common/stripe/stripe.h"

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <locale>
#include <optional>
#include <random>
#include <sstream>
#include <thread>

#include "common/base/problem.h"
#include "common/base/text.h"
#include "common/stripe/wire.h"

using namespace std::chrono_literals;

namespace {

// Whether it is not known what came of a call, or Stripe asks for another try.
bool open_to_retry(const HttpAnswer& answer) {
    auto advice = answer.header("stripe-should-retry");
    if (advice == "true") return true;
    if (advice == "false") return false;
    return answer.status == 409 || answer.status == 429 || answer.status >= 500;
}

bool unsettled(const HttpAnswer& answer) {
    return answer.status == 409 || answer.status == 429 || answer.status >= 500 ||
           answer.status < 200;
}

std::optional<JsonValue> parse(const std::string& body) {
    try {
        return parse_json(body);
    } catch (const Failure&) {
        return std::nullopt;
    }
}

StripeRefusal refusal_of(const HttpAnswer& answer) {
    auto json = parse(answer.body).value_or(JsonValue{});
    return {answer.status, stripe::text(stripe::at(json, {"error", "code"})),
            stripe::text(stripe::at(json, {"error", "param"}))};
}

// `Sun, 06 Nov 1994 08:49:37 GMT`
std::optional<Instant> date_of(const HttpAnswer& answer) {
    if (answer.header("idempotent-replayed") == "true") return std::nullopt;
    std::tm date{};
    std::istringstream text{std::string{answer.header("date")}};
    text.imbue(std::locale::classic());
    if (!(text >> std::get_time(&date, "%a, %d %b %Y %H:%M:%S GMT"))) return std::nullopt;
    return from_unix(timegm(&date));
}

}  // namespace

// Brackets stay as they are; keys are ours and need no more.
std::string encode_form(const StripeForm& form) {
    std::string text;
    for (const auto& [name, value] : form) {
        if (!text.empty()) text += '&';
        text += name + "=" + percent_encode(value);
    }
    return text;
}

StripeRefusal::StripeRefusal(int status, std::string code, std::string parameter)
    : std::runtime_error("Stripe declined: " + std::to_string(status) + " " + code),
      status_(status),
      code_(std::move(code)),
      parameter_(std::move(parameter)) {}

Stripe::Stripe(StripeOptions options) : options_(std::move(options)) {
    while (options_.base.ends_with('/')) options_.base.pop_back();
}

std::optional<bool> Stripe::mode() const {
    const auto& key = options_.key.reveal();
    if (key.starts_with("sk_live_") || key.starts_with("rk_live_")) return true;
    if (key.starts_with("sk_test_") || key.starts_with("rk_test_")) return false;
    return std::nullopt;
}

JsonValue Stripe::get(const std::string& path, const StripeForm& query) {
    return settle(call("GET", query.empty() ? path : path + "?" + encode_form(query)));
}

JsonValue Stripe::post(const std::string& path, const StripeForm& form, const std::string& key) {
    return post_encoded(path, encode_form(form), key);
}

JsonValue Stripe::post_encoded(const std::string& path, const std::string& form,
                               const std::string& key) {
    auto question = call("POST", path);
    question.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    question.headers.push_back({"Idempotency-Key", key});
    question.body = form;
    return settle(question);
}

JsonValue Stripe::remove(const std::string& path) { return settle(call("DELETE", path)); }

HttpCall Stripe::call(const char* method, const std::string& path) const {
    HttpCall call{.method = method, .url = options_.base + path};
    call.timeout = options_.timeout;
    call.most_bytes = 8 << 20;  // a page of a hundred events
    call.headers = {{"Authorization", "Bearer " + options_.key.reveal()},
                    {"Stripe-Version", options_.version}};
    return call;
}

JsonValue Stripe::settle(const HttpCall& call) {
    if (!configured()) throw Failure(unavailable).retry_after(60s);
    for (int attempt = 1;; ++attempt) {
        bool last = attempt >= options_.attempts;
        try {
            auto answer = client_.send(call);
            if (answer.status >= 200 && answer.status < 300) {
                answered_at_ = date_of(answer);
                if (auto json = parse(answer.body)) return *std::move(json);
            } else if (!unsettled(answer)) {
                throw refusal_of(answer);
            }
            if (last || (answer.status >= 300 && !open_to_retry(answer))) break;
        } catch (const Failure&) {
            if (last) break;
        }
        pause(attempt);
    }
    throw Failure(unavailable).retry_after(5s);
}

// Half a second, doubling, and up to half of it less, so that those who failed together part.
void Stripe::pause(int attempt) const {
    static std::minstd_rand random{std::random_device{}()};
    std::uniform_real_distribution<double> share{0.5, 1};
    auto most = std::min<std::chrono::milliseconds>(500ms * (1 << (attempt - 1)), 5s);
    auto wait = std::chrono::milliseconds{static_cast<std::int64_t>(most.count() * share(random))};
    if (options_.wait) return options_.wait(wait);
    std::this_thread::sleep_for(wait);
}
