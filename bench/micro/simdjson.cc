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

static bool take(ondemand::value value, uint64_t &out)
{
    return !value.get_uint64().get(out);
}

static bool take(ondemand::value value, double &out)
{
    return !value.get_double().get(out);
}

static bool take(ondemand::value value, int &out)
{
    bool is_true;
    if (value.get_bool().get(is_true))
        return false;
    out = is_true;
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
            return take(value, out.ts);
        return key == "touchpoint" ? take(value, out.touchpoint) : true;
    case 'c':
        if (key == "channel")
            return take(value, out.channel);
        return key == "csat" ? take(value, out.csat) : true;
    case 'r':
        return key == "reason" ? take(value, out.reason) : true;
    case 'n':
        return key == "nps" ? take(value, out.nps) : true;
    case 'w':
        return key == "wait_s" ? take(value, out.wait_s) : true;
    default:
        return true;
    }
}

template <typename Field> static bool take_unless_null(ondemand::value value, Field &out)
{
    bool is_null;
    if (value.is_null().get(is_null))
        return false;
    return is_null || take(value, out);
}

static bool take_of_c(ondemand::raw_json_string key, ondemand::value value, ondemand_event &out)
{
    if (key == "channel")
        return take(value, out.channel);
    if (key == "csat")
        return take(value, out.csat);
    if (key == "ces")
        return take(value, out.ces);
    return key == "comment_ref" ? take(value, out.comment_ref) : true;
}

static bool take_of_t(ondemand::raw_json_string key, ondemand::value value, ondemand_event &out)
{
    if (key == "type")
        return take(value, out.type);
    if (key == "time")
        return take(value, out.time);
    if (key == "touchpoint")
        return take(value, out.touchpoint);
    return key == "team" ? take(value, out.team) : true;
}

/* The program that writes them gives null for an agent or an nps only. */
static bool take_contact_field(ondemand::raw_json_string key, ondemand::value value,
                               ondemand_event &out)
{
    switch (key.raw()[0]) {
    case 'i':
        return key == "id" ? take(value, out.id) : true;
    case 'o':
        return key == "op" ? take(value, out.op) : true;
    case 't':
        return take_of_t(key, value, out);
    case 'c':
        return take_of_c(key, value, out);
    case 'a':
        return key == "agent" ? take_unless_null(value, out.agent) : true;
    case 'n':
        return key == "nps" ? take_unless_null(value, out.nps) : true;
    case 'r':
        if (key == "reason")
            return take(value, out.reason);
        return key == "resolved" ? take(value, out.resolved) : true;
    case 'w':
        return key == "wait_s" ? take(value, out.wait_s) : true;
    case 'h':
        return key == "handle_s" ? take(value, out.handle_s) : true;
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

template <bool take_one(ondemand::raw_json_string, ondemand::value, ondemand_event &)>
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
        if (field.key().get(key) || field.value().get(value) || !take_one(key, value, *out))
            return false;
    }
    return true;
}

extern "C" const ondemand_build ONDEMAND_BUILD = {create, destroy, read<take_field>,
                                            read<take_contact_field>};
