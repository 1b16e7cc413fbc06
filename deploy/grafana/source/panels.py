"""Pieces of dashboards, as Grafana wants them in JSON: a panel is told by its question, its queries and its columns."""

REDIS = {"type": "redis-datasource", "uid": "kaiku"}
FEEDS = {"type": "redis-datasource", "uid": "kaiku-feeds"}
API = {"type": "yesoreyeram-infinity-datasource", "uid": "kaiku-api"}
METRICS = {"type": "prometheus", "uid": "kaiku-metrics"}

NO_VALUE = {"type": "special", "options": {"match": "null+nan", "result": {"text": "–", "index": 0}}}

# ---------------------------------------------------------------- queries


def command(name, key, ref="A", source=REDIS, **more):
    """A command of the Redis data source. `query` stays empty: anything else in it would be run as a raw command."""
    return {"refId": ref, "datasource": source, "type": "command", "command": name, "query": "", "keyName": key} | more


def fields(key, names, ref="A", source=REDIS):
    return command("hmget", key, ref, source, field=" ".join(names))


def series(key, ref="A"):
    """Entries within the dashboard's time range: so it is where neither start nor end is given."""
    return command("xrange", key, ref)


def table_of(key, ref="A"):
    """All entries: their ids have little to do with the dashboard's time range."""
    return command("xrange", key, ref, start="-", end="+")


def newest(key, count, source=FEEDS):
    return command("xrevrange", key, source=source, start="-", end="+", count=count)


def get(path, columns, ref="A", root="", **params):
    """A request of the Infinity data source; columns: name in the answer -> (name here, type)."""
    return {"refId": ref, "datasource": API, "type": "json", "source": "url", "parser": "backend", "format": "table",
            "url": f"/api/v1/{path}", "root_selector": root,
            "url_options": {"method": "GET", "params": [{"key": k, "value": v} for k, v in params.items()]},
            "columns": [{"selector": k, "text": text, "type": kind} for k, (text, kind) in columns.items()]}


def metric(expression, legend, ref="A"):
    return {"refId": ref, "datasource": METRICS, "expr": expression, "legendFormat": legend, "range": True}


# ---------------------------------------------------------------- transformations


def step(name, options, ref=None):
    """Of all queries, or of one."""
    return {"id": name, "options": options} | ({"filter": {"id": "byRefId", "options": ref}} if ref else {})


def only(columns, ref=None):
    """These columns, in this order, under these names: a dict. Those that are not there are left out."""
    return [step("filterFieldsByName", {"include": {"names": list(columns)}}, ref),
            step("organize", {"excludeByName": {}, "indexByName": {k: i for i, k in enumerate(columns)},
                              "renameByName": {k: v for k, v in columns.items() if k != v}}, ref)]


def where(field, condition, value, ref=None):
    return step("filterByValue", {"type": "include", "match": "any", "filters": [
        {"fieldName": field, "config": {"id": condition, "options": {"value": value}}}]}, ref)


def where_is(field, variable, ref=None):
    """Texts that read as a number have a no-break space before them."""
    return where(field, "regex", f"^\\u00a0?${{{variable}:regex}}$", ref)


def joined(field, mode="inner"):
    return step("joinByField", {"byField": field, "mode": mode})


def split_by(field):
    """A line for each value, see named_by."""
    return step("partitionByValues", {"fields": [field], "keepFields": False, "naming": {"asLabels": True}})


def matrix(column, row, value):
    return step("groupingToMatrix", {"columnField": column, "rowField": row, "valueField": value, "emptyValue": "null"})


def sorted_by(field, descending=False):
    return step("sortBy", {"fields": {}, "sort": [{"field": field, "desc": descending}]})


def counted_by(field, of):
    return step("groupBy", {"fields": {field: {"operation": "groupby", "aggregations": []},
                                       of: {"operation": "aggregate", "aggregations": ["count"]}}})


def difference(left, right, name):
    return step("calculateField", {"mode": "binary", "alias": name, "replaceFields": False,
                                   "binary": {"left": left, "operator": "-", "right": right}})


def total(columns, name):
    return step("calculateField", {"mode": "reduceRow", "alias": name, "replaceFields": False,
                                   "reduce": {"reducer": "sum", "include": columns}})


# ---------------------------------------------------------------- how fields look


def steps(*colours, mode="absolute"):
    """A colour, then pairs of a value and the colour from there on."""
    first, *rest = colours
    return {"mode": mode, "steps": [{"color": first, "value": None}] + [{"color": c, "value": v} for v, c in rest]}


def texts(**results):
    return {"type": "value", "options": {k: {"text": text, "color": colour, "index": i + 1}
                                         for i, (k, (text, colour)) in enumerate(results.items())}}


def look(name, **properties):
    """How the field of this name looks; underscores in names of properties stand for dots."""
    return {"matcher": {"id": "byName", "options": name},
            "properties": [{"id": k.replace("_", "."), "value": v} for k, v in properties.items()]}


POINTS = {"decimals": 0}
PER_CENT = {"unit": "percent", "decimals": 1}
SECONDS = {"unit": "s", "decimals": 0}
DATE = {"unit": "dateTimeAsSystem"}
CELL = {"custom_cellOptions": {"type": "color-text"}}

