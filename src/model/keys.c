#include <kaiku/keys.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static int put(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int put(char *out, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(out, size, format, arguments);
    va_end(arguments);
    if (length < 0)
        return KAIKU_INVALID;
    return (size_t)length < size ? length : KAIKU_FULL;
}

int kaiku_key_now(char *out, size_t size, const char *prefix, const char *view, const char *window,
                  const char *member)
{
    return put(out, size, "%s:now:%s:%s:%s", prefix, view, window, member);
}

int kaiku_key_series(char *out, size_t size, const char *prefix, const char *view,
                     const char *window, const char *member)
{
    return put(out, size, "%s:ts:%s:%s:%s", prefix, view, window, member);
}

int kaiku_key_rows(char *out, size_t size, const char *prefix, const char *view, const char *window,
                   const char *set)
{
    return put(out, size, "%s:rows:%s:%s%s%s", prefix, view, window, *set ? ":" : "", set);
}

int kaiku_key_values(char *out, size_t size, const char *prefix, const char *dimension)
{
    return put(out, size, "%s:values:%s", prefix, dimension);
}

int kaiku_key_values_beside(char *out, size_t size, const char *prefix, const char *view, const char *dimension,
                            const char *parent)
{
    return put(out, size, "%s:values:%s:%s:%s", prefix, view, dimension, parent);
}

int kaiku_key_lines(char *out, size_t size, const char *prefix, const char *view, const char *window, const char *set)
{
    return put(out, size, "%s:lines:%s:%s:%s", prefix, view, window, set);
}

int kaiku_key_metric(char *out, size_t size, const char *prefix, const char *metric)
{
    return put(out, size, "%s:metric:%s", prefix, metric);
}

int kaiku_key_trust(char *out, size_t size, const char *prefix)
{
    return put(out, size, "%s:trust", prefix);
}

int kaiku_key_trust_series(char *out, size_t size, const char *prefix)
{
    return put(out, size, "%s:ts:trust", prefix);
}

int kaiku_key_meta(char *out, size_t size, const char *prefix)
{
    return put(out, size, "%s:meta", prefix);
}

int kaiku_key_feed(char *out, size_t size, const char *prefix, const char *alert)
{
    return put(out, size, "%s:{0}:feed:%s", prefix, alert);
}

int kaiku_key_state(char *out, size_t size, const char *prefix, uint32_t shard, const char *name)
{
    return put(out, size, "%s:{%" PRIu32 "}:%s", prefix, shard, name);
}

int kaiku_key_cells(char *out, size_t size, const char *prefix, uint32_t shard, uint32_t generation,
                    const char *view, const char *window, int64_t start_ms)
{
    return put(out, size, "%s:{%" PRIu32 "}:c:%" PRIu32 ":%s:%s:%" PRId64, prefix, shard,
               generation, view, window, start_ms);
}

int kaiku_key_unique(char *out, size_t size, const char *prefix, uint32_t shard,
                     uint32_t generation, const char *view, const char *window, int64_t start_ms,
                     const char *metric, const char *member)
{
    return put(out, size, "%s:{%" PRIu32 "}:u:%" PRIu32 ":%s:%s:%" PRId64 ":%s:%s", prefix, shard,
               generation, view, window, start_ms, metric, member);
}
