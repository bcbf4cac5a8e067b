#include "common/http/describe.h"

#include <map>

namespace {

void pair(JsonWriter& writer, const char* key, std::string_view text) {
    writer.key(key);
    writer.text(text);
}

// The names in braces of a pattern.
std::vector<std::string> path_names(std::string_view path) {
    std::vector<std::string> names;
    for (auto segment : split(path, '/')) {
        if (!segment.empty() && segment.front() == '{') {
            names.emplace_back(segment.substr(1, segment.size() - 2));
        }
    }
    return names;
}

void header_parameter(JsonWriter& writer, const char* name, const char* description,
                      bool required) {
    writer.begin_object();
    pair(writer, "name", name);
    pair(writer, "in", "header");
    pair(writer, "description", description);
    writer.key("required");
    writer.boolean(required);
    writer.key("schema");
    writer.raw(R"({"type":"string"})");
    writer.end_object();
}

void write_parameters(JsonWriter& writer, const Route& route) {
    writer.key("parameters");
    writer.begin_list();
    for (const auto& name : path_names(route.path)) {
        writer.begin_object();
        pair(writer, "name", name);
        pair(writer, "in", "path");
        pair(writer, "description", "One segment, percent-encoded: a slash in it is %2F.");
        writer.key("required");
        writer.boolean(true);
        writer.key("schema");
        writer.raw(R"({"type":"string"})");
        writer.end_object();
    }
    if (route.endpoint.parameters_schema) route.endpoint.parameters_schema(writer);
    if (route.idempotent) {
        header_parameter(writer, "Idempotency-Key", "The first answer is given again for 24 hours.",
                         route.key_required);
    }
    writer.end_list();
}

void write_body(JsonWriter& writer, const Route& route) {
    if (!route.endpoint.body_schema) return;
    writer.key("requestBody");
    writer.begin_object();
    writer.key("required");
    writer.boolean(true);
    writer.key("content");
    writer.begin_object();
    writer.key("application/json");
    writer.begin_object();
    writer.key("schema");
    route.endpoint.body_schema(writer);
    writer.end_object();
    writer.end_object();
    writer.end_object();
}

void write_success(JsonWriter& writer, const Route& route) {
    writer.key(route.endpoint.created ? "201" : "200");
    writer.begin_object();
    pair(writer, "description", "Success");
    writer.key("content");
    writer.begin_object();
    writer.key(route.endpoint.raw ? "text/plain" : "application/json");
    writer.begin_object();
    writer.key("schema");
    if (route.endpoint.raw) {
        route.endpoint.data_schema(writer);
    } else {
        JsonWriter data;
        if (route.endpoint.data_schema) {
            route.endpoint.data_schema(data);
        } else {
            data.raw(R"({"type":"object"})");
        }
        writer.raw(R"({"type":"object","required":["success","message","data"],"properties":)"
                   R"({"success":{"const":true},"message":{"type":"string"},"data":)" +
                   data.take() + "}}");
    }
    writer.end_object();
    writer.end_object();
    writer.end_object();
}

// Problems by status: those of every route, those of its guards and its own.
std::map<int, std::string> problems_of(const Route& route) {
    std::vector<const Problem*> all{&rate_limited, &internal_error, &unavailable};
    if (!route.counted) all.erase(all.begin());
    if (route.who != Who::anyone) all.insert(all.end(), {&unauthenticated, &token_expired});
    if (route.who == Who::reseller || route.who == Who::admin) all.push_back(&forbidden);
    if (!path_names(route.path).empty()) all.push_back(&not_found);
    if (route.endpoint.reads_body) {
        all.insert(all.end(), {&validation_failed, &malformed_json, &unsupported_media_type,
                               &payload_too_large});
    }
    if (route.idempotent) all.insert(all.end(), {&idempotency_key_reused, &request_in_progress});
    if (route.key_required) all.push_back(&missing_idempotency_key);
    all.insert(all.end(), route.problems.begin(), route.problems.end());
    std::map<int, std::string> codes;
    for (const auto* problem : all) {
        auto& text = codes[problem->status];
        auto code = "`" + std::string{problem->code} + "`";
        if (text.find(code) == text.npos) text += (text.empty() ? "" : ", ") + code;
    }
    return codes;
}

void write_responses(JsonWriter& writer, const Route& route) {
    writer.key("responses");
    writer.begin_object();
    write_success(writer, route);
    for (const auto& [status, codes] : problems_of(route)) {
        writer.key(std::to_string(status));
        writer.begin_object();
        pair(writer, "description", codes);
        writer.key("content");
        writer.raw(R"({"application/json":{"schema":{"$ref":"#/components/schemas/Failure"}}})");
        writer.end_object();
    }
    writer.end_object();
}

void write_operation(JsonWriter& writer, const std::string& area, const Route& route) {
    writer.key("operation");
    writer.begin_object();
    pair(writer, "summary", route.summary);
    pair(writer, "operationId", lower_ascii(name(route.method)) + " " + route.path);
    writer.key("tags");
    writer.begin_list();
    writer.text(area);
    writer.end_list();
    writer.key("security");
    writer.raw(route.who == Who::anyone ? "[]" : R"([{"bearer":[]},{"cookie":[]}])");
    write_parameters(writer, route);
    write_body(writer, route);
    write_responses(writer, route);
    writer.end_object();
}

}  // namespace

std::string describe_routes(const std::string& area, const Routes& routes) {
    JsonWriter writer;
    writer.begin_object();
    pair(writer, "area", area);
    writer.key("routes");
    writer.begin_list();
    for (const auto& route : routes) {
        writer.begin_object();
        pair(writer, "method", name(route.method));
        pair(writer, "path", route.path);
        pair(writer, "pool", route.pool);
        writer.key("body_limit");
        writer.integer(static_cast<std::int64_t>(route.body_limit));
        writer.key("operator");
        writer.boolean(route.who == Who::operators);
        write_operation(writer, area, route);
        writer.end_object();
    }
    writer.end_list();
    writer.key("schemas");
    writer.raw(
        R"({"Failure":{"type":"object","required":["success","message","error"],)"
        R"("properties":{"success":{"const":false},"message":{"type":"string"},)"
        R"("error":{"type":"object","required":["code"],"properties":{"code":)"
        R"({"type":"string"},"fields":{"type":"object","additionalProperties":)"
        R"({"type":"string"}}}},"data":{"type":"object"},"request_id":{"type":"string"}}}})");
    writer.end_object();
    return writer.take();
}
