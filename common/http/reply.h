// What a handler gives back. The return type is the contract: `T` is 200, `Created<T>` 201,
// `Page<T>` a list with its pagination, `Done` an empty success; `Answer<T>` is for the few that
// decide at run time. `answer()` wraps what they hold into the envelope.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/json/fields.h"
#include "common/json/write.h"

using Headers = std::vector<std::pair<std::string, std::string>>;

// A finished reply on its way out.
struct Reply {
    int status = 200;
    Headers headers;
    std::string data = "{}";  // JSON of `data`
    std::string says;         // message key; empty: the route's
    std::string body;         // what is sent; made from the above unless already set
    std::string content_type = "application/json; charset=utf-8";
    bool replayed = false;
    bool rate_limited = false;
};

template <class T>
struct Created {
    T value;
};
template <class T>
Created(T) -> Created<T>;

template <class T>
struct Page {
    std::vector<T> rows;
    std::int64_t page, limit, total;
};

struct Done {
    static constexpr auto fields() { return std::tuple{}; }
};

// A success that decides its own status, message or headers.
template <class T>
struct Answer {
    T value;
    int status = 200;
    const char* says = "";
    Headers headers = {};
};

// Text that is no JSON (CSV, metrics): sent as it is, without the envelope. A handler that decides
// at run time returns std::variant<T, Text>.
struct Text {
    std::string content_type;
    std::string body;
};

// The query of a paged list. An area that filters as well has its own struct with these two.
struct Paging {
    std::int64_t page = 1;
    std::int64_t limit = 20;
    static constexpr Range pages{1, 1'000'000};
    static constexpr Range limits{1, 1000};
    static constexpr auto fields() {
        return std::tuple{Field{"page", &Paging::page, pages},
                          Field{"limit", &Paging::limit, limits}};
    }
};
inline std::int64_t offset(std::int64_t page, std::int64_t limit) { return (page - 1) * limit; }

// A cookie that scripts cannot read.
std::string http_only_cookie(const std::string& name, const std::string& value,
                             std::int64_t max_age_seconds);

// The JSON of `data` for each kind of return value.

template <class T>
void write_data(JsonWriter& writer, const T& value, const View& view) {
    if constexpr (Resource<T>) {
        writer.begin_object();
        writer.key(T::singular);
        write_json(writer, value, view);
        writer.end_object();
    } else {
        write_json(writer, value, view);
    }
}

template <Resource T>
void write_data(JsonWriter& writer, const std::vector<T>& rows, const View& view) {
    writer.begin_object();
    writer.key(T::plural);
    write_json(writer, rows, view);
    writer.end_object();
}

template <Resource T>
void write_data(JsonWriter& writer, const Page<T>& page, const View& view) {
    writer.begin_object();
    writer.key(T::plural);
    write_json(writer, page.rows, view);
    writer.key("pagination");
    writer.begin_object();
    const std::pair<const char*, std::int64_t> figures[] = {
        {"page", page.page},
        {"limit", page.limit},
        {"total", page.total},
        {"pages", (page.total + page.limit - 1) / page.limit}};
    for (auto [name, figure] : figures) {
        writer.key(name);
        writer.integer(figure);
    }
    writer.end_object();
    writer.end_object();
}

template <class T>
std::string data_of(const T& value, const View& view) {
    JsonWriter writer;
    write_data(writer, value, view);
    return writer.take();
}

// From a return value to a reply.
template <class T>
Reply to_reply(const T& value, const View& view, const std::string&) {
    Reply reply;
    reply.data = data_of(value, view);
    return reply;
}
template <class T>
Reply to_reply(const Created<T>& created, const View& view, const std::string& path) {
    Reply reply;
    reply.status = 201;
    reply.data = data_of(created.value, view);
    if constexpr (requires { created.value.id.text(); }) {
        reply.headers.emplace_back("Location", path + "/" + created.value.id.text());
    } else {
        reply.headers.emplace_back("Location", path);
    }
    return reply;
}
template <class T>
Reply to_reply(const Answer<T>& answer, const View& view, const std::string& path) {
    Reply reply = answer.status == 201 ? to_reply(Created<T>{answer.value}, view, path)
                                       : to_reply(answer.value, view, path);
    reply.status = answer.status;
    reply.says = answer.says;
    for (const auto& header : answer.headers) {
        std::erase_if(reply.headers, [&](const auto& one) { return one.first == header.first; });
        reply.headers.push_back(header);
    }
    return reply;
}
inline Reply to_reply(const Text& text, const View&, const std::string&) {
    Reply reply;
    reply.content_type = text.content_type;
    reply.body = text.body;
    return reply;
}
// A list that is also given as a file.
template <class T>
Reply to_reply(const std::variant<T, Text>& either, const View& view, const std::string& path) {
    return std::visit([&](const auto& one) { return to_reply(one, view, path); }, either);
}
