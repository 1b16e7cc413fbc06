"""Links between pages, and their anchors, lead somewhere."""
import glob
import os
import re

from harness import test

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def pages():
    found = glob.glob(f"{ROOT}/*.md") + glob.glob(f"{ROOT}/docs/**/*.md", recursive=True)
    for folder in ("bench", "tests", "deploy"): found += glob.glob(f"{ROOT}/{folder}/**/*.md", recursive=True)
    return sorted(p for p in found if "/node_modules/" not in p)


def prose(path):
    """A page without its code."""
    with open(path) as f: text = f.read()
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return re.sub(r"`[^`\n]*`", "`code`", text)


def anchors(path):
    """As GitHub makes them."""
    with open(path) as f: text = re.sub(r"^```.*?^```", "", f.read(), flags=re.S | re.M)
    made = set()
    for title in re.findall(r"^#+ (.+?)\s*$", text, re.M):
        slug = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title).lower()).replace(" ", "-")
        n = 1
        while slug + (f"-{n}" if slug in made and n else "") in made: n += 1
        made.add(slug if slug not in made else f"{slug}-{n}")
    return made


@test(quick=True)
def links_lead_somewhere(t):
    wrong, n = [], 0
    for page in pages():
        for target in re.findall(r"!?\[[^]]*\]\(([^)\s]+)\)", prose(page)):
            if re.match(r"[a-z]+:", target): continue
            n += 1
            path, _, anchor = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if not os.path.exists(path): wrong.append(f"{os.path.relpath(page, ROOT)}: no '{target}'")
            elif anchor and anchor not in anchors(path): wrong.append(f"{os.path.relpath(page, ROOT)}: no heading for '{target}'")
    assert not wrong, "\n".join(wrong)
    assert n > 40, n


@test(quick=True)
def every_page_can_be_found(t):
    """From docs/README.md."""
    with open(f"{ROOT}/docs/README.md") as f: index = f.read()
    lost = [os.path.basename(p) for p in glob.glob(f"{ROOT}/docs/*.md") if not p.endswith("/README.md") and f"({os.path.basename(p)})" not in index]
    assert not lost, f"docs/README.md does not name {lost}"


@test(quick=True)
def paths_in_text_exist(t):
    """`deploy/kaiku.yaml` and the like."""
    wrong = []
    for page in pages():
        with open(page) as f: text = f.read()
        for path in re.findall(r"`((?:deploy|docs|tests|src|bench|include|cmake)/[\w./-]+)`", text):
            if "ROOM" not in path and not os.path.exists(f"{ROOT}/{path}"): wrong.append(f"{os.path.relpath(page, ROOT)}: no '{path}'")
    assert not wrong, "\n".join(wrong)
