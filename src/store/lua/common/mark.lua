-- What tells the rewrites of a stream apart; nothing where there is none.
local function mark_of(stream)
    if redis.call('EXISTS', stream) == 1 then
        local info = redis.call('XINFO', 'STREAM', stream)
        for i = 1, #info, 2 do
            if info[i] == 'max-deleted-entry-id' then
                return info[i + 1]
            end
        end
    end
end
