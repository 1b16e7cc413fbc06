-- Ends a long rewrite: the new stream takes the place of the old one, if nobody has touched either.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, the stream, the new stream, G, the sum of next, NONCE
-- Answers 0 where the head is another one, 1 where it was done, 2 where one was touched.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local stream, rewritten, mark = ARGV[2], ARGV[3], ARGV[4] .. '-' .. ARGV[6]

local function is_marked(key)
    if call('EXISTS', key) == 0 then
        return false
    end
    local info = call('XINFO', 'STREAM', key)
    for i = 1, #info, 2 do
        if info[i] == 'max-deleted-entry-id' then
            return info[i + 1] == mark
        end
    end
end

if not is_marked(stream) or not is_marked(rewritten) then
    return 2
end
local newest = call('XREVRANGE', rewritten, '+', '-', 'COUNT', 1)[1]
if newest then
    -- Redis refuses fewer entries added than there are.
    local added = math.max(tonumber(ARGV[5]), call('XLEN', rewritten))
    call('XSETID', rewritten, newest[1], 'ENTRIESADDED', string.format('%.0f', added),
        'MAXDELETEDID', ARGV[4] .. '-0')
    call('RENAME', rewritten, stream)
else
    call('DEL', stream, rewritten)
end
return 1
