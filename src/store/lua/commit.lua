-- One shard's commit: compare the head and the positions, add cells, move the positions. All or
-- nothing: Redis takes nothing back, so all that can fail is read, merged and checked before the
-- first write.
--
-- KEYS  P:{S}:head; the shard's other keys have the same tag and are named from it
-- ARGV  GENERATION:DIGEST, tip, 1 where emptied cells keep an empty field,
--       n, n fields, n bases, n nexts of positions (equal ones are only compared),
--       windows, for each: V:W, START, n, uniques, n members, n deltas,
--       uniques * (cell, METRIC, elements),
--       on shard 0: n, n * (total, addition), n, n * (reason, addition),
--       streams, for each: name, most entries, n, n texts, n, n * (a set, a value that it has)
-- Answers 1: done, 0: another head, a text: the position that differs. A window comes once in a
-- commit, a cell once in its window.
local call, byte, sub, concat, unpack = redis.call, string.byte, string.sub, table.concat, unpack
local encode, decode = struct.pack, struct.unpack
local floor, min = math.floor, math.min

local ARGUMENTS = 3000 -- of one call: unpack() cannot take more than about 8000

if call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
local prefix = sub(KEYS[1], 1, -5)
local generation = string.match(ARGV[1], '^%d+')
local tip, keeps_empty = tonumber(ARGV[2]), ARGV[3] == '1'
local at = 4 -- the next argument

local function take_number()
    at = at + 1
    return tonumber(ARGV[at - 1])
end

-- Calls with list[1..n], a multiple of `step` at a time.
local function call_in_pieces(step, list, n, command, key, option)
    local piece = ARGUMENTS - ARGUMENTS % step
    for first = 1, n, piece do
        local last = min(first + piece - 1, n)
        if option then
            call(command, key, option, unpack(list, first, last))
        else
            call(command, key, unpack(list, first, last))
        end
    end
end

local function expect(key, type)
    local found = call('TYPE', key).ok
    if found ~= type and found ~= 'none' then
        error({err = 'WRONGTYPE ' .. key .. ' is a ' .. found .. ', not a ' .. type})
    end
end

---- positions ----

local positions = take_number()
local fields, bases, nexts = at - 1, at - 1 + positions, at - 1 + 2 * positions
at = at + 3 * positions

local function offset(position)
    return tonumber(string.match(position, '^%d*')) or 0
end

