"""Completion of commands, options and files, for bash, zsh and fish."""


def bash(commands):
    cases = ""
    for c in commands:
        options = " ".join([option for option, _, _ in c.options] + ["--help"])
        cases += f"        {c.name}) options='{options}' files={int(c.takes_files)} ;;\n"
    valued = "|".join(sorted({option for c in commands for option, value, _ in c.options if value}))
    names = " ".join(c.name for c in commands)
    return f"""# bash completion for kaiku
_kaiku() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} options='' files=0
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '{names} --help --version' -- "$word")
        return
    fi
    case ${{COMP_WORDS[COMP_CWORD - 1]}} in
        {valued}) return ;;
    esac
    case ${{COMP_WORDS[1]}} in
{cases}    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    elif [ "$files" -eq 1 ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}}
complete -F _kaiku kaiku
"""


def escape(text, special):
    """For within single quotes."""
    for character in "\\" + special: text = text.replace(character, "\\" + character)
    return text.replace("'", "'\\''")


def zsh_option(option, value, text):
    """'--count[events]:N:' takes a value, '--json[one object]' does not."""
    return f"'{option}[{escape(text, '[]:')}]" + (f":{value}: '" if value else "'")


def zsh(commands):
    names = "\n".join(f"    '{c.name}:{escape(c.summary, ':')}'" for c in commands)
    cases = ""
    for c in commands:
        files = ["'*:file:_files'"] if c.takes_files else []
        arguments = [*[zsh_option(*o) for o in c.options], "'--help[explains it]'", *files]
        cases += f"    {c.name})\n        _arguments {' '.join(arguments)} ;;\n"
    return f"""#compdef kaiku
local -a commands
commands=(
{names}
)
if (( CURRENT == 2 )); then
    _describe command commands
    return
fi
shift words
(( CURRENT-- ))
case $words[1] in
{cases}esac
"""


def fish(commands):
    def line(rest): return f"complete -c kaiku {rest}\n"
    def text(what): return "'" + what.replace("\\", "\\\\").replace("'", "\\'") + "'"
    out = "# fish completion for kaiku\n" + line("-f") + line("-l help -d 'explains it'")
    out += line("-n __fish_use_subcommand -l version -d 'which kaiku it is'")
    for c in commands:
        out += line(f"-n __fish_use_subcommand -a {c.name} -d {text(c.summary)}")
        seen = f"-n '__fish_seen_subcommand_from {c.name}'"
        for option, value, explained in c.options:
            out += line(f"{seen} -l {option[2:]} {'-x ' if value else ''}-d {text(explained or option[2:])}")
        if c.takes_files: out += line(f"{seen} -F")
    return out
