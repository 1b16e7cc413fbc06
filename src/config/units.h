/* Scalars of the configuration: strict readers of text, nothing guessed. KAIKU_INVALID where the
 * text is none of its kind; *out is untouched then. */
#ifndef CONFIG_UNITS_H
#define CONFIG_UNITS_H

#include <base/text.h>

#define KAIKU_SECOND_MS INT64_C(1000)
#define KAIKU_MINUTE_MS (60 * KAIKU_SECOND_MS)
#define KAIKU_HOUR_MS (60 * KAIKU_MINUTE_MS)
#define KAIKU_DAY_MS (24 * KAIKU_HOUR_MS)
#define KAIKU_DURATION_MAX_MS (100000 * KAIKU_DAY_MS)

/* `0`, `42`, `-3`: no sign +, no leading zero (YAML reads 010 as 8), no underscores; 15 digits. */
int kaiku_integer_read(struct kaiku_text text, int64_t *out) KAIKU_MUST_CHECK;

/* `250ms 30s 5m 1h 7d`, at most KAIKU_DURATION_MAX_MS. */
int kaiku_duration_read(struct kaiku_text text, int64_t *out_ms) KAIKU_MUST_CHECK;

/* The same in the largest unit that divides it. */
struct kaiku_duration_text {
    char text[24];
};
struct kaiku_duration_text kaiku_duration_write(int64_t ms);

/* Bytes: `1000`, `64KiB`, `1MiB`. */
int kaiku_size_read(struct kaiku_text text, int64_t *out) KAIKU_MUST_CHECK;

/* `LOW..HIGH`, both integers. */
int kaiku_range_read(struct kaiku_text text, int64_t *low, int64_t *high) KAIKU_MUST_CHECK;

/* [a-z][a-z0-9_]* */
bool kaiku_name_is_valid(struct kaiku_text text);

/* RFC 6901, and not the empty pointer. */
bool kaiku_pointer_is_valid(struct kaiku_text text);

/* Without blanks at both ends. */
struct kaiku_text kaiku_text_trim(struct kaiku_text text);

#endif
