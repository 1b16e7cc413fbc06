#!/usr/bin/python3
"""Man pages and completion for shells, from what the program itself says: generate.py KAIKU SOURCES OUT

`kaiku --help` lists the commands, `kaiku COMMAND --help` explains each; kaiku.yaml(5) is docs/configuration.md. The
build calls this, so nothing of it is kept in the sources, and nothing can be out of date."""
import email.utils
import os
import re
import subprocess
import sys

import completion
import roff


class Command:
    """What `--help` says: usage, paragraphs, options, an example."""

    def __init__(self, name, summary, text):
        self.name, self.summary = name, summary
        self.usages, self.paragraphs, self.options, self.examples = [], [], [], []
        for block in re.split(r"\n\n+", text.strip()):
            if block.startswith("usage: "):
                self.usages = [" ".join(usage.split()) for usage in re.split(r"\n\s*(?=kaiku )", block[7:])]
            elif re.match(r" +-", block): self.read_options(block)
            elif block.startswith("example: "): self.examples = [line.strip() for line in block[9:].splitlines()]
            else: self.paragraphs.append(block)
        named = {option for option, _, _ in self.options}
        for option, value in re.findall(r"(--[a-z][a-z-]*)(?:[ =]([A-Z]+))?", " ".join(self.usages)):
            if option not in named: self.options.append((option, value, ""))

    def read_options(self, block):
        for line in block.splitlines():
            found = re.match(r"  (--[a-z][a-z-]*)(?:[ =]([A-Z]+))?\s\s*(.*)", line)
            if found: self.options.append((found[1], found[2] or "", found[3]))
            else: self.options[-1] = (*self.options[-1][:2], f"{self.options[-1][2]} {line.strip()}")

    @property
    def takes_files(self):
        return bool(re.search(r"\b(CONFIG|FILE)\b", " ".join(self.usages)))


def said(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def read_commands(kaiku):
    """The overview's paragraph, and its commands."""
    overview = said(kaiku, "--help")
    rows = re.findall(r"^  (\w[\w-]*) +(.+)$", overview, flags=re.M)
    return overview.split("\n\n")[1], [Command(name, summary, said(kaiku, name, "--help")) for name, summary in rows]


def title(name, section, version, date):
    return f'.TH {name} {section} {date} "kaiku {version}" "kaiku"\n'


def describe(command):
    """Paragraphs go on in one, as the lines of a help text are cut for terminals."""
    summary = command.summary[0].upper() + command.summary[1:] + "."
    out = f".SS kaiku {command.name}\n" + "".join(f".B {roff.escape(u, True)}\n.br\n" for u in command.usages)
    out += "".join(f".PP\n{roff.escape(p)}\n" for p in [summary, *command.paragraphs])
    for option, value, text in command.options:
        shown = roff.escape(option, True)
        out += ".TP\n" + (f".BI {shown} \" {value}\"\n" if value else f".B {shown}\n")
        out += (roff.escape(text) or "see above") + "\n"
    return out + "".join(roff.literal_block(e) for e in command.examples)


def exit_codes(sources):
    """The first table of docs/commands.md."""
    with open(f"{sources}/docs/commands.md") as f: text = f.read()
    return roff.convert(re.search(r"(^\|.*\n)+", text, flags=re.M)[0])


def kaiku_1(head, about, commands, sources):
    return head + f""".SH NAME
kaiku \\- {roff.escape(about.rstrip('.'))}
.SH SYNOPSIS
.B kaiku
.I COMMAND
.RI [ ARGUMENT ]...
.br
.B kaiku
.RI [ COMMAND ]
.B \\-\\-help
.br
.B kaiku \\-\\-version
.SH COMMANDS
Options are written
.B \\-\\-name value
or
.BR \\-\\-name=value .
Results go to standard output, messages to standard error.
{"".join(describe(c) for c in commands)}.SH EXIT STATUS
{exit_codes(sources)}.SH ENVIRONMENT
.TP
.B TMPDIR
where notes of crashes are left for the next start; a directory that outlives the process
.TP
.B NO_COLOR
where it is set, tables have no colours
.TP
.BR NOTIFY_SOCKET ", " WATCHDOG_USEC
set by systemd: it is told when kaiku is ready, how it goes, and that it is alive
.SH FILES
.TP
.I /etc/kaiku/kaiku.yaml
the configuration of the service
.SH SEE ALSO
.BR kaiku.yaml (5)
"""


def kaiku_yaml_5(head, sources):
    with open(f"{sources}/docs/configuration.md") as f: text = f.read()
    name = ".SH NAME\nkaiku.yaml \\- configuration of kaiku\n"
    return f"{head}{name}.SH DESCRIPTION\n{roff.convert(text)}.SH SEE ALSO\n.BR kaiku (1)\n"


def main():
    kaiku, sources, out = sys.argv[1:]
    version = said(kaiku, "--version").split()[1]
    with open(f"{sources}/deploy/debian/changelog") as f: changes = f.read()
    date = email.utils.parsedate_to_datetime(re.search(r"^ -- .*>  (.*)$", changes, flags=re.M)[1]).date()
    about, commands = read_commands(kaiku)
    files = {
        "kaiku.1": kaiku_1(title("KAIKU", 1, version, date), about, commands, sources),
        "kaiku.yaml.5": kaiku_yaml_5(title("KAIKU.YAML", 5, version, date), sources),
        "kaiku.bash": completion.bash(commands),
        "_kaiku": completion.zsh(commands),
        "kaiku.fish": completion.fish(commands),
    }
    os.makedirs(out, exist_ok=True)
    for name, text in files.items():
        with open(f"{out}/{name}", "w", encoding="utf-8") as f: f.write(text)


if __name__ == "__main__":
    main()
