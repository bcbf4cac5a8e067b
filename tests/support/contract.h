// What the service says about itself in its OpenAPI document, as far as tests need it to ask every
// route everything: methods, paths, query parameters, and bodies that fit their schemas.
#pragma once

#include <string>
#include <vector>

#include "common/json/json.h"

// Where a value stands in a body: names of members, `[]` for the entry of a list.
using Place = std::vector<std::string>;

struct Operation {
    std::string method, path;             // `/api/v1/profiles/{id}`
    std::vector<std::string> parameters;  // of the query
    JsonValue body;                       // its schema; null: takes none
    std::vector<Place> texts;             // all places of the body that take text

    std::string name() const { return method + " " + path; }
};

std::vector<Operation> operations(const JsonValue& document);

// A body that fits the schema: what is demanded, and at `place` the given text.
std::string sample_body(const JsonValue& schema, const Place& place = {},
                        const std::string& text = "");

// The text at a place of an answer, wherever in it the body's members are found again; null when
// they are not.
const std::string* found_again(const JsonValue& answer, const Place& place);

// With every `{name}` replaced.
std::string fill(std::string path, const std::string& value);
