#include <propose/propose.h>

#include <base/array.h>

#include <stdlib.h>

int kaiku_sample_add(struct kaiku_sample *sample, struct kaiku_text value, int64_t timestamp_ms)
{
    bool is_kept = value.data && value.size <= KAIKU_SAMPLE_RECORD_MAX;
    struct kaiku_sample_record *records =
        kaiku_array_reserve(sample->records, sample->n, &sample->capacity, sizeof(*records));
    char *copy = NULL;

    if (!records)
        return KAIKU_NOMEM;
    sample->records = records;
    if (is_kept) {
        copy = malloc(value.size + 1);
        if (!copy)
            return KAIKU_NOMEM;
        memcpy(copy, value.data, value.size);
        copy[value.size] = '\0';
        sample->bytes += value.size;
    }
    records[sample->n++] = (struct kaiku_sample_record){copy, (uint32_t)value.size, timestamp_ms};
    return KAIKU_OK;
}

void kaiku_sample_release(struct kaiku_sample *sample)
{
    for (uint32_t i = 0; i < sample->n; i++)
        free(sample->records[i].value);
    free(sample->records);
    *sample = (struct kaiku_sample){0};
}
