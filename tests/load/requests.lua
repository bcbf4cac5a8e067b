-- The requests of a load test, for wrk; used by ops/bench:
--   wrk -s tests/load/requests.lua http://127.0.0.1:8081/api/v1 -- CASE FOLDER
-- FOLDER has tokens.txt, a token a line, and logins.txt, `email<TAB>password` a line. Requests go
-- round all people; the path of the URL goes before that of each request. What is asked for is in
-- people.sql. At the end comes one line:
--   RESULT requests seconds p50_us p99_us failed

local threads = 0

function setup(thread)
  thread:set('place', threads)
  threads = threads + 1
end

local function lines(path)
  local all = {}
  for line in assert(io.open(path)):lines() do all[#all + 1] = line end
  assert(#all > 0, path .. ' is empty')
  return all
end

-- A function that gives one of the list after the other, each thread from a place of its own.
local function round(list)
  local at = place * 997 % #list
  return function()
    at = at % #list + 1
    return list[at]
  end
end

local function item() return ('movie_%04d'):format(math.random(100)) end

local function report()
  return ('{"item_id":"%s","item_type":"movie","progress_seconds":%d,"duration_seconds":7200}')
    :format(item(), math.random(1000, 7200))
end

local prefix, next_token, next_login, next_request

-- Built by hand, because wrk.format costs as much as the rest of the client.
local function made(method, path, body, signed_out)
  local text = method .. ' ' .. prefix .. path .. ' HTTP/1.1\r\nHost: ' .. wrk.host .. '\r\n'
  if not signed_out then text = text .. 'Authorization: Bearer ' .. next_token() .. '\r\n' end
  if not body then return text .. '\r\n' end
  return text .. 'Content-Type: application/json\r\nContent-Length: ' .. #body .. '\r\n\r\n' .. body
end

local cases = {}
function cases.health() return made('GET', '/health', nil, true) end
function cases.profiles() return made('GET', '/profiles') end
function cases.playlists() return made('GET', '/playlists') end
function cases.favorites() return made('GET', '/favorites?limit=50') end
function cases.list_progress() return made('GET', '/progress?limit=100') end
function cases.get_progress() return made('GET', '/progress/' .. item()) end
function cases.put_progress() return made('PUT', '/progress', report()) end
function cases.mix()
  local chance = math.random(10)
  if chance <= 6 then return cases.put_progress() end
  if chance <= 8 then return cases.favorites() end
  if chance == 9 then return cases.profiles() end
  return cases.playlists()
end
function cases.login()
  local email, password = next_login():match('^(.-)\t(.*)$')
  return made('POST', '/auth/login', ('{"email":"%s","password":"%s"}'):format(email, password), true)
end

function init(arguments)
  local case, folder = arguments[1], arguments[2]
  prefix = wrk.path:gsub('/$', '')
  math.randomseed(place + 1)
  next_token = round(lines(folder .. '/tokens.txt'))
  if case == 'login' then next_login = round(lines(folder .. '/logins.txt')) end
  next_request = assert(cases[case], 'no such case')
end

function request() return next_request() end

function done(summary, latency)
  local failed = summary.errors
  io.write(('RESULT %d %.3f %d %d %d\n'):format(summary.requests, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99),
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
