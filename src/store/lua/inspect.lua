-- What stands in a shard, together with its positions, in one step; changes nothing.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST, what, its arguments
-- Answers 0 where the head is another one, otherwise the positions (TOPIC:PARTITION, position ...) and
--       totals                        two lists: totals, reasons
--       stream NAME                   its entries
--       windows V:W                   the floor, a list of starts
--       cells V:W START n METRIC ...  the floor, a list: for each member its name, its cell, and a HyperLogLog
--                                     ('' where there is none) for each metric
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = string.sub(KEYS[1], 1, -5)
local generation = string.match(ARGV[1], '^%d+')
local positions = redis.call('HGETALL', prefix .. 'pos')

local function floor_of(window)
    return redis.call('HGET', prefix .. 'floor', window) or '0'
end

local answers = {}

function answers.totals()
    return {positions, redis.call('HGETALL', prefix .. 'totals'), redis.call('HGETALL', prefix .. 'reasons')}
end

function answers.stream(name)
    return {positions, redis.call('XRANGE', prefix .. name, '-', '+')}
end

function answers.windows(window)
    return {positions, floor_of(window), redis.call('ZRANGE', prefix .. 'windows:' .. window, 0, -1)}
end

function answers.cells(window, start, n)
    local path = generation .. ':' .. window .. ':' .. start
    local stored, list = redis.call('HGETALL', prefix .. 'c:' .. path), {}
    for i = 1, #stored, 2 do
        list[#list + 1], list[#list + 2] = stored[i], stored[i + 1]
        for metric = 6, 5 + tonumber(n) do
            local key = prefix .. 'u:' .. path .. ':' .. ARGV[metric] .. ':' .. stored[i]
            list[#list + 1] = redis.call('GET', key) or ''
        end
    end
    return {positions, floor_of(window), list}
end

return answers[ARGV[2]](ARGV[3], ARGV[4], ARGV[5])
