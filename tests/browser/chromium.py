"""Headless Chromium, driven by Selenium, with what the tests of the page ask of it."""
import json
import os
import shutil

from servers import until

PROGRAM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SETTLED = "return document.body?.dataset.state === 'live' && document.querySelector('main').ariaBusy !== 'true'"
WALL, PHONE = (1920, 1080), (390, 844)


def missing():
    """Why there is no browser here, or None."""
    for program in (PROGRAM, DRIVER):
        if not shutil.which(program): return f"no {program}"
    try: import selenium  # noqa: F401
    except ImportError: return "no python3-selenium"
    return None


class Browser:
    def __init__(self, directory):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
        options = webdriver.ChromeOptions()
        options.binary_location = PROGRAM
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--disable-background-networking", "--disable-component-update", "--no-first-run", f"--user-data-dir={directory}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER, env=os.environ | {"SE_OFFLINE": "true"}), options=options)
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(30)

    def close(self):
        self.driver.quit()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def resize(self, size, scale=1, phone=False):
        self.command("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=scale, mobile=phone)

    def prefer(self, theme):
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def forget(self):
        """As if the page had never been seen."""
        self.driver.get("about:blank")
        self.command("Storage.clearDataForOrigin", origin="*", storageTypes="all")
        self.logs()

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def open(self, address):
        """A page that has read all that it shows."""
        self.driver.get("about:blank")
        self.driver.get(address)
        self.settle()

    def settle(self):
        """Waits until what was chosen is shown, trends included."""
        try: until(lambda: self.run(SETTLED), 20, "the page to settle")
        except TimeoutError as e: raise TimeoutError(f"{e}: {self.driver.current_url}: {self.text('.state')}") from None

    def hurry(self):
        """Lets the page read its figures now, rather than within five seconds."""
        self.run("dispatchEvent(new Event('hashchange'))")

    def choose(self, address):
        """Another choice, by its address."""
        self.run("document.querySelector('main').ariaBusy = 'true'; location.hash = arguments[0]", address)
        self.settle()

    def logs(self):
        """(messages of the console, addresses asked) since the last call."""
        console = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return console, asked

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0]).innerText", selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", selector)
