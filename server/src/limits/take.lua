-- Counts a request against several windows if it fits into all of them, and into none otherwise; one round trip, atomic.
-- The arithmetic is that of domain/windows.rs, and a test runs the same events through both.
--
-- KEYS: a list a window. Its first element is what has left the window, the others are marks, oldest first; each is
-- "moment:sum", the sum of all that was counted up to then. What is used is the last sum less the first.
-- ARGV: now in ms (-1: this server's clock), 1 to count or 0 to look, then for each window cost, limit, length in ms, 1 for
-- the UTC day, the day that the asker saw last and what it saw used of it, then what it counted while this server was away:
-- how many moments, and each with its count. Answers for each window: used, 1 if it refused, ms to wait.

local now = tonumber(ARGV[1])
if now < 0 then
  local clock = redis.call('TIME')
  now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
end

local function read(text)
  local at, sum = string.match(text, '^(%d+):(%d+)$')
  return tonumber(at), tonumber(sum)
end

local function write(at, sum)
  return string.format('%.0f:%.0f', at, sum)
end

local place_of_argument = 2
local function argument()
  place_of_argument = place_of_argument + 1
  return tonumber(ARGV[place_of_argument])
end

local function window(place)
  local w = { key = KEYS[place], owed = {} }
  w.cost = argument()
  w.limit = argument()
  w.span = argument()
  w.day = argument() == 1
  w.seen_day = argument()
  w.seen = argument()
  for moment = 1, argument() do
    local at = argument()
    w.owed[moment] = { at, argument() }
  end
  w.mark = w.day and now - now % w.span or now
  return w
end

local function forget(w)
  w.used, w.last_at, w.last_sum = 0, nil, 0
  local last = redis.call('LINDEX', w.key, -1)
  if not last then return end
  local last_at, last_sum = read(last)
  if last_at > w.mark + w.span or last_at + w.span <= now then
    redis.call('DEL', w.key)
    return
  end
  while true do
    local at = read(redis.call('LINDEX', w.key, 1))
    if at + w.span > now then break end
    redis.call('LPOP', w.key)
  end
  local _, gone = read(redis.call('LINDEX', w.key, 0))
  w.used, w.last_at, w.last_sum = last_sum - gone, last_at, last_sum
end

local function expire(w, last_at)
  redis.call('PEXPIRE', w.key, string.format('%.0f', last_at + w.span - now + 1000))
end

-- Writes the window anew, of moments in order.
local function rewrite(w, marks)
  redis.call('DEL', w.key)
  redis.call('RPUSH', w.key, '0:0')
  local sum = 0
  for _, mark in ipairs(marks) do
    sum = sum + mark[2]
    redis.call('RPUSH', w.key, write(mark[1], sum))
  end
  w.used, w.last_at, w.last_sum = sum, marks[#marks][1], sum
  expire(w, w.last_at)
end

-- The day that this server lost, if it did, and what was counted while it was away.
local function restore_day(w)
  local used = w.used
  if w.seen_day == w.mark then used = math.max(used, w.seen) end
  for _, owed in ipairs(w.owed) do
    if owed[1] == w.mark then used = used + owed[2] end
  end
  if used > w.used then rewrite(w, { { w.mark, used } }) end
end

-- What was counted while this server was away, each at its moment.
local function restore(w)
  local marks = {}
  for _, owed in ipairs(w.owed) do
    if owed[1] + w.span > now then table.insert(marks, { math.min(owed[1], now), owed[2] }) end
  end
  if #marks == 0 then return end
  local before
  for _, text in ipairs(redis.call('LRANGE', w.key, 0, -1)) do
    local at, sum = read(text)
    if before then table.insert(marks, { at, sum - before }) end
    before = sum
  end
  table.sort(marks, function(one, other) return one[1] < other[1] end)
  rewrite(w, marks)
end

local function add(w)
  if w.cost == 0 then return end
  if not w.last_at then
    redis.call('RPUSH', w.key, '0:0', write(w.mark, w.cost))
  elseif w.last_at >= w.mark then
    redis.call('LSET', w.key, -1, write(w.last_at, w.last_sum + w.cost))
  else
    redis.call('RPUSH', w.key, write(w.mark, w.last_sum + w.cost))
  end
  w.used = w.used + w.cost
  expire(w, w.mark)
end

local function wait(w, freed)
  if w.day then return w.mark + w.span - now end
  local marks = redis.call('LRANGE', w.key, 0, string.format('%.0f', freed))
  if #marks == 0 then return 0 end
  local _, gone = read(marks[1])
  local at
  for place = 2, #marks do
    local sum
    at, sum = read(marks[place])
    if sum - gone >= freed then break end
  end
  return math.max(at + w.span - now, 0)
end

local windows, admitted = {}, true
for place = 1, #KEYS do
  local w = window(place)
  forget(w)
  if w.day then restore_day(w) else restore(w) end
  w.fits = w.used + w.cost <= w.limit
  admitted = admitted and w.fits
  windows[place] = w
end

local answer = {}
for _, w in ipairs(windows) do
  if admitted and ARGV[2] == '1' then add(w) end
  local ms
  if w.fits then
    ms = wait(w, 1)
  elseif w.cost > w.limit then
    ms = w.span
  else
    ms = wait(w, w.used + w.cost - w.limit)
  end
  table.insert(answer, w.used)
  table.insert(answer, w.fits and 0 or 1)
  table.insert(answer, ms)
end
return answer
