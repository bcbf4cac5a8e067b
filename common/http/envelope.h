// The frame that every JSON answer has: success with its data, failure with its code.
#pragma once

#include <chrono>
#include <string>

#include "common/base/problem.h"
#include "common/json/write.h"
#include "common/messages/messages.h"

// {"success":true,"message":...,"data":...}
std::string success_body(const std::string& message, const std::string& data);

// {"success":false,"message":...,"error":{"code":...,"fields":{...}},"data":{...},"request_id":...}
// with `fields` for validation, `data` where the failure carries figures.
std::string failure_body(const Messages& messages, LanguageId language, const Failure& failure,
                         const std::string& request_id);

// How faults are said to who reads that language. The messages must outlive it.
FaultWords fault_words(const Messages& messages, LanguageId language);

// As `Retry-After` says it: rounded up, at least 1.
std::int64_t whole_seconds(std::chrono::milliseconds time);
