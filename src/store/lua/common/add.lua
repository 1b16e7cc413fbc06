-- Adds the entries that stand from ARGV[at] on: n, n names of fields; for each entry its id and n values.
local function add_entries(stream, at)
    local columns, row = tonumber(ARGV[at]), {}
    for i = 1, columns do
        row[2 * i - 1] = ARGV[at + i]
    end
    for entry = at + 1 + columns, #ARGV, 1 + columns do
        for i = 1, columns do
            row[2 * i] = ARGV[entry + i]
        end
        redis.call('XADD', stream, ARGV[entry], unpack(row))
    end
end
