-- Begins to rewrite a long tail under another key, which piece.lua fills and rename.lua puts in place. Both
-- streams get a mark of their own, max-deleted-entry-id = G-NONCE: every other writer sets the stream's back
-- to G-0, so rename.lua sees whatever happened meanwhile, and no two rewrites mix.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, V:W, the stream, the stream under which it is rewritten, G, the sum of next,
--       NONCE, START that the tail begins with
-- Answers 0 where the head is another one, 2 where a newer state stands or none, otherwise a list: the
-- floor; 1 where the stream was copied, so that its tail is to be cut off, 0 where it begins with the tail.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local stream, rewritten, mark = ARGV[3], ARGV[4], ARGV[5] .. '-' .. ARGV[7]
if call('EXISTS', stream) == 0 then
    return 2
end

local function start_of(id)
    return tonumber(string.match(id, '^%d+'))
end

local info, has = call('XINFO', 'STREAM', stream), {}
for i = 1, #info, 2 do
    has[info[i]] = info[i + 1]
end
local stands = start_of(has['max-deleted-entry-id'])
if stands ~= tonumber(ARGV[5]) or has['entries-added'] > tonumber(ARGV[6]) then
    return 2
end

call('XSETID', stream, has['last-generated-id'], 'MAXDELETEDID', mark)
call('DEL', rewritten)
local copied = 0
if start_of(has['first-entry'][1]) < tonumber(ARGV[8]) then
    copied = call('COPY', stream, rewritten)
else
    -- An empty stream with that mark.
    call('XADD', rewritten, mark, '_', '_')
    call('XDEL', rewritten, mark)
end
local floor = call('HGET', string.sub(KEYS[1], 1, -5) .. 'floor', ARGV[2])
return {tonumber(floor or 0), copied}
