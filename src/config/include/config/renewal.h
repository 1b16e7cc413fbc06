/* Which configuration a running process may take up in place of its own. */
#ifndef CONFIG_RENEWAL_H
#define CONFIG_RENEWAL_H

#include <config/config.h>

enum { KAIKU_RENEWAL_WHY = 256 };

/* OK: `now` differs from `former` at most in what is shown, when it is committed, how many cells are held, what is logged,
 * and the API's token; not in where events come from, what is counted, and where that is kept. REFUSED: why says what
 * differs, and no secret stands in it. Where it is not OK, why (of KAIKU_RENEWAL_WHY bytes) says something. */
int kaiku_settings_may_follow(const struct kaiku_settings *former, const struct kaiku_settings *now,
                              char *why) KAIKU_MUST_CHECK;

#endif
