#!/usr/bin/python3
"""Makes the pictures of terminals that docs/ shows: terminal_pictures.py FOLDER [top] [demo]. They are of generated feedback."""
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

import yaml
from PIL import Image, ImageDraw, ImageFont

import configs
import servers
from terminal import Terminal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KAIKU = os.environ.get("KAIKU") or f"{ROOT}/build/release/kaiku"
TIME = "%Y-%m-%dT%H:%M:%SZ"
DAYS, EVENTS = 3, 60000

# ---------------------------------------------------------------- a screen as a picture

FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono"
SIZE, LINE, PAD, BAR = 26, 36, 36, 56  # pixels; twice what is seen on most screens
GROUND, FRAME, TEXT, DIM = "#14171d", "#1e222b", "#d8dee9", "#6b7586"
COLOURS = {31: "#f2777a", 32: "#8fd17f", 33: "#f0c674", 36: "#6cc7d9"}
LEVELS = "▁▂▃▄▅▆▇█"


def cells(screen):
    """Characters with what is in force for them: a colour, bold. It goes on from line to line."""
    colour, bold, dim = TEXT, False, False
    for codes, text in re.findall(r"\033\[([\d;]*)m|([^\033])", screen, re.S):
        if text:
            yield text, DIM if dim else colour, bold
            continue
        for code in map(int, (codes or "0").split(";")):
            if code in (0, 39): colour = TEXT
            if code in (0, 22): bold = dim = False
            if code in COLOURS: colour = COLOURS[code]
            bold, dim = bold or code == 1, dim or code == 2


def draw_cell(draw, fonts, x, y, width, text, colour, bold):
    """Marks as shapes: those of fonts leave gaps between them."""
    middle = y + LINE // 2
    if text in LEVELS: draw.rectangle((x, y + LINE - 5 - (LINE - 8) * (LEVELS.index(text) + 1) // 8, x + width - 3, y + LINE - 5), fill=colour)
    elif text == "━": draw.rectangle((x, middle - 2, x + width, middle + 2), fill=colour)
    elif text == "●":
        draw.rectangle((x, middle - 2, x + width, middle + 2), fill=colour)
        draw.ellipse((x + width / 2 - 8, middle - 8, x + width / 2 + 8, middle + 8), fill=colour)
    elif text == "·": draw.ellipse((x + width / 2 - 1.5, middle - 1.5, x + width / 2 + 1.5, middle + 1.5), fill=colour)
    elif text != " ": draw.text((x, y + 2), text, font=fonts[bold], fill=colour)


def paint(screen, columns, path, title):
    lines = screen.rstrip("\n").split("\n")
    fonts = [ImageFont.truetype(f"{FONTS}{style}.ttf", SIZE) for style in ("", "-Bold")]
    width = round(fonts[0].getlength("0" * 100) / 100)
    picture = Image.new("RGB", (columns * width + 2 * PAD, len(lines) * LINE + BAR + PAD + PAD // 2), GROUND)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width, BAR), fill=FRAME)
    for i, colour in enumerate(("#f2777a", "#f0c674", "#8fd17f")): draw.ellipse((PAD + 36 * i - 9, BAR // 2 - 9, PAD + 36 * i + 9, BAR // 2 + 9), fill=colour)
    draw.text((picture.width / 2, BAR // 2), title, font=fonts[0], fill=DIM, anchor="mm")
    row, column = 0, 0
    for text, colour, bold in cells("\n".join(lines)):
        if text == "\n": row, column = row + 1, 0
        else:
            draw_cell(draw, fonts, PAD + column * width, BAR + PAD // 2 + row * LINE, width, text, colour, bold)
            column += 1
    picture.quantize(128).save(path, optimize=True)
    print(f"{path}: {os.path.getsize(path) // 1024} KiB, {picture.width} x {picture.height}")


# ---------------------------------------------------------------- what they show

def fill(directory, redis):
    """The example's configuration with a goal for every channel, and feedback up to now."""
    with open(f"{ROOT}/deploy/kaiku.yaml") as f: config = yaml.safe_load(f)
    goals = {"phone": 50, "chat": 40, "web": 35, "email": 10, "app": 55, "branch": 50, "sms": 45, "social": 10}
    config["targets"] += [{"view": "contact", "member": f"{channel}|_all", "metric": "nps", "window": "day", "goal": goal}
                          for channel, goal in goals.items()]
    path = configs.write(f"{directory}/kaiku.yaml", config, redis.url)
    now = datetime.now(timezone.utc)
    made = subprocess.run([KAIKU, "gen", "--count", str(EVENTS), "--days", str(DAYS), "--seed", "4", "--start",
                           f"{now - timedelta(days=DAYS):{TIME}}"], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    until = f'"time":"{now:{TIME}}'.encode()
    with open(f"{directory}/log", "wb") as f:
        f.writelines(line for line in made.splitlines(True) if line[line.find(b'"time":'):][:len(until)] <= until)
    subprocess.run([KAIKU, "replay", path, f"{directory}/log"], check=True, timeout=120, stderr=subprocess.DEVNULL)
    return path


def top(directory, stack, path):
    redis = servers.Redis(f"{directory}/redis")
    stack.callback(redis.stop)
    screen = Terminal(directory, f"{KAIKU} top {fill(directory, redis)}", columns=132, lines=16)
    stack.callback(screen.close)
    screen.shows("phone", "adds up", "by 1h")
    screen.keys("Right")
    screen.shows("nps↓")
    paint(screen.screen(colours=True), 132, path, "kaiku top kaiku.yaml")


def demo(directory, stack, path):
    screen = Terminal(directory, f"{KAIKU} demo", columns=124, lines=23)
    stack.callback(screen.close)
    screen.shows("adds up", "highest", "00:30", seconds=60)
    paint(screen.screen(colours=True), 124, path, "kaiku demo")


def main(folder, *names):
    os.makedirs(folder, exist_ok=True)
    for name in names or ("top", "demo"):
        with contextlib.ExitStack() as stack:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-pictures-", ignore_cleanup_errors=True))
            {"top": top, "demo": demo}[name](directory, stack, f"{folder}/{name}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
