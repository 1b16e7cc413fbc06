-- A piece of a long rewrite: cuts entries off the end of the new stream, then adds others there.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, the new stream, its mark, START to cut from, at most how many,
--       for each entry to add: START, n, n texts
-- Answers 0 where the head is another one, 2 where the stream is no more this rewrite's, otherwise a list:
-- how many were cut.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local stream, mark = ARGV[2], ARGV[3]
if call('EXISTS', stream) == 0 then
    return 2
end
local info = call('XINFO', 'STREAM', stream)
for i = 1, #info, 2 do
    if info[i] == 'max-deleted-entry-id' and info[i + 1] ~= mark then
        return 2
    end
end

local gone = {}
if ARGV[5] ~= '0' then
    for i, entry in ipairs(call('XREVRANGE', stream, '+', ARGV[4] .. '-0', 'COUNT', ARGV[5])) do
        gone[i] = entry[1]
    end
end
if #gone > 0 then
    call('XDEL', stream, unpack(gone))
end
local at = 6
while at <= #ARGV do
    local n = tonumber(ARGV[at + 1])
    call('XADD', stream, ARGV[at] .. '-0', unpack(ARGV, at + 2, at + 1 + n))
    at = at + 2 + n
end
local newest = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
call('XSETID', stream, newest and newest[1] or mark, 'MAXDELETEDID', mark)
return {#gone}
