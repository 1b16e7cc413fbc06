"""What the data sources of Grafana make of an answer: frames, as lists of fields with a name, a type and values.

Redis: by the rules of the plugin redis-datasource 2.2.0. Infinity: by its backend parser, with columns given."""
import json
import re
import shlex

NUMBER = re.compile(r"[+-]?(inf|infinity|nan|(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)",
                    re.IGNORECASE)    # that Go's ParseFloat takes


def frame(ref, *fields, name=""):
    return {"refId": ref, "name": name, "fields": list(fields)}


def field(name, values):
    """Its type is that of the first value: a later text among numbers becomes 0."""
    if values and NUMBER.fullmatch(values[0]):
        return {"name": name, "type": "number", "values": [float(v) if NUMBER.fullmatch(v) else 0. for v in values]}
    return {"name": name, "type": "string", "values": values}


def columns(entries):
    """Those of the entries of a stream: one that an entry lacks is 0 or empty there."""
    names = dict.fromkeys(name for _, values in entries for name in values)
    found = []
    for name in names:
        blank = "0" if NUMBER.fullmatch(next(v[name] for _, v in entries if name in v)) else ""
        found.append(field(name, [values.get(name, blank) for _, values in entries]))
    return found


class Redis:
    """clients: uid of a data source -> a client that is its user."""

    def __init__(self, clients):
        self.clients = clients

    def variable(self, source, query):
        """A raw command, split as a shell does."""
        return list(map(str, self.clients[source].execute_command(*shlex.split(query)))) or ["(empty array)"]

    def query(self, target, begin, end):
        ref, key, name = target["refId"], target["keyName"], target["command"]
        assert target["type"] == "command" and target["query"] == "", target
        client = self.clients[target["datasource"]["uid"]]
        if name == "hgetall": return frame(ref, *(field(k, [v]) for k, v in client.hgetall(key).items()))
        if name == "hmget":
            names = shlex.split(target["field"])
            return frame(ref, *(field(n, [v or ""]) for n, v in zip(names, client.hmget(key, names))))
        if name in ("hget", "get", "ttl", "xlen", "scard"):
            value = client.execute_command(name, key, *target.get("field", "").split())
            return frame(ref, field("Value", ["" if value is None else str(value)]), name=key)
        if name in ("xrange", "xrevrange"): return self.stream(client, target, begin, end)
        raise AssertionError(f"no command of the plugin: '{name}'")

    @staticmethod
    def stream(client, target, begin, end):
        first, last = target.get("start") or f"{begin}-0", target.get("end") or f"{end}-0"
        count = target.get("count") or None
        if target["command"] == "xrange": entries = client.xrange(target["keyName"], first, last, count)
        else: entries = client.xrevrange(target["keyName"], last, first, count)
        ids = [i for i, _ in entries]
        return frame(target["refId"], {"name": "$streamId", "type": "string", "values": ids},
                     {"name": "$time", "type": "time", "values": [int(i.split("-")[0]) for i in ids]},
                     *columns(entries))


class Infinity:
    """ask: given a path and parameters, the text of the answer."""

    TYPES = {"number": "number", "string": "string", "timestamp_epoch": "time"}

    def __init__(self, ask):
        self.ask = ask

    def rows(self, target):
        assert (target["type"], target["source"], target["parser"]) == ("json", "url", "backend"), target
        answer = json.loads(self.ask(target["url"], {p["key"]: p["value"] for p in target["url_options"]["params"]}))
        if target["root_selector"]: answer = answer[target["root_selector"]]
        return answer if isinstance(answer, list) else [answer]

    def variable(self, source, query):
        """The values of the first column."""
        return [row[query["infinityQuery"]["columns"][0]["selector"]] for row in self.rows(query["infinityQuery"])]

    def query(self, target, begin, end):
        rows = self.rows(target)
        return frame(
            target["refId"],
            *({"name": c["text"], "type": self.TYPES[c["type"]], "values": [row.get(c["selector"]) for row in rows]}
              for c in target["columns"]))
