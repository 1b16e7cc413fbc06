#!/usr/bin/python3
"""Makes the pictures of the page that docs/ shows: pictures.py FOLDER. They are of generated feedback up to now."""
import contextlib
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{ROOT}/tests/support")
import chromium  # noqa: E402
import configs  # noqa: E402
import place  # noqa: E402
import servers  # noqa: E402
from standin import StandIn  # noqa: E402

KAIKU = os.environ.get("KAIKU") or f"{ROOT}/build/release/kaiku"
DAYS, EVENTS = 24, 60000
TIME = "%Y-%m-%dT%H:%M:%SZ"
PICTURES = {
    "page-light": ("light", (1920, 1080), 1, "window=month"),
    "page-dark": ("dark", (1920, 1080), 1, "window=day&member=chat|_all"),
    "page-phone": ("light", (390, 1560), 1.5, "window=month&member=phone|_all"),
}


def fill(directory, config):
    start = datetime.now(timezone.utc) - timedelta(days=DAYS)
    log = f"{directory}/feedback.ndjson"
    lines = subprocess.run([KAIKU, "gen", "--count", str(EVENTS), "--days", str(DAYS), "--seed", "4", "--start", f"{start:{TIME}}"],
                           stdout=subprocess.PIPE, check=True, timeout=60, text=True, errors="surrogateescape").stdout.splitlines(True)
    now = f'"time":"{datetime.now(timezone.utc):{TIME}}'
    with open(log, "w", errors="surrogateescape") as f:
        f.writelines(line for line in lines if line[line.find('"time":'):][:len(now)] <= now)
    subprocess.run([KAIKU, "replay", config, log], check=True, timeout=120)


def targets(config):
    """More targets than the example has: some met, some missed. Without windows of a minute, which this many days fill in vain."""
    config["views"][0]["windows"].remove("1m")
    goals = {"phone": 50, "chat": 40, "web": 35, "email": 10, "app": 55, "branch": 50, "sms": 45, "social": 10}
    config["targets"] = [{"view": "contact", "member": f"{channel}|_all", "metric": "nps", "window": window, "goal": goal}
                         for channel, goal in goals.items() for window in ("day", "month")]
    config["targets"].append({"view": "contact", "member": "_all|_all", "metric": "nps", "window": "month", "goal": 40})
    return config


def main(folder):
    os.makedirs(folder, exist_ok=True)
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kaiku-pictures-", ignore_cleanup_errors=True))
        redis = servers.Redis(f"{directory}/redis")
        stack.callback(redis.stop)
        config = configs.write(f"{directory}/kaiku.yaml", targets(place.example()), redis.url)
        fill(directory, config)
        server = StandIn(redis.client, config, servers.free_port())
        stack.callback(server.stop)
        browser = chromium.Browser(f"{directory}/chromium")
        stack.callback(browser.close)
        for name, (theme, size, scale, address) in PICTURES.items():
            browser.resize(size, scale, size[0] < 500)
            browser.prefer(theme)
            browser.open(f"{server.base}/#{address}")
            browser.driver.save_screenshot(f"{folder}/{name}.png")
            print(f"{folder}/{name}.png: {os.path.getsize(f'{folder}/{name}.png') // 1024} KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
