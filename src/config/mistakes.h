/* Collecting mistakes: see config/config.h for what the caller gets. */
#ifndef CONFIG_MISTAKES_H
#define CONFIG_MISTAKES_H

#include <config/config.h>

/* Appends a mistake; the text is formatted at once. KAIKU_NOMEM leaves the list as it was. */
int kaiku_mistakes_add(struct kaiku_mistakes *mistakes, uint32_t line, uint32_t column,
                       const char *format, ...)
    __attribute__((format(printf, 4, 5))) KAIKU_MUST_CHECK;
int kaiku_mistakes_add_list(struct kaiku_mistakes *mistakes, uint32_t line, uint32_t column,
                            const char *format, va_list arguments)
    __attribute__((format(printf, 4, 0))) KAIKU_MUST_CHECK;

/* Into the order of the file. */
void kaiku_mistakes_sort(struct kaiku_mistakes *mistakes);

/* Text of a user as it may stand in a message: in quotes, on one line, of bounded length. */
struct kaiku_quote {
    char text[80];
};
struct kaiku_quote kaiku_quote(struct kaiku_text text);

#endif