expect(prefix .. 'pos', 'hash')
local moves, moved_by = {}, 0
for first = 1, positions, ARGUMENTS do
    local last = min(first + ARGUMENTS - 1, positions)
    local stored = call('HMGET', prefix .. 'pos', unpack(ARGV, fields + first, fields + last))
    for i = first, last do
        local base, next = ARGV[bases + i], ARGV[nexts + i]
        if (stored[i - first + 1] or '') ~= base then
            return ARGV[fields + i]
        end
        if next ~= base then
            moves[#moves + 1] = ARGV[fields + i]
            moves[#moves + 1] = next
            moved_by = moved_by + offset(next) - offset(base)
        end
    end
end

---- cells: include/kaiku/cell.h ----

local widths = {[0] = 1, [32] = 2, [64] = 4, [96] = 8} -- by shape - shape % 32
local bounds = {[1] = 2 ^ 7, [2] = 2 ^ 15, [4] = 2 ^ 31, [8] = 2 ^ 63}

-- formats[width][count], made when first used
local formats = {}
for width, letter in pairs({[1] = 'b', [2] = 'h', [4] = 'i4', [8] = 'i8'}) do
    formats[width] = setmetatable({}, {__index = function(made, count)
        made[count] = '<' .. string.rep(letter, count)
        return made[count]
    end})
end

-- The chunk of counters[first..last], '' where all are zero.
local function encode_chunk(id, counters, first, last)
    while first <= last and counters[first] == 0 do
        first = first + 1
    end
    if first > last then
        return ''
    end
    while counters[last] == 0 do
        last = last - 1
    end
    local low, high = 0, 0
    for i = first, last do
        local value = counters[i]
        if value < low then
            low = value
        elseif value > high then
            high = value
        end
    end
    local log, width = 0, 1
    while low < -bounds[width] or high >= bounds[width] do
        log, width = log + 1, width * 2
    end
    return string.char(id % 256, floor(id / 256), log * 32 + first, last - first + 1) ..
        encode(formats[width][last - first + 1], unpack(counters, first, last))
end

local function load_chunk(into, cell, place, shape, count)
    local first = shape % 32
    local values = {decode(formats[widths[shape - first]][count], cell, place + 4)}
    for i = 1, count do
        into[first + i - 1] = into[first + i - 1] + values[i]
    end
end

-- Limbs between -2^31 and 2^31 - 1; a carry out of the last is dropped.
local function carry(limbs)
    for i = 0, 3 do
        local over = floor((limbs[i] + 2 ^ 31) / 2 ^ 32)
        limbs[i] = limbs[i] - over * 2 ^ 32
        if i < 3 then
            limbs[i + 1] = limbs[i + 1] + over
        end
    end
end

-- The sum of two chunks of one block, whatever they look like.
local function add_chunks(id, old, o, old_shape, old_count, delta, d, shape, count)
    local counters = {}
    for i = 0, 31 do
        counters[i] = 0
    end
    load_chunk(counters, old, o, old_shape, old_count)
    load_chunk(counters, delta, d, shape, count)
    if id >= 32768 then
        carry(counters)
    end
    return encode_chunk(id, counters, 0, 31)
end

-- Most additions touch counters that the old chunk keeps, make them larger in size and leave them
-- within its width. Then only their bytes change: answers those, nil otherwise.
local function add_in_place(old, o, old_width, delta, d, width, count)
    local format, bound = formats[old_width][count], bounds[old_width]
    if count == 1 then
        local was, more = decode(format, old, o), decode(formats[width][1], delta, d)
        local now = was + more
        if was * more >= 0 and now < bound and now >= -bound then
            return encode(format, now)
        end
        return nil
    end

    local values = {decode(format, old, o)}
    -- Bytes are read fastest without their sign; negative ones are rare and left to add_chunks.
    local added, most
    if width == 1 then
        added, most = {byte(delta, d, d + count - 1)}, 127
    else
        added, most = {decode(formats[width][count], delta, d)}, bounds[8]
    end
    for i = 1, count do
        local more = added[i]
        if more > 0 then
            local was = values[i]
            local now = was + more
            if was < 0 or now >= bound or more > most then
                return nil
            end
            values[i] = now
        elseif more < 0 then
            local was = values[i]
            local now = was + more
            if was > 0 or now < -bound then
                return nil
            end
            values[i] = now
        end
    end
    return encode(format, unpack(values, 1, count))
end

local pieces = {}

local function add_cells(old, delta)
    local n = 0
    local o, d = 1, 1
    local copied = 1 -- the first byte of old that no piece holds yet
    local old_size, delta_size = #old, #delta
    while d <= delta_size do
        local low, high, shape, count = byte(delta, d, d + 3)
        local id, first = low + high * 256, shape % 32
        local width = widths[shape - first]
        local old_id, old_shape, old_count, old_first, old_width
        while o <= old_size do
            low, high, old_shape, old_count = byte(old, o, o + 3)
            old_id, old_first = low + high * 256, old_shape % 32
            old_width = widths[old_shape - old_first]
            if old_id >= id then
                break
            end
            o = o + 4 + old_count * old_width
        end

        local bytes, place, after -- what comes for old[place..after - 1]
        if o > old_size or old_id > id then
            place, after, bytes = o, o, sub(delta, d, d + 3 + count * width)
        else
            local skipped = first - old_first
            if skipped >= 0 and skipped + count <= old_count then
                place = o + 4 + skipped * old_width
                after = place + count * old_width
                bytes = add_in_place(old, place, old_width, delta, d + 4, width, count)
            end
            local next = o + 4 + old_count * old_width
            if not bytes then
                place, after = o, next
                bytes = add_chunks(id, old, o, old_shape, old_count, delta, d, shape, count)
            end
            o = next
        end
        pieces[n + 1], pieces[n + 2] = sub(old, copied, place - 1), bytes
        n = n + 2
        d = d + 4 + count * width
        copied = after
    end
    pieces[n + 1] = sub(old, copied)
    return concat(pieces, '', 1, n + 1)
end

---- reading ----

local floors = {}

local function floor_of(name)
    if floors[name] == nil then
        floors[name] = tonumber(call('HGET', prefix .. 'floor', name) or -math.huge)
        for _, list in ipairs({'windows:', 'live:', 'future:'}) do
            expect(prefix .. list .. name, 'zset')
        end
    end
    return floors[name]
end

local dirty, n_dirty = {}, 0
local applied -- the version that the cells will have

-- What must be written for one window, whose members stand from `members` on, their deltas behind
-- them.
local function merge_window(name, start, members, n)
    local path = name .. ':' .. start .. ':'
    local key = concat({prefix .. 'c', generation, name, start}, ':')
    local set, n_set, gone, made, listed = {}, 0, {}, {}, false
    expect(key, 'hash')
    for first = 0, n - 1, ARGUMENTS do
        local last = min(first + ARGUMENTS, n) - 1
        local stored = call('HMGET', key, unpack(ARGV, members + first, members + last))
        for i = first, last do
            local member, delta = ARGV[members + i], ARGV[members + n + i]
            local old = stored[i - first + 1]
            local cell = delta
            if old and old ~= '' then
                cell = add_cells(old, delta)
            elseif delta ~= '' then
                made[#made + 1] = member
            end
            if cell ~= '' or keeps_empty then
                set[n_set + 1], set[n_set + 2] = member, cell
                n_set = n_set + 2
                listed = listed or not old
            elseif old then
                gone[#gone + 1] = member
            end
            dirty[n_dirty + 1], dirty[n_dirty + 2] = applied, path .. member
            n_dirty = n_dirty + 2
        end
    end
    return {key = key, name = name, start = start, set = set, n_set = n_set, gone = gone,
            made = made, listed = listed}
end

-- A removed window takes nothing. Its members live all the same, as if it had been removed a moment later:
-- who is shown must not depend on when windows are removed.
local function skip_window(name, start, members, n)
    local made = {}
    for i = 0, n - 1 do
        if ARGV[members + n + i] ~= '' then
            made[#made + 1] = ARGV[members + i]
        end
    end
    return {name = name, start = start, set = {}, n_set = 0, gone = {}, made = made, listed = false,
            uniques = {}}
end

-- HyperLogLogs of one window's cells: n times a cell's number from 0, METRIC and elements.
local function find_uniques(name, start, members, first, n)
    local uniques = {}
    for i = first, first + 3 * (n - 1), 3 do
        local metric, member = ARGV[i + 1], ARGV[members + ARGV[i]]
        local key = concat({prefix .. 'u', generation, name, start, metric, member}, ':')
        local mark = redis.pcall('GETRANGE', key, 0, 3)
        if mark ~= '' and mark ~= 'HYLL' then
            error({err = 'WRONGTYPE ' .. key .. ' is not a HyperLogLog'})
        end
        uniques[#uniques + 1] = {key = key, elements = ARGV[i + 2]}
    end
    return uniques
end

local function read_windows()
    local windows = {}
    local n_windows = take_number()
    if n_windows == 0 then
        return windows
    end
    expect(prefix .. 'dirty', 'zset')
    expect(prefix .. 'floor', 'hash')
    applied = moved_by
    for _, position in ipairs(call('HVALS', prefix .. 'pos')) do
        applied = applied + offset(position)
    end
    applied = string.format('%.0f', applied)
    for _ = 1, n_windows do
        local name, start = ARGV[at], ARGV[at + 1]
        local n, n_uniques = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
        local members = at + 4
        local uniques = members + 2 * n
        at = uniques + 3 * n_uniques
        if tonumber(start) >= floor_of(name) then
            local window = merge_window(name, start, members, n)
            window.uniques = find_uniques(name, start, members, uniques, n_uniques)
            windows[#windows + 1] = window
        else
            windows[#windows + 1] = skip_window(name, start, members, n)
        end
    end
    return windows
end

-- Counters of one hash; a foreign text among them would fail between two writes.
local function read_counters(name)
    local counters = {key = prefix .. name}
    expect(counters.key, 'hash')
    for i = 1, take_number() do
        local stored = call('HGET', counters.key, ARGV[at])
        if stored and not string.find(stored, '^-?%d+$') then
            error({err = 'ERR ' .. counters.key .. ' holds no number at ' .. ARGV[at]})
        end
        counters[i] = {ARGV[at], ARGV[at + 1]}
        at = at + 2
    end
    return counters
end

local function read_streams()
    local entries = {}
    for i = 1, take_number() do
        local n = tonumber(ARGV[at + 2])
        entries[i] = {key = prefix .. ARGV[at], most = ARGV[at + 1], first = at + 3,
                      last = at + 2 + n}
        expect(entries[i].key, 'stream')
        at = at + 3 + n
    end
    return entries
end

-- Values by the set that is to have them.
local function read_sets()
    local sets = {}
    for _ = 1, take_number() do
        local key = ARGV[at]
        if not sets[key] then
            expect(key, 'set')
            sets[key] = {}
        end
        table.insert(sets[key], ARGV[at + 1])
        at = at + 2
    end
    return sets
end

---- writing ----

-- A commit that catches up brings many windows of a member: the list takes the newest of them.
local newest = {} -- by V:W and member

local function note_live(name, start, made)
    newest[name] = newest[name] or {}
    local starts = newest[name]
    for _, member in ipairs(made) do
        if start > (starts[member] or -math.huge) then
            starts[member] = start
        end
    end
end

local function write_live()
    for name, starts in pairs(newest) do
        local scored, n = {}, 0
        for member, start in pairs(starts) do
            scored[n + 1], scored[n + 2] = start, member
            n = n + 2
        end
        call_in_pieces(2, scored, n, 'ZADD', prefix .. 'live:' .. name, 'GT')
    end
end

local function write_window(window)
    local name, start, made = window.name, window.start, window.made
    call_in_pieces(2, window.set, window.n_set, 'HSET', window.key)
    call_in_pieces(1, window.gone, #window.gone, 'HDEL', window.key)
    if window.listed then
        call('ZADD', prefix .. 'windows:' .. name, start, start)
    end
    for _, unique in ipairs(window.uniques) do
        local elements = {}
        for i = 1, #unique.elements, 8 do
            elements[#elements + 1] = sub(unique.elements, i, i + 7)
        end
        call_in_pieces(1, elements, #elements, 'PFADD', unique.key)
    end
    if tonumber(start) > tip then
        local scored = {}
        for i, member in ipairs(made) do
            scored[2 * i - 1], scored[2 * i] = start, start .. ':' .. member
        end
        call_in_pieces(2, scored, #scored, 'ZADD', prefix .. 'future:' .. name)
    else
        note_live(name, tonumber(start), made)
    end
end

local windows = read_windows()
local counters, entries, sets = {}, {}, {}
if at <= #ARGV then
    counters = {read_counters('totals'), read_counters('reasons')}
    entries = read_streams()
    sets = read_sets()
end

for _, window in ipairs(windows) do
    write_window(window)
end
write_live()
call_in_pieces(2, dirty, n_dirty, 'ZADD', prefix .. 'dirty')
for _, hash in ipairs(counters) do
    for _, counter in ipairs(hash) do
        call('HINCRBY', hash.key, counter[1], counter[2])
    end
end
for _, entry in ipairs(entries) do
    call('XADD', entry.key, 'MAXLEN', entry.most, '*', unpack(ARGV, entry.first, entry.last))
end
for key, values in pairs(sets) do
    call_in_pieces(1, values, #values, 'SADD', key)
end
call_in_pieces(2, moves, #moves, 'HSET', prefix .. 'pos')
return 1
