-- Another configuration takes over, which only adds to the former one: its parts count from where all shards stand.
--
-- KEYS  the heads of all shards, P:{0}:head first
-- ARGV  the former GENERATION:DIGEST, the new one, the new rules, n * (metric:NAME, view:NAME or dimension:NAME, the
--       most values that the dimension had)
-- Answers 1: done, 0: a head is another one, a text: the shard and the partition that are not level with shard 0.
local call, sub = redis.call, string.sub
for _, head in ipairs(KEYS) do
    if call('GET', head) ~= ARGV[1] then
        return 0
    end
end
local first = sub(KEYS[1], 1, -5)

local function read(into, hash)
    local list = call('HGETALL', hash)
    for i = 1, #list, 2 do
        into[list[i]] = list[i + 1]
    end
    return into
end

-- What a shard has not taken from starts yet, it will.
local function positions(head)
    return read(read({}, first .. 'starts'), sub(head, 1, -5) .. 'pos')
end

local level = positions(KEYS[1])
for i = 2, #KEYS do
    local stands = positions(KEYS[i])
    for field, position in pairs(level) do
        if stands[field] ~= position then
            return i - 1 .. ' ' .. field
        end
    end
    for field in pairs(stands) do
        if not level[field] then
            return i - 1 .. ' ' .. field
        end
    end
end

local since, epoch = first .. 'since', 1
for _, name in ipairs(call('HKEYS', since)) do
    epoch = math.max(epoch, tonumber(string.match(name, '^%d+')) + 1)
end
local copy = since .. ':' .. epoch
call('COPY', first .. 'pos', copy, 'REPLACE')
for i = 4, #ARGV, 2 do
    local dimension = string.match(ARGV[i], '^dimension:(.*)$')
    call('HSET', since, epoch .. ':' .. ARGV[i], ARGV[i + 1])
    if dimension then
        -- first is PREFIX:{0}:
        call('COPY', sub(first, 1, -5) .. 'values:' .. dimension, copy .. ':' .. dimension, 'REPLACE')
    end
end
call('SET', first .. 'rules', ARGV[3])
for _, head in ipairs(KEYS) do
    call('SET', head, ARGV[2])
end
return 1
