#include <kaiku/status.h>

const char *kaiku_status_text(int status)
{
    switch (status) {
#define X(name, value, text)                                                                       \
    case KAIKU_##name:                                                                             \
        return text;
        KAIKU_STATUS_TABLE(X)
#undef X
    default:
        return "unknown status";
    }
}
