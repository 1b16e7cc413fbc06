-- Redis does not say which key it is that holds another type.
local function read(command, key, ...)
    local reply = redis.pcall(command, key, ...)
    if type(reply) == 'table' and reply.err then
        error({err = reply.err .. ': ' .. key})
    end
    return reply
end
