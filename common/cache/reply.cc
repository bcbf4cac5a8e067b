#include "common/cache/reply.h"

#include <hiredis/hiredis.h>

#include <new>

RedisReply taken(const redisReply& reply) {
    using Kind = RedisReply::Kind;
    switch (reply.type) {
        case REDIS_REPLY_INTEGER:
            return {.kind = Kind::integer, .integer = reply.integer};
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            return {.kind = Kind::text, .text = {reply.str, reply.len}};
        case REDIS_REPLY_ERROR:
            return {.kind = Kind::error, .text = {reply.str, reply.len}};
        case REDIS_REPLY_ARRAY: {
            RedisReply result{.kind = Kind::list};
            result.list.reserve(reply.elements);
            for (std::size_t i = 0; i < reply.elements; ++i) {
                result.list.push_back(taken(*reply.element[i]));
            }
            return result;
        }
        default:
            return {};
    }
}

void append_command(std::string& wire, const RedisCommand& command) {
    wire.append("*").append(std::to_string(command.size())).append("\r\n");
    for (const auto& word : command) {
        wire.append("$").append(std::to_string(word.size())).append("\r\n");
        wire.append(word).append("\r\n");
    }
}

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
    if (!reader_) throw std::bad_alloc{};
}

void ReplyReader::feed(std::string_view bytes) {
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

std::optional<RedisReply> ReplyReader::next() {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK || !reply) return std::nullopt;
    std::unique_ptr<void, decltype(&freeReplyObject)> owned{reply, freeReplyObject};
    return taken(*static_cast<redisReply*>(reply));
}

bool ReplyReader::broken() const { return reader_->err != 0; }
