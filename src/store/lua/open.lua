-- Takes a shard's head, or makes it; then, where entries of a view and window look different from
-- now on, marks all its cells as changed, so that its streams are rewritten.
--
-- KEYS  P:{S}:head
-- ARGV  GENERATION:DIGEST to begin with, V:W ('' where only the head is wanted), digest of its
--       shape; on shard 0, where only the head is wanted, the rules that the digest is of
-- Answers the head; another one than ours: nothing was marked.
local head = redis.call('GET', KEYS[1])
if not head then
    head = ARGV[1]
    redis.call('SET', KEYS[1], head)
end
local prefix = string.sub(KEYS[1], 1, -5)
local name, shape, rules = ARGV[2], ARGV[3], ARGV[4]
if head == ARGV[1] and rules then
    redis.call('SET', prefix .. 'rules', rules)
end
if head ~= ARGV[1] or name == '' then
    return head
end

local before = redis.call('HGET', prefix .. 'shape', name)
if before == shape then
    return head
end

-- Without a shape before there are no entries that could look different.
if before then
    local generation = string.match(head, '^%d+')
    local applied = 0
    for _, position in ipairs(redis.call('HVALS', prefix .. 'pos')) do
        applied = applied + tonumber(string.match(position, '^%d+'))
    end
    for _, start in ipairs(redis.call('ZRANGE', prefix .. 'windows:' .. name, 0, -1)) do
        local path = name .. ':' .. start
        for _, member in ipairs(redis.call('HKEYS', prefix .. 'c:' .. generation .. ':' .. path)) do
            redis.call('ZADD', prefix .. 'dirty', applied, path .. ':' .. member)
        end
    end
end
redis.call('HSET', prefix .. 'shape', name, shape)
return head
