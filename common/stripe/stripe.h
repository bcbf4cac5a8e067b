// Calls to Stripe. Every call that changes something carries an idempotency key, is bounded in time
// and is repeated with the same key and the same bytes while its outcome is unknown. Never called
// inside a database transaction. Used by billing, reseller, admin and jobs.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/secret.h"
#include "common/base/time.h"
#include "common/json/json.h"
#include "common/net/client.h"

// Parameters in Stripe's spelling: `items[0][price]`. Encoded in the order in which they stand.
using StripeForm = std::vector<std::pair<std::string, std::string>>;
std::string encode_form(const StripeForm& form);

// Stripe understood the call and declined it: another attempt needs another key.
class StripeRefusal : public std::runtime_error {
  public:
    StripeRefusal(int status, std::string code, std::string parameter = {});
    int status() const { return status_; }             // 400, 401, 402, 403, 404
    const std::string& code() const { return code_; }  // Stripe's, `resource_missing`; may be empty
    // Whether it is because Stripe does not have what that parameter names.
    bool misses(std::string_view parameter) const {
        return code_ == "resource_missing" && parameter_ == parameter;
    }

  private:
    int status_;
    std::string code_, parameter_;
};

struct StripeOptions {
    std::string base;                         // https://api.stripe.com
    Secret key;                               // empty: not configured
    std::string version;                      // of the API
    std::chrono::milliseconds timeout{6000};  // of one attempt
    int attempts = 3;
    std::function<void(std::chrono::milliseconds)> wait{};  // between attempts; sleeps when empty
};

class Stripe {
  public:
    explicit Stripe(StripeOptions options);

    bool configured() const { return !options_.key.empty(); }
    // Whether the key is for real money; nothing is known without a key.
    std::optional<bool> mode() const;

    // The object that Stripe answers with. Throws StripeRefusal; Failure(unavailable) with a time
    // to come again when there is no key, no answer or none that can be relied on: then a change
    // may have happened, and the same key finds out.
    JsonValue get(const std::string& path, const StripeForm& query = {});
    JsonValue post(const std::string& path, const StripeForm& form, const std::string& key);
    // A form that was encoded before, for a call that is taken up again.
    JsonValue post_encoded(const std::string& path, const std::string& form,
                           const std::string& key);
    JsonValue remove(const std::string& path);

    // When the last answer was true, by Stripe's clock; nothing for one that is repeated from
    // before, or undated.
    std::optional<Instant> answered_at() const { return answered_at_; }

  private:
    HttpCall call(const char* method, const std::string& path) const;
    JsonValue settle(const HttpCall& call);
    void pause(int attempt) const;

    StripeOptions options_;
    std::optional<Instant> answered_at_;
    HttpClient client_{HttpClient::Reach::trusted};
};
