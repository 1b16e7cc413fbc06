"""The page is for everybody: contrast, names, keyboard, themes, phones; and it asks nobody but its server."""
import urllib.request

import chromium
import place
from harness import test
from servers import until

GROUP = "page"

# Texts whose contrast to what is behind them is below 4.5, as WCAG 2 computes it, and controls whose border is below 3.
CONTRAST = """
const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
const over = ([r, g, b, a], back) => [r, g, b].map((x, i) => x * a + back[i] * (1 - a));
function behind(element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
        const colour = parse(getComputedStyle(e).backgroundColor);
        layers.push(colour);
        if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((back, layer) => over(layer, back), [255, 255, 255]);
}
const light = colour => colour.map(x => x / 255).map(x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4)
    .reduce((sum, x, i) => sum + x * [.2126, .7152, .0722][i], 0);
function contrast(a, b) { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); }
const found = [];
let texts = 0;
function check(element, style, text) {
    const back = behind(element), ratio = contrast(over(parse(style.color), back), back);
    texts++;
    if (ratio < 4.5) found.push(`${text} ${ratio.toFixed(2)}`);
}
for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility() || element.closest(".unseen, noscript")) continue;
    const own = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join("");
    if (own || element.matches("select, input")) check(element, getComputedStyle(element), own || element.id);
    for (const part of ["::before", "::after"]) {
        const style = getComputedStyle(element, part);
        if (!["none", "normal", '""'].includes(style.content)) check(element, style, style.content);
    }
    if (element.matches("select, input")) {
        const ratio = contrast(parse(getComputedStyle(element).borderTopColor).slice(0, 3), behind(element.parentElement));
        if (ratio < 3) found.push(`border of ${element.id} ${ratio.toFixed(2)}`);
    }
}
return {found, texts};
"""

CUT = """return [...document.querySelectorAll("td.value, td.n, td.target, #score .value, #metrics .value, #trust dd")]
    .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).map(e => `${e.className} ${e.innerText}`)"""

FOCUSABLE = """return [...document.querySelectorAll("a[href], button, select, input, summary, [tabindex='0']")]
    .filter(e => e.checkVisibility()).length"""


@test(group=GROUP, quick=True)
def contrast(t):
    """Every text in both themes, on a wall and on a phone, live and with the server away."""
    p = place.usual(t)
    b = p.browser
    for theme in ("light", "dark"):
        b.prefer(theme)
        for size in (chromium.WALL, chromium.PHONE):
            b.resize(size, phone=size == chromium.PHONE)
            for address in ("window=month&metric=nps&member=phone|_all", "window=1m&metric=resolved&sort=value"):
                p.open(address)
                result = b.run(CONTRAST)
                assert not result["found"] and result["texts"] > 80, (theme, size, result)
        p.server.stop()
        b.hurry()
        until(lambda: b.run("return document.body.dataset.state") == "away", 15, "that the page says so")
        result = b.run(CONTRAST)
        p.server.start()
        assert not result["found"], (theme, result)
    b.logs()


@test(group=GROUP)
def everything_has_a_name(t):
    p = place.usual(t)
    b = p.browser
    p.open("window=month")
    nodes = [n for n in b.command("Accessibility.getFullAXTree")["nodes"] if not n["ignored"]]
    def of(*roles): return [n.get("name", {}).get("value", "") for n in nodes if n["role"]["value"] in roles]
    controls = of("button", "combobox", "link", "textbox", "DisclosureTriangle", "img", "image", "table", "region")
    assert len(controls) > 40 and all(controls), controls
    assert of("main") and of("banner") and of("contentinfo"), "landmarks"
    assert len(of("region")) == 7 and len(set(of("region"))) == 7, of("region")
    chart = b.run("return document.getElementById('chart').getAttribute('aria-label')")
    assert "newest +" in chart and "lowest" in chart, chart
    assert b.run("return document.documentElement.lang") == "en"
    ids = b.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    levels = b.run("return [...document.querySelectorAll('h1, h2, h3')].filter(e => e.checkVisibility()).map(e => e.tagName)")
    assert levels[0] == "H1" and set(levels[1:]) == {"H2"}, levels
    assert b.run("return [...document.querySelectorAll('[aria-live], [role=status], [role=alert]')].map(e => e.id)") == ["state"]


