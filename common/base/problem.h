// What can go wrong for a client. A Problem is a constant: HTTP status and stable code. A Failure
// is a problem that happened, with its details; handlers throw it and `answer()` turns it into a
// reply. Codes are a promise to clients: never renamed, never reused.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

struct Problem {
    int status;
    const char* code;
    // Key of the message for people; null: the code is the key. Several problems may share one
    // code that clients know (`plan_limit_reached`) and differ in words.
    const char* words = nullptr;

    constexpr const char* key() const { return words ? words : code; }
};

// A figure or word that a failure carries: fills `{name}` in the message and stands in `data`.
struct Detail {
    std::string name;
    std::variant<std::int64_t, std::string> value;
};

// What is wrong with one field of a request. `key` names the message (`field_required`).
struct Fault {
    std::string field;  // as the client wrote it: `parental.max_rating`, `items[3].item_id`
    std::string key;
    std::vector<Detail> details;
};

class Failure : public std::exception {
  public:
    explicit Failure(const Problem& problem, std::vector<Detail> details = {})
        : problem_(&problem), details_(std::move(details)) {}

    // Adds what is wrong with single fields (validation).
    Failure&& with_faults(std::vector<Fault> faults) && {
        faults_ = std::move(faults);
        return std::move(*this);
    }
    // Tells the client when to come again: `Retry-After`, whole seconds, rounded up.
    Failure&& retry_after(std::chrono::milliseconds wait) && {
        retry_after_ = wait;
        return std::move(*this);
    }

    // Puts whole JSON into `data`, where single details do not suffice.
    Failure&& with_data(std::string json) && {
        data_ = std::move(json);
        return std::move(*this);
    }

    const Problem& problem() const { return *problem_; }
    const std::vector<Detail>& details() const { return details_; }
    const std::vector<Fault>& faults() const { return faults_; }
    std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }
    const std::string& data() const { return data_; }  // empty: the details
    const char* what() const noexcept override { return problem_->code; }

  private:
    const Problem* problem_;
    std::vector<Detail> details_;
    std::vector<Fault> faults_;
    std::string data_;
    std::optional<std::chrono::milliseconds> retry_after_;
};

// Problems that any area may meet. An area's own stand in its header.
inline constexpr Problem validation_failed{400, "validation_failed"};
inline constexpr Problem malformed_json{400, "malformed_json"};
inline constexpr Problem malformed_request{400, "malformed_request"};
inline constexpr Problem unauthenticated{401, "unauthenticated"};
inline constexpr Problem token_expired{401, "token_expired"};
inline constexpr Problem forbidden{403, "forbidden"};
inline constexpr Problem account_suspended{403, "account_suspended"};
inline constexpr Problem origin_not_allowed{403, "forbidden", "origin_not_allowed"};
inline constexpr Problem not_found{404, "not_found"};
inline constexpr Problem method_not_allowed{405, "method_not_allowed"};
inline constexpr Problem conflict{409, "conflict"};
inline constexpr Problem request_in_progress{409, "request_in_progress"};
inline constexpr Problem payload_too_large{413, "payload_too_large"};
inline constexpr Problem unsupported_media_type{415, "unsupported_media_type"};
inline constexpr Problem idempotency_key_reused{422, "idempotency_key_reused"};
inline constexpr Problem missing_idempotency_key{400, "missing_idempotency_key"};
inline constexpr Problem rate_limited{429, "rate_limited"};
inline constexpr Problem too_many_attempts{429, "too_many_attempts"};
inline constexpr Problem internal_error{500, "internal_error"};
inline constexpr Problem unavailable{503, "unavailable"};
