"""Variables of a dashboard: their values, and what becomes of ${name} and ${name:format}."""
import re
import urllib.parse

BUILT_IN = ("__from", "__to", "__url_time_range", "__field", "__value", "__rate_interval")
REFERENCE = re.compile(r"\$\{(\w+)(?:\.[\w.]+)?(?::(\w+))?\}|\$(__\w+)")
FORMATS = {
    None: str, "text": lambda v: v.removeprefix("_"), "regex": re.escape,
    "doublequote": lambda v: '"' + v.replace('"', '\\"') + '"',
    "percentencode": lambda v: urllib.parse.quote(v, safe="")
}


def references(text):
    return [(name or built_in, form or None) for name, form, built_in in REFERENCE.findall(text)]


def substituted(value, values):
    """In all texts of a piece of a dashboard."""
    if isinstance(value, dict): return {k: substituted(v, values) for k, v in value.items()}
    if isinstance(value, list): return [substituted(v, values) for v in value]
    if not isinstance(value, str): return value
    return REFERENCE.sub(lambda m: FORMATS[m[2]](values[m[1]]) if m[1] in values else m[0], value)


def matched(regex, values):
    """As Grafana reads a variable's regular expression: those that match, by the group `value`."""
    if not regex: return values
    pattern = re.compile(regex.strip("/").replace("(?<", "(?P<").replace("(?P<!", "(?<!").replace("(?P<=", "(?<="))
    found = [pattern.search(v) for v in values]
    return [m["value"] for m in found if m]


def options(variable, sources, chosen):
    """All values that it offers, where the others have those that are chosen."""
    if variable["type"] == "custom": return [o["value"] for o in variable["options"]]
    source = variable["datasource"]
    got = sources[source["type"]].variable(source["uid"], substituted(variable["query"], chosen))
    return sorted(matched(variable["regex"], got)) + ([variable["allValue"]] if variable["includeAll"] else [])


def selections(dashboard, sources):
    """The values that are chosen at first, and then each other value of one variable after the other, as dicts."""
    listed = dashboard["templating"]["list"]
    first = {}
    for v in listed:
        value = v["current"]["value"]
        first[v["name"]] = v["allValue"] if value == "$__all" else value
        assert first[v["name"]] in options(v, sources, first), (v["name"], first, options(v, sources, first))
    yield first
    for v in listed:
        for value in options(v, sources, first):
            if value == first[v["name"]]: continue
            other = first | {v["name"]: value}
            for below in listed:        # those whose query names it begin at their first value
                if any(name == v["name"] for name, _ in references(str(below.get("query")))):
                    other[below["name"]] = options(below, sources, other)[0]
            yield other
