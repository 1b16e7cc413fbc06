#include <aggregate/pieces.h>

#include <criterion/criterion.h>

enum { MINUTE = 60000, HOUR = 3600000 };

static struct kaiku_calendar *calendar;
static struct kaiku_view view;
static struct kaiku_pieces pieces;

/* In Kolkata days begin at half past a UTC hour, so an hour holds parts of two days. */
static void set_up(void)
{
    cr_assert_eq(kaiku_calendar_create("Asia/Kolkata", &calendar), KAIKU_OK);
    view.n_windows = 2;
    view.windows[0] = (struct kaiku_window){
        .name = "1h", .unit = KAIKU_FIXED, .length_ms = HOUR, .retention_ms = 2 * HOUR};
    view.windows[1] =
        (struct kaiku_window){.name = "day", .unit = KAIKU_DAY, .retention_ms = 48 * (int64_t)HOUR};
    cr_assert_eq(kaiku_pieces_init(&pieces, calendar, &view, 4096), KAIKU_OK);
}

static void tear_down(void)
{
    kaiku_pieces_release(&pieces);
    kaiku_calendar_destroy(calendar);
}

TestSuite(pieces, .init = set_up, .fini = tear_down);

static const int64_t midnight = 1767205800000; /* 2026-01-01T00:00+05:30 */

Test(pieces, end_at_every_windows_bound)
{
    uint32_t before = kaiku_pieces_find(&pieces, midnight - 1);
    uint32_t after = kaiku_pieces_find(&pieces, midnight);
    cr_assert_neq(before, after);
    cr_assert_eq(kaiku_pieces_at(&pieces, before)->span.end, midnight);
    cr_assert_eq(kaiku_pieces_at(&pieces, after)->span.start, midnight);
    cr_assert_eq(kaiku_pieces_at(&pieces, before)->window_start[0],
                 kaiku_pieces_at(&pieces, after)->window_start[0]);
    cr_assert_eq(kaiku_pieces_at(&pieces, after)->window_start[1], midnight);
    cr_assert_eq(kaiku_pieces_at(&pieces, before)->window_start[1], midnight - 24 * (int64_t)HOUR);
}

Test(pieces, are_found_again_whatever_came_between)
{
    uint32_t first[48];
    for (int round = 0; round < 3; round++) {
        for (int h = 0; h < 48; h++) {
            uint32_t n = kaiku_pieces_find(&pieces, midnight + h * (int64_t)HOUR * 7 + round * MINUTE);
            if (round == 0)
                first[h] = n;
            cr_assert_eq(n, first[h]);
        }
    }
    uint32_t count = pieces.table.count;
    kaiku_pieces_clear(&pieces);
    cr_assert_eq(pieces.table.count, 0);
    for (int h = 47; h >= 0; h--)
        kaiku_pieces_find(&pieces, midnight + h * (int64_t)HOUR * 7);
    cr_assert_eq(pieces.table.count, count);
}

Test(pieces, windows_expire_one_by_one_and_not_a_millisecond_early)
{
    const struct kaiku_piece *piece = kaiku_pieces_at(&pieces, kaiku_pieces_find(&pieces, midnight));
    int64_t hour_until = midnight - HOUR / 2 + HOUR + 2 * HOUR;
    int64_t day_until = midnight + 24 * (int64_t)HOUR + 48 * (int64_t)HOUR;
    cr_assert_eq(kaiku_piece_expired(&pieces, piece, hour_until), 0);
    cr_assert_eq(kaiku_piece_expired(&pieces, piece, hour_until + 1), 1);
    cr_assert_eq(kaiku_piece_expired(&pieces, piece, day_until), 1);
    cr_assert_eq(kaiku_piece_expired(&pieces, piece, day_until + 1), 3);
}
