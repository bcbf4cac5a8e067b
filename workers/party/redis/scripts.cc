#include "workers/party/redis/scripts.h"

namespace party::script {

// A stream that has outlived its room has ids that are used up. Lists in ARGV are a count and
// pairs. Redis is given texts: it takes long to write the numbers of Lua, which are floating.
const Script apply{R"lua(
local answers = {}
for i = 4, #KEYS do answers[#answers + 1] = KEYS[i] end
answers = #answers > 0 and redis.call('MGET', unpack(answers)) or answers
local known = redis.call('HMGET', KEYS[1], 'ver', 'epoch', 'rev')
local version, epoch = tonumber(known[1] or 0), known[2]
local revision = tonumber(known[3] or 0)
for _, answer in ipairs(answers) do
  if answer then return {'duplicate', version, epoch or '', revision, answer} end
end
if (ARGV[1] == 'make') == (epoch ~= false) then return {'gone', version, epoch or '', revision} end
if epoch then
  local at, judged = known[1] or '0', known[3] or '0'
  local stands = ARGV[2] == '' or ARGV[2] == '*.' .. judged or ARGV[2] == at .. '.' .. judged
  if not stands or (ARGV[3] ~= '' and ARGV[3] ~= epoch) then
    return {'conflict', version, epoch, revision}
  end
else
  epoch = ARGV[3]
  redis.call('DEL', KEYS[2])
end

local at = 7
local function pairs_of(each)
  local count = tonumber(ARGV[at])
  for i = at + 1, at + 2 * count, 2 do each(ARGV[i], ARGV[i + 1]) end
  at = at + 2 * count + 1
  return count
end

local told, kept, gone = {}, {}, {}
local function tell(name, text)
  told[#told + 1] = #name .. ':' .. name .. #text .. ':' .. text
end
local count = pairs_of(function(type, data)
  version = version + 1
  local id = string.format('%d-0', version)
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', '500', id, 't', type, 'd', data)
  tell(type, data)
end)
pairs_of(function(name, json)
  tell(name, json)
  if json == '' then
    gone[#gone + 1] = name
  else
    kept[#kept + 1] = name
    kept[#kept + 1] = json
  end
end)
if ARGV[2] ~= '' and string.sub(ARGV[2], 1, 1) ~= '*' then
  revision = revision + 1
  local text = string.format('%d', revision)
  tell('rev', text)
  kept[#kept + 1] = 'rev'
  kept[#kept + 1] = text
end
pairs_of(function(kind, time)
  local alarm = ARGV[6] .. '|' .. kind
  if time == '0' then
    redis.call('ZREM', KEYS[3], alarm)
  else
    redis.call('ZADD', KEYS[3], time, alarm)
  end
end)
local command = 3
pairs_of(function(_, answer)
  command = command + 1
  redis.call('SET', KEYS[command], answer, 'EX', '120')
end)

local known_as = string.format('%d', version)
redis.call('HSET', KEYS[1], 'ver', known_as, 'epoch', epoch, unpack(kept))
if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end
if ARGV[4] ~= '' then
  for i = 1, 2 do redis.call('EXPIRE', KEYS[i], ARGV[4]) end
end
redis.call('PUBLISH', ARGV[5],
  known_as .. '|' .. epoch .. '|' .. count .. '|0|' .. table.concat(told))
return {'done', version, epoch, revision}
)lua"};

const Script restore{R"lua(
local known = redis.call('HMGET', KEYS[1], 'ver', 'epoch')
local version, mine = tonumber(known[1] or 0), tonumber(ARGV[1])
if known[2] and (known[2] ~= ARGV[2] or version >= mine) then return false end
version = math.max(version, mine) + 1
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'ver', version, 'epoch', ARGV[3], unpack(ARGV, 6))
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], version .. '|' .. ARGV[3] .. '|0|0|')
return version
)lua"};

const Script due{R"lua(
local alarms = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 50)
if #alarms > 0 then redis.call('ZREM', KEYS[1], unpack(alarms)) end
return alarms
)lua"};

// A list may hold many that are gone; ten looks bound the time that others wait.
const Script list{R"lua(
local found, at, count = {}, tonumber(ARGV[1]), tonumber(ARGV[2])
for look = 1, 10 do
  local rooms = redis.call('ZREVRANGE', KEYS[1], at, at + count - 1)
  for _, room in ipairs(rooms) do
    if redis.call('EXISTS', 'p:{' .. room .. '}') == 0 then
      redis.call('ZREM', KEYS[1], room)
    elseif #found < count then
      found[#found + 1] = room
      at = at + 1
    end
  end
  if #rooms == 0 or #found >= count then break end
end
return found
)lua"};

}  // namespace party::script
