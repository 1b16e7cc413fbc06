-- Puts the tail of a table's lines, or all of them, unless somebody wrote since they were looked at. What they show
-- stands beside them in P:{0}:lines, and is another text after each write: who looks first, then reads cells, then
-- writes, knows that nobody showed newer ones in between.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, V:W:SET, the stream, what it showed ('' nothing yet), what it will show, START before which
--       all goes, START that the tail begins with ('' all goes), the mark of gathered entries ('' there are none),
--       n, n names, for each entry: id, n values
-- Answers 0 where the head is another one, 1 where it was done, 2 where somebody else wrote.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local states = string.sub(KEYS[1], 1, -5) .. 'lines'
local name, stream, gathered = ARGV[2], ARGV[3], states .. ':' .. ARGV[2]
--@read
--@mark
--@add

local kind = call('TYPE', stream).ok
if kind ~= 'stream' and kind ~= 'none' then
    error({err = 'WRONGTYPE ' .. stream .. ' is a ' .. kind .. ', not a stream'})
end
if (read('HGET', states, name) or '') ~= ARGV[4] then
    return 2
end

-- Not by XTRIM: in a stream whose tail was rewritten that stops at entries that are deleted already (7.0.15).
local function delete(first, last)
    local ids
    repeat
        ids = {}
        for i, entry in ipairs(call('XRANGE', stream, first, last, 'COUNT', 100)) do
            ids[i] = entry[1]
        end
        if #ids > 0 then
            call('XDEL', stream, unpack(ids))
        end
    until #ids < 100
end

if ARGV[8] ~= '' then
    if mark_of(gathered) ~= ARGV[8] then
        return 2
    end
    call('RENAME', gathered, stream)
elseif ARGV[7] == '' then
    call('DEL', gathered, stream)
else
    call('DEL', gathered)
    if ARGV[6] ~= '0' then
        delete('-', '(' .. ARGV[6] .. '-0')
    end
    delete(ARGV[7] .. '-0', '+')
    local newest = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
    if newest then
        call('XSETID', stream, newest[1], 'MAXDELETEDID', '0-1')
    else
        call('DEL', stream)
    end
end
add_entries(stream, 9)
call('HSET', states, name, ARGV[5])
return 1
