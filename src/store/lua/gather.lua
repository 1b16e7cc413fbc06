-- Gathers entries of lines that are too many for one script, in a stream of kaiku's own that lines.lua then puts in
-- place. Its mark, max-deleted-entry-id = G-NONCE, tells whose it is.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, V:W:SET, the mark, 1 where it begins, n, n names, for each entry: id, n values
-- Answers 0 where the head is another one, 1 where it was done, 2 where somebody else gathers by now.
local call = redis.call
if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local gathered, mark = string.sub(KEYS[1], 1, -5) .. 'lines:' .. ARGV[2], ARGV[3]
--@mark
--@add

if ARGV[4] == '1' then
    call('DEL', gathered)
    call('XADD', gathered, mark, '_', '_')
    call('XDEL', gathered, mark)
elseif mark_of(gathered) ~= mark then
    return 2
end
add_entries(gathered, 5)
return 1
