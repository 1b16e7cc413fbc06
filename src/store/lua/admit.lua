-- Admits values of a dimension while there is room: an answer once given stays.
--
-- KEYS  P:values:DIMENSION
-- ARGV  most values, not counting the reserved ones; n, n beginnings of names of sets that an admitted value has, with
--       _all in them; values
-- Answers '1' for each value admitted, '0' for the others, as one text.
local reserved = {_all = true, _none = true, _other = true}
local room = ARGV[1] - redis.call('SCARD', KEYS[1])
for value in pairs(reserved) do
    room = room + redis.call('SISMEMBER', KEYS[1], value)
end

local answers, families = {}, tonumber(ARGV[2])
for i = 3 + families, #ARGV do
    local value = ARGV[i]
    local admitted = redis.call('SISMEMBER', KEYS[1], value) == 1
    if not admitted and (reserved[value] or room > 0) then
        redis.call('SADD', KEYS[1], value)
        for family = 3, 2 + families do
            redis.call('SADD', ARGV[family] .. value, '_all')
        end
        admitted = true
        if not reserved[value] then
            room = room - 1
        end
    end
    answers[#answers + 1] = admitted and '1' or '0'
end
return table.concat(answers)
