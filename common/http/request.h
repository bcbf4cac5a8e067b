// One question of a client, as handlers see it: by the time a handler runs, the path is matched,
// the body read, and it is known who asks. What is not asked often has a typed reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/problem.h"
#include "common/base/uuid.h"
#include "common/crypto/token.h"
#include "common/json/read.h"
#include "common/json/write.h"
#include "common/messages/languages.h"
#include "common/process/metrics.h"

enum class Method { get, post, put, patch, remove, options, other };

Method parse_method(std::string_view name);  // HEAD is a GET that nginx cuts short
const char* name(Method method);

struct Request {
    // What came in.
    Method method = Method::get;
    std::string path;   // as clean_path gives it
    std::string query;  // raw, without `?`
    std::string content_type;
    std::string body;
    std::string remote;              // address of the client
    std::string id;                  // request id, in every log line and error
    bool operator_listener = false;  // came over the loopback listener for operators
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case

    // What is known before the handler runs.
    std::string route;  // pattern, `POST /api/v1/profiles`
    std::vector<std::pair<std::string, std::string>> path_values;
    QueryParameters parameters;
    LanguageId language = english;
    Device device = Device::other;
    View view;
    std::string ip;  // normalised for counting: cache/rate_limit.h
    std::optional<AccessToken> token;
    Uuid user;     // nil when nobody is signed in
    Uuid session;  // likewise

    std::string_view header(std::string_view name) const;      // empty when absent
    std::string_view path_value(std::string_view name) const;  // empty when absent
    std::string_view parameter(std::string_view name) const;   // of the query; empty when absent
    Uuid uuid(std::string_view name) const;  // of the path; throws not_found for nonsense
};

// The path of what a client asked for, without query: `/a/%2e%2e/b//c%2Fd?e` -> `/b/c%2Fd`. Dot
// segments are followed and slashes that stand together are one, as nginx has it when it picks the
// worker; escapes stay, so that an escaped slash is part of its segment. See match_path.
std::string clean_path(std::string_view target);

// Splits and decodes a query string. Nothing for broken escapes, NUL, invalid UTF-8, a parameter
// that comes twice, and more than 64 of them.
std::optional<QueryParameters> parse_query(std::string_view query);

// What kind of device a User-Agent speaks for.
Device recognise_device(std::string_view user_agent, std::string_view mobile_hint);
