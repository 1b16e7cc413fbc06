/* What a text looks like. */
#ifndef PROPOSE_FORMS_H
#define PROPOSE_FORMS_H

#include <base/text.h>

bool form_is_number(struct kaiku_text text);
bool form_is_email(struct kaiku_text text);
/* Seven digits and more, with nothing but + ( ) - . / and blanks between them. */
bool form_is_phone(struct kaiku_text text);
/* scheme://... */
bool form_is_link(struct kaiku_text text);
/* Begins with yyyy-mm-dd. */
bool form_is_date(struct kaiku_text text);

#endif
