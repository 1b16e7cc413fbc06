#include "trust.h"

#include <kaiku/keys.h>

#include <math.h>

int app_trust_read(struct kaiku_view_reader *reader, const char *prefix, struct app_trust *out)
{
    char key[KAIKU_KEY_MAX];
    struct kaiku_pairs pairs;
    int status = KAIKU_INVALID;
    const struct {
        const char *name;
        int64_t *out;
    } figures[] = {
        {"consumed", &out->consumed},   {"counted", &out->counted},
        {"retracted", &out->retracted}, {"duplicate", &out->duplicate},
        {"rejected", &out->rejected},   {"ignored", &out->ignored},
        {"late", &out->late},           {"bad_answers", &out->bad_answers},
        {"lag", &out->lag},             {"commits", &out->commits},
        {"high_time", &out->high_ms},   {"updated", &out->updated_ms},
    };

    if (kaiku_key_trust(key, sizeof(key), prefix) >= 0)
        status = kaiku_view_reader_hash(reader, key, &pairs);
    for (size_t i = 0; status == KAIKU_OK && i < sizeof(figures) / sizeof(figures[0]); i++) {
        double number = kaiku_pairs_number(pairs, figures[i].name);

        *figures[i].out = isnan(number) ? 0 : (int64_t)number;
    }
    return status;
}

bool app_trust_adds_up(const struct app_trust *trust)
{
    return trust->consumed ==
           trust->counted + trust->retracted + trust->duplicate + trust->rejected + trust->ignored;
}
