/* Status codes: what every fallible kaiku function returns.
 *
 * 0 is success, failures are negative. Thread-safe: constants and pure functions only.
 */
#ifndef KAIKU_STATUS_H
#define KAIKU_STATUS_H

/* One row a code: name, value, text in the style of git's messages. */
#define KAIKU_STATUS_TABLE(X)                                                                      \
    X(OK, 0, "done")                                                                               \
    X(NOMEM, -1, "out of memory")                                                                  \
    X(INVALID, -2, "invalid argument or content")                                                  \
    X(IO, -3, "input or output failed")                                                            \
    X(TIMEOUT, -4, "timed out")                                                                    \
    X(AGAIN, -5, "not now, try again")                                                             \
    X(END, -6, "nothing more will come")                                                           \
    X(CONFIG, -7, "mistake in the configuration")                                                  \
    X(REFUSED, -8, "refused to start or to go on")                                                 \
    X(MISMATCH, -9, "stored positions differ from the expected ones")                              \
    X(AWAY, -10, "server is away")                                                                 \
    X(FULL, -11, "a bounded structure is full")                                                    \
    X(MISSING, -12, "not found")                                                                   \
    X(STOPPED, -13, "stopped on request")

enum kaiku_status {
#define X(name, value, text) KAIKU_##name = (value),
    KAIKU_STATUS_TABLE(X)
#undef X
};

/* Text of a status, a constant; "unknown status" for any other number. */
const char *kaiku_status_text(int status);

#define KAIKU_MUST_CHECK __attribute__((warn_unused_result))

#endif
