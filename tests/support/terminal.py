"""A terminal for programs under test: a tmux server of its own, whose screen can be read and to which keys can be sent."""
import os
import shlex
import subprocess
import tempfile

from servers import die_with_parent, end, until


class Terminal:
    """Runs a command line in a terminal; when it ends, `ended with CODE` and what it changed of the terminal's modes stand there."""

    def __init__(self, directory, command, columns=120, lines=30, **environment):
        self.directory = tempfile.mkdtemp(prefix="terminal-", dir=directory)
        socket = f"{self.directory}/tmux"
        self.tmux = ["tmux", "-u", "-S", socket, "-f", "/dev/null"]
        environment = {k: v for k, v in os.environ.items() if k != "TMUX"} | {"LC_ALL": "C.UTF-8"} | environment
        # Not a daemon: it ends with whoever started it.
        self.server = subprocess.Popen([*self.tmux, "-D"], stdin=subprocess.DEVNULL, env=environment, preexec_fn=die_with_parent)
        until(lambda: os.path.exists(socket), 20, "tmux")
        script = f"echo before; stty -g >modes; {command}; echo ended with $?; stty -g | cmp - modes && echo modes kept; exec sleep 600"
        self("new-session", "-d", "-x", columns, "-y", lines, "-c", self.directory, f"sh -c {shlex.quote(script)}")

    def __call__(self, *arguments):
        return subprocess.run([*self.tmux, *map(str, arguments)], check=True, timeout=20, stdout=subprocess.PIPE, text=True).stdout

    def close(self):
        end(self.server, 5)

    def keys(self, *keys):
        """Names as tmux knows them: Right, Enter, BSpace, q ..."""
        self("send-keys", *keys)

    def type(self, text):
        self("send-keys", "-l", text)

    def resize(self, columns, lines):
        self("resize-window", "-x", columns, "-y", lines)

    def screen(self, colours=False):
        return self("capture-pane", "-p", *(["-e"] if colours else []))

    def lines(self):
        return [line.rstrip() for line in self.screen().splitlines()]

    def shows(self, *texts, seconds=20):
        """Waits until all of the texts stand on the screen, and gives it."""
        try: until(lambda: all(text in self.screen() for text in texts), seconds, texts)
        except TimeoutError as e: raise AssertionError(f"{e}, there is\n{self.screen()}") from None
        return self.screen()

    def is_taken(self):
        """Is it a full screen, without a cursor?"""
        return self("display-message", "-p", "#{alternate_on}#{cursor_flag}").strip() == "10"

    def is_given_back(self):
        return self("display-message", "-p", "#{alternate_on}#{cursor_flag}").strip() == "01"

    def program(self):
        """The process id of the command: the last in the line of shells."""
        process = self("display-message", "-p", "#{pane_pid}").strip()
        while True:
            with open(f"/proc/{process}/task/{process}/children") as f: children = f.read().split()
            if not children: return int(process)
            process = children[0]