@test(group=GROUP)
def keyboard_alone(t):
    """Every control is reached by Tab, with a ring around it, and does what it does without a mouse."""
    from selenium.webdriver.common.keys import Keys
    p = place.usual(t)
    b = p.browser
    p.open("window=month&metric=nps")
    def press(*keys): b.driver.switch_to.active_element.send_keys(*keys)
    def at(): return b.run("const e = document.activeElement; return e.id || e.getAttribute('aria-label') || e.innerText")
    b.run("document.activeElement.blur()")
    b.driver.find_element("tag name", "body").send_keys(Keys.TAB)
    assert at() == "Skip to the scores" and b.run("return document.activeElement.getBoundingClientRect().top >= 0")
    reached, most = [], b.run(FOCUSABLE)
    for _ in range(most):
        reached.append(at())
        style, width = b.run("const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]")
        assert style == "solid" and width >= 2, (at(), style, width)
        press(Keys.TAB)
    assert b.run("return document.activeElement === document.body") or at() == reached[0], (at(), reached)
    for name in ("view", "window", "theme", "Show all 20", "As a table", "What the first table is by"):
        assert name in reached, (name, reached)

    b.run("document.getElementById('window').focus()")
    press("d")
    until(lambda: "window=day" in b.driver.current_url, 5, "another window")
    b.settle()
    b.run("[...document.querySelectorAll('#metrics button')].find(b => b.innerText.startsWith('CSAT')).focus()")
    press(Keys.ENTER)
    until(lambda: "metric=csat" in b.driver.current_url, 5, "another metric")
    b.settle()
    b.run("document.querySelector('#first tbody button').focus()")
    name = at()
    press(Keys.SPACE)
    until(lambda: "member=" + name in b.driver.current_url, 5, "another member")
    b.settle()
    assert at() == name and b.run("return document.activeElement.ariaPressed") == "true"
    press(Keys.SPACE)
    until(lambda: "member=" not in b.driver.current_url, 5, "all members")
    b.settle()
    b.run("document.querySelector('summary').focus()")
    press(Keys.ENTER)
    until(lambda: b.run("return document.querySelectorAll('#trend tbody tr').length") > 5, 5, "the table of the trend")
    p.check_console()


@test(group=GROUP, quick=True)
def themes(t):
    p = place.usual(t)
    b = p.browser
    def is_dark(): return b.run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 64")
    p.open()
    assert not is_dark()
    b.prefer("dark")
    until(is_dark, 5, "the dark theme of the system")
    b.driver.find_element("id", "theme").click()
    assert not is_dark()
    p.open()
    assert not is_dark(), "the choice is kept"
    b.driver.find_element("id", "theme").click()
    assert is_dark()
    b.prefer("light")
    until(lambda: not is_dark(), 5, "that the page follows the system again")
    p.check_console()


@test(group=GROUP)
def nothing_is_left_for_the_next_test(t):
    """What `forget` promises: a theme or a token of one test would be another's surprise."""
    p = place.usual(t)
    b = p.browser
    p.open()
    b.run("localStorage.setItem('kaiku-theme', 'dark'); sessionStorage.setItem('kaiku-token', 'x'); document.cookie = 'a=b'")
    b.forget()
    p.open()
    assert b.run("return [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    p.check_console()


@test(group=GROUP)
def phone(t):
    """No text runs out of the screen, and everything is large enough for a finger."""
    p = place.usual(t)
    b = p.browser
    for width in (chromium.PHONE[0], 320):
        b.resize((width, 800), 2, True)
        for address in ("", "window=1m", "view=people&window=month", "window=month&metric=handle_s&member=phone|_all"):
            p.open(address)
            assert b.run("return document.scrollingElement.scrollWidth") <= width, (width, address)
            small = b.run("""return [...document.querySelectorAll("button, select, summary")].filter(e => e.checkVisibility())
                .map(e => e.closest("tbody tr, thead tr") ?? e).filter(e => e.getBoundingClientRect().height < 24)
                .map(e => e.innerText)""")
            assert not small, small
            cut = b.run(CUT)
            assert not cut, (width, address, cut)
    p.check_console()


@test(group=GROUP)
def wall(t):
    """What matters fits on a wall without scrolling, in letters that can be read from three metres."""
    p = place.usual(t)
    b = p.browser
    for address in ("window=1m", "window=1m&metric=wait_s", "window=month", "window=month&metric=csat", "view=people&window=month", ""):
        p.open(address)
        height, cut = b.run("return document.scrollingElement.scrollHeight"), b.run(CUT)
        assert height <= chromium.WALL[1] and not cut, (address, height, cut)
    sizes = b.run("""return ["#score .value", "#first td.value", "#first tbody button", "#metrics .value", "#trust dd"]
        .map(s => parseFloat(getComputedStyle(document.querySelector(s)).fontSize))""")
    assert sizes[0] > 90 and min(sizes) >= 22, sizes
    p.check_console()


@test(group=GROUP)
def nobody_else_is_asked(t):
    """All that is fetched comes from the server, under a policy that forbids anything else, inline styles and scripts too."""
    p = place.usual(t)
    p.open()
    _, asked = p.browser.logs()
    assert len(asked) > 20 and all(url.startswith((p.server.base, "about:")) for url in asked), asked
    with urllib.request.urlopen(p.server.base + "/") as answer:
        policy, page = answer.headers["Content-Security-Policy"], answer.read().decode()
    assert policy.startswith("default-src 'self'") and "unsafe" not in policy, policy
    assert "http" not in page and "style=" not in page and "onclick" not in page
    p.check_console()
