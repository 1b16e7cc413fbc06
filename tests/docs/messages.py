"""docs/operations.md names every line that kaiku logs."""
import glob
import os
import re

from harness import test

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CALL = re.compile(r'\bkaiku_(?:info|warn|error)\(\s*((?:"(?:[^"\\]|\\.)*"|PRI\w+|\s)+)|\bkaiku_log\(\w+,\s*((?:"(?:[^"\\]|\\.)*"|PRI\w+|\s)+)')
CONVERSION = re.compile(r"%[-+ #0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|j|z|t|L)?[a-zA-Z]|%(?=\s*$)")
NOT_FOR_USERS = {"base/failpoint.c"}  # in test builds only


def messages():
    """{message with ... for what varies: where it stands}"""
    found = {}
    for path in sorted(glob.glob(f"{ROOT}/src/**/*.c", recursive=True)):
        name = os.path.relpath(path, f"{ROOT}/src")
        if name in NOT_FOR_USERS or name == "base/log.c": continue
        with open(path) as f: text = f.read()
        calls = len(re.findall(r"\bkaiku_(?:info|warn|error|log)\(", text))
        matches = [a or b for a, b in CALL.findall(text)]
        assert len(matches) == calls, f"{name}: {calls} calls, {len(matches)} with a text that can be read"
        for match in matches: found[written(match)] = name
    return found


def written(literal):
    """"%s: " PRId64 " cells" as people see it: `...: ... cells`."""
    text = re.sub(r'"\s*PRI\w+\s*"', "d", literal)
    text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
    text = CONVERSION.sub("...", text.replace("%%", "\0")).replace("\0", "%")
    return re.sub(r"(\.\.\.)+", "...", text)


@test(quick=True)
def every_log_line_is_explained(t):
    with open(f"{ROOT}/docs/operations.md") as f: page = f.read()
    listed = set(re.findall(r"^\| `(.+?)` \|", page, re.M))
    said = messages()
    assert len(said) > 35, len(said)
    missing = [f"| `{text}` | ... |   ({name})" for text, name in said.items() if text not in listed]
    assert not missing, "docs/operations.md says nothing of\n" + "\n".join(missing)
    stale = [text for text in listed if text not in said and "..." in text]
    assert not stale, f"nothing logs {stale}"


@test(quick=True)
def conversions_become_dots(t):
    assert written('"offsets %lld to %" PRId64 " of \'%.*s\', %.0f %% of a core%s"') == "offsets ... to ... of '...', ... % of a core..."
