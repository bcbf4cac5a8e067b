// The route table of a worker and what is read from it: the dispatcher, nginx's locations, the
// OpenAPI document and tests/routes_test.cc all walk the same rows.
//
//     Routes routes(Profiles& p) {
//         return {
//             Route{Method::get, "/api/v1/profiles", Who::user, call(p, &Profiles::list),
//                   "List the profiles"},
//             Route{Method::post, "/api/v1/profiles", Who::user, call(p, &Profiles::create),
//                   "Add a profile", {&plan_limit, &name_taken}}.says("profile_created").once(),
//         };
//     }
//
// A handler is a member function that takes the request and, if it reads more, a struct with
// `fields()` (the JSON body) or `FromQuery<struct>`; its signature is the schema of the route.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/problem.h"
#include "common/http/reply.h"
#include "common/http/request.h"
#include "common/json/schema.h"

// Who may ask. `operators` are those on the loopback listener; they need no token.
enum class Who { anyone, user, reseller, admin, operators };

template <class T>
struct FromQuery {
    T value;
};

// A handler behind its types.
struct Endpoint {
    std::function<Reply(const Request&)> run;
    bool reads_body = false;
    bool raw = false;  // answers text instead of the envelope
    bool created = false;
    std::function<void(JsonWriter&)> body_schema;        // empty: reads no body
    std::function<void(JsonWriter&)> parameters_schema;  // list of OpenAPI parameters; or empty
    std::function<void(JsonWriter&)> data_schema;
};

struct Route {
    Route(Method m, std::string pattern, Who asks, Endpoint e, std::string what,
          std::vector<const Problem*> may_fail = {})
        : method(m),
          path(std::move(pattern)),
          who(asks),
          endpoint(std::move(e)),
          summary(std::move(what)),
          problems(std::move(may_fail)) {}

    // The message key of its success; `done` when not said.
    Route&& says(const char* key) && {
        message = key;
        return std::move(*this);
    }
    // Creates, charges or grants: honours Idempotency-Key.
    Route&& once() && {
        idempotent = true;
        return std::move(*this);
    }
    // Likewise, and refuses to do it without a key: for what costs money.
    Route&& once_required() && {
        idempotent = key_required = true;
        return std::move(*this);
    }
    // Likewise for a handler that asks an outside service: it runs outside of any transaction.
    Route&& once_outside() && {
        idempotent = outside = true;
        return std::move(*this);
    }
    // Runs Argon2: served by the area's small second pool.
    Route&& hashes() && {
        pool = "hash";
        return std::move(*this);
    }
    // Not counted against the rate limit.
    Route&& unlimited() && {
        counted = false;
        return std::move(*this);
    }
    // Answers 503 rather than without its limits when Redis is away.
    Route&& needs_redis() && {
        fails_closed = true;
        return std::move(*this);
    }
    // Takes a body of up to so many bytes (1 MiB when not said).
    Route&& takes(std::size_t bytes) && {
        body_limit = bytes;
        return std::move(*this);
    }
    // Takes any content type: the handler checks the raw body.
    Route&& raw_body() && {
        any_content = true;
        return std::move(*this);
    }

    std::string pattern() const { return std::string{name(method)} + " " + path; }

    Method method;
    std::string path;  // `/api/v1/profiles/{id}`
    Who who;
    Endpoint endpoint;
    std::string summary;
    std::vector<const Problem*> problems;
    std::string message = "done";
    std::string pool = "hot";
    bool idempotent = false;
    bool key_required = false;
    bool outside = false;
    bool counted = true;
    bool fails_closed = false;
    bool any_content = false;
    std::size_t body_limit = 1 << 20;
};

using Routes = std::vector<Route>;

// The values of `{name}` in a pattern when the path fits it, segment by segment: none is empty, and
// each is decoded by itself, so that a value may hold a slash.
bool match_path(std::string_view pattern, std::string_view path,
                std::vector<std::pair<std::string, std::string>>& values);

// Schemas of what handlers give back, as `data` shows it.
template <class T>
struct DataSchema {
    static void write(JsonWriter& writer) {
        if constexpr (Resource<T>) {
            wrap(writer, T::singular, [&] { write_schema<T>(writer, false); });
        } else {
            write_schema<T>(writer, false);
        }
    }
    template <class Inner>
    static void wrap(JsonWriter& writer, const char* name, Inner inner) {
        writer.begin_object();
        describe_type(writer, "object", false);
        writer.key("properties");
        writer.begin_object();
        writer.key(name);
        inner();
        writer.end_object();
        writer.end_object();
    }
};
template <class T>
struct DataSchema<std::vector<T>> {
    static void write(JsonWriter& writer) {
        DataSchema<T>::wrap(writer, T::plural,
                            [&] { write_schema<std::vector<T>>(writer, false); });
    }
};
template <class T>
struct DataSchema<Page<T>> : DataSchema<std::vector<T>> {};
template <class T>
struct DataSchema<Created<T>> : DataSchema<T> {};
template <class T>
struct DataSchema<Answer<T>> : DataSchema<T> {};
template <class T>
struct DataSchema<std::variant<T, Text>> : DataSchema<T> {};
template <>
struct DataSchema<Text> {
    static void write(JsonWriter& writer) { writer.raw(R"({"type":"string"})"); }
};

template <class T>
struct created_traits : std::false_type {};
template <class T>
struct created_traits<Created<T>> : std::true_type {};

// Writes the members of a query struct as OpenAPI parameters.
template <HasFields T>
void describe_parameters(JsonWriter& writer) {
    each_field<T>([&]<class S, class M, class... R>(const Field<S, M, R...>& field) {
        writer.begin_object();
        writer.key("name");
        writer.text(field.name);
        writer.key("in");
        writer.text("query");
        writer.key("schema");
        write_field_schema(writer, field, true);
        writer.end_object();
    });
}

// One input of a handler, read from the request. No body at all is an empty object.
template <class T>
struct Input {
    static T read(const Request& request) {
        return read_body<T>(request.body.empty() ? "{}" : request.body);
    }
    static void describe(Endpoint& endpoint) {
        endpoint.reads_body = true;
        endpoint.body_schema = [](JsonWriter& writer) { write_schema<T>(writer, true); };
    }
};
template <class T>
struct Input<FromQuery<T>> {
    static FromQuery<T> read(const Request& request) { return {read_query<T>(request.parameters)}; }
    static void describe(Endpoint& endpoint) {
        endpoint.parameters_schema = [](JsonWriter& writer) { describe_parameters<T>(writer); };
    }
};

template <class Area, class Result, class... Inputs>
Endpoint call(Area& area, Result (Area::*handler)(const Request&, Inputs...)) {
    Endpoint endpoint;
    endpoint.run = [&area, handler](const Request& request) {
        if constexpr (std::is_void_v<Result>) {
            (area.*handler)(request, Input<std::decay_t<Inputs>>::read(request)...);
            return to_reply(Done{}, request.view, request.path);
        } else {
            return to_reply((area.*handler)(request, Input<std::decay_t<Inputs>>::read(request)...),
                            request.view, request.path);
        }
    };
    endpoint.raw = std::is_same_v<Result, Text>;
    endpoint.created = created_traits<Result>::value;
    if constexpr (!std::is_void_v<Result>) endpoint.data_schema = &DataSchema<Result>::write;
    (Input<std::decay_t<Inputs>>::describe(endpoint), ...);
    return endpoint;
}
