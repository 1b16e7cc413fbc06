"""Markdown, as docs/ uses it, to the man macros of roff."""
import re

from markdown_it import MarkdownIt


def escape(text, literal=False):
    """literal: what readers copy, so hyphens, quotes and the like stay what they are."""
    text = text.replace("\\", "\\e")
    if literal:
        for plain, roff in {"-": "\\-", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti", "`": "\\(ga"}.items():
            text = text.replace(plain, roff)
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def literal_block(text):
    return f".PP\n.in +4n\n.EX\n{escape(text.rstrip(), True)}\n.EE\n.in\n"


def inline(token):
    out = ""
    for child in token.children:
        if child.type == "text": out += escape(child.content)
        elif child.type == "code_inline": out += f"\\fB{escape(child.content, True)}\\fR"
        elif child.type == "softbreak": out += "\n"
        elif child.type in ("strong_open", "em_open"): out += "\\fI"
        elif child.type in ("strong_close", "em_close"): out += "\\fR"
    return re.sub(r"^([.'])", r"\\&\1", out, flags=re.M)


def row(header, cells):
    """The first cell is what it is about, the last that is no example explains, the others stand between them."""
    about = max(i for i in range(1, len(cells)) if not header[i].startswith("example")) if len(cells) > 1 else 0
    more = [f"{header[i]}: {cells[i]}" for i in range(1, len(cells)) if i != about and cells[i] not in ("", "-")]
    return f".TP\n{cells[0] or '-'}" + (f" ({'; '.join(more)})" if more else "") + f"\n{cells[about] or '-'}\n"


def table(tokens):
    """Tokens up to the table's end."""
    rows, cells = [], []
    for token in tokens:
        if token.type == "tr_open": cells = []
        elif token.type == "inline": cells.append(inline(token))
        elif token.type == "tr_close": rows.append(cells)
        elif token.type == "table_close": break
    return "".join(row(rows[0], cells) for cells in rows[1:]) + ".PP\n"


def convert(markdown):
    """Headings of the second level become sections, those below subsections; the first one, the title, is left out."""
    out, items = "", 0
    tokens = iter(MarkdownIt().enable("table").parse(markdown))
    for token in tokens:
        if token.type == "heading_open":
            title = inline(next(tokens))
            if token.tag == "h2": out += f".SH {title.upper()}\n"
            elif token.tag != "h1": out += f".SS {title}\n"
        elif token.type == "paragraph_open": out += "" if items else ".PP\n"
        elif token.type == "inline": out += inline(token) + "\n"
        elif token.type == "fence" or token.type == "code_block": out += literal_block(token.content)
        elif token.type == "table_open": out += table(tokens)
        elif token.type == "list_item_open":
            out += ".IP \\(bu 2\n"
            items += 1
        elif token.type == "list_item_close": items -= 1
    # A paragraph that begins where a list or a heading just did is one too many.
    out = re.sub(r"(\.PP\n)+(?=\.PP|\.S[HS]|\.TP|\.IP|\Z)", "", out)
    return re.sub(r"(\A|\.S[HS] [^\n]*\n)\.PP\n", r"\1", out)
