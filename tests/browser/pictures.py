#!/usr/bin/python3
"""Makes the pictures of the page that docs/ shows: pictures.py FOLDER. They are of generated feedback up to now."""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{ROOT}/tests/support")
from PIL import Image  # noqa: E402
import chromium  # noqa: E402
import configs  # noqa: E402
import place  # noqa: E402
import servers  # noqa: E402
from server import Server  # noqa: E402

KAIKU = os.environ.get("KAIKU") or f"{ROOT}/build/release/kaiku"
DAYS, EVENTS = 24, 60000
TIME = "%Y-%m-%dT%H:%M:%SZ"
PICTURES = {
    "page-light": ("light", (1920, 1080), 1, "window=day"),
    "page-dark": ("dark", (1920, 1080), 1, "window=day&member=chat|_all"),
    "page-phone": ("light", (390, 1560), 1.5, "window=day&member=phone|_all"),
}


def fill(directory, config):
    start = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0) - timedelta(days=DAYS)
    log = f"{directory}/feedback.ndjson"
    made = subprocess.run([KAIKU, "gen", "--count", str(EVENTS), "--days", str(DAYS + 1), "--seed", "4", "--start", f"{start:{TIME}}"],
                          stdout=subprocess.PIPE, check=True, timeout=60, text=True, errors="surrogateescape")
    now = f'"time":"{datetime.now(timezone.utc):{TIME}}'
    with open(log, "w", errors="surrogateescape") as f:
        f.writelines(line for line in made.stdout.splitlines(True) if line[line.find('"time":'):][:len(now)] <= now)
    subprocess.run([KAIKU, "replay", config, log], check=True, timeout=120)


def targets(config):
    """More targets than the example has: some met, some missed. Without windows of a minute, which this many days fill in vain."""
    config["views"][0]["windows"].remove("1m")
    goals = {"phone": 50, "chat": 40, "web": 35, "email": 10, "app": 55, "branch": 50, "sms": 45, "social": 10}
    config["targets"] = [{"view": "contact", "member": f"{channel}|_all", "metric": "nps", "window": window, "goal": goal}
                         for channel, goal in goals.items() for window in ("day", "month")]
    config["targets"] += [{"view": "contact", "member": "_all|_all", "metric": "nps", "window": window, "goal": 40} for window in ("day", "month")]
    return config


def save(png, path):
    """With as few colours as the page has, or nearly: a third of the size."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(160, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path}: {os.path.getsize(path) // 1024} KiB")


def main(folder):
    os.makedirs(folder, exist_ok=True)
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-pictures-", ignore_cleanup_errors=True))
        redis = servers.Redis(f"{directory}/redis")
        stack.callback(redis.stop)
        port = servers.free_port()
        config = configs.write(f"{directory}/kaiku.yaml", targets(place.example()), redis.url, http={"listen": f"127.0.0.1:{port}"})
        fill(directory, config)
        server = Server(KAIKU, config, port)
        stack.callback(server.stop)
        browser = chromium.Browser(f"{directory}/chromium")
        stack.callback(browser.close)
        for name, (theme, size, scale, address) in PICTURES.items():
            browser.resize(size, scale, size[0] < 500)
            browser.prefer(theme)
            browser.open(f"{server.base}/#{address}")
            save(browser.driver.get_screenshot_as_png(), f"{folder}/{name}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
