-- Deletes a view.
--
-- KEYS  P:{0}:head
-- ARGV  GENERATION:DIGEST, the key
-- Answers 0 where the head is another one, 1 otherwise.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
redis.call('DEL', ARGV[2])
return 1
