#include "ondemand.h"

#include <simdjson.h>

#include <new>

using namespace simdjson;

static bool take(ondemand::value value, ondemand_text &out)
{
    std::string_view text;
    if (value.get_string().get(text))
        return false;
    out = {text.data(), text.size()};
    return true;
}

/* The first letter decides which keys are compared. */
static bool take_field(ondemand::raw_json_string key, ondemand::value value, ondemand_event &out)
{
    switch (key.raw()[0]) {
    case 'e':
        return key == "event_id" ? take(value, out.id) : true;
    case 't':
        if (key == "ts")
            return !value.get_uint64().get(out.ts);
        return key == "touchpoint" ? take(value, out.touchpoint) : true;
    case 'c':
        if (key == "channel")
            return take(value, out.channel);
        return key == "csat" ? !value.get_uint64().get(out.csat) : true;
    case 'r':
        return key == "reason" ? take(value, out.reason) : true;
    case 'n':
        return key == "nps" ? !value.get_uint64().get(out.nps) : true;
    case 'w':
        return key == "wait_s" ? !value.get_double().get(out.wait_s) : true;
    default:
        return true;
    }
}

static void *create()
{
    return new (std::nothrow) ondemand::parser;
}

static void destroy(void *reader)
{
    delete static_cast<ondemand::parser *>(reader);
}

static bool read(void *reader, const char *record, size_t size, ondemand_event *out)
{
    ondemand::document document;
    ondemand::object object;
    auto *parser = static_cast<ondemand::parser *>(reader);

    if (parser->iterate(record, size, size + SIMDJSON_PADDING).get(document) ||
        document.get_object().get(object))
        return false;
    for (auto field : object) {
        ondemand::raw_json_string key;
        ondemand::value value;
        if (field.key().get(key) || field.value().get(value) || !take_field(key, value, *out))
            return false;
    }
    return true;
}

extern "C" const ondemand_build ONDEMAND_BUILD = {create, destroy, read};