# ---------------------------------------------------------------- panels


def panel(kind, title, why, targets, width, options, transformations=(), looks=(), defaults=None, links=()):
    return {
        "type": kind, "title": title, "description": why, "width": width, "datasource": targets[0]["datasource"],
        "targets": targets, "transformations": list(transformations), "options": options, "links": list(links),
        "fieldConfig": {
            "defaults": {"mappings": [NO_VALUE], "color": {"mode": "fixed", "fixedColor": "text"}} | (defaults or {}),
            "overrides": list(looks)
        }
    }


def stat(title, why, targets, width, which="", **more):
    """The values of one row beside each other; which: a pattern of fields, else the numbers."""
    options = {
        "reduceOptions": {"values": False, "calcs": ["lastNotNull"],
                          "fields": which}, "orientation": "auto", "textMode": "value_and_name", "colorMode": "value",
        "graphMode": "none", "justifyMode": "auto", "wideLayout": True
    }
    return panel("stat", title, why, targets, width, options, **more)


def bars(title, why, targets, width, defaults=None, **more):
    options = {
        "reduceOptions": {"values": False, "calcs": ["lastNotNull"], "fields": ""}, "orientation": "horizontal",
        "displayMode": "basic", "valueMode": "text", "showUnfilled": True, "namePlacement": "auto", "sizing": "auto"
    }
    return panel("bargauge", title, why, targets, width, options,
                 defaults={"min": 0, "color": {"mode": "fixed", "fixedColor": "blue"}} | (defaults or {}), **more)


def table(title, why, targets, width, **more):
    options = {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "fields": ""}}
    return panel("table", title, why, targets, width, options, **more)


def chart(title, why, targets, width, defaults=None, **more):
    """Lines over time. What is nan stays a gap."""
    options = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
               "tooltip": {"mode": "multi", "sort": "desc"}}
    custom = {
        "drawStyle": "line", "lineWidth": 2, "pointSize": 5, "showPoints": "auto", "spanNulls": False, "fillOpacity": 0
    }
    return panel("timeseries", title, why, targets, width, options,
                 defaults={"color": {"mode": "palette-classic"}, "custom": custom} | (defaults or {}), **more)


def columns_chart(title, why, targets, width, x, **more):
    options = {
        "xField": x, "orientation": "horizontal", "stacking": "none", "showValue": "auto", "groupWidth": .7,
        "barWidth": .9, "legend": {"showLegend": False, "displayMode": "list", "placement": "bottom",
                                   "calcs": []}, "tooltip": {"mode": "single", "sort": "none"}
    }
    return panel("barchart", title, why, targets, width, options, **more)


def interval(low, high):
    """Looks that draw a band between two lines."""
    silent = {
        "custom_lineWidth": 0, "custom_showPoints": "never",
        "custom_hideFrom": {"legend": True, "tooltip": False,
                            "viz": False}, "color": {"mode": "fixed", "fixedColor": "semi-dark-blue"}
    }
    return [look(low, **silent), look(high, **silent, custom_fillBelowTo=low, custom_fillOpacity=20)]


# ---------------------------------------------------------------- variables and dashboards


def values(name, label, query, chosen="_all"):
    """Values of a dimension; where the roll-up is not the one that is chosen first, it cannot be chosen."""
    regex = "/^(?<value>_?(?<text>.*))$/" if chosen == "_all" else "/^(?!_all$)(?<value>_?(?<text>.*))$/"
    return {
        "name": name, "label": label, "type": "query", "datasource": REDIS, "query": query, "definition": query,
        "regex": regex, "refresh": 1, "sort": 1, "multi": False, "includeAll": False, "options": [],
        "current": {"text": chosen.removeprefix("_"), "value": chosen}
    }


def choice(name, label, values, chosen):
    """values: text -> value."""
    text = next(k for k, v in values.items() if v == chosen)
    return {
        "name": name, "label": label, "type": "custom", "query": ", ".join(f"{k} : {v}" for k, v in values.items()),
        "multi": False, "includeAll": False, "current": {"text": text, "value": chosen},
        "options": [{"text": k, "value": v, "selected": v == chosen} for k, v in values.items()]
    }


def dashboard(uid, title, why, rows, variables=(), since="now-24h", refresh="10s", zone="browser"):
    """rows: (height, panels), placed from left to right."""
    panels, y = [], 0
    for height, row in rows:
        x = 0
        for p in row:
            width = p.pop("width")
            panels.append({"id": len(panels) + 1, "gridPos": {"x": x, "y": y, "w": width, "h": height}} | p)
            x += width
        y += height
    return {
        "uid": uid, "title": title, "description": why, "tags": ["kaiku"], "schemaVersion": 39, "version": 1,
        "editable": True, "timezone": zone, "time": {"from": since, "to": "now"}, "refresh": refresh, "graphTooltip": 1,
        "fiscalYearStartMonth": 0, "links": [{
            "type": "dashboards", "title": "kaiku", "tags": ["kaiku"], "asDropdown": False, "includeVars": False,
            "keepTime": False, "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""
        }], "templating": {"list": list(variables)}, "annotations": {"list": []}, "panels": panels
    }
