// Small pictures beside numbers. They repeat what the text says, so a screen reader passes them by.
import {make, makeSvg} from "./dom.js";

// ---------------------------------------------------------------- intervals on a common scale

function step(range) {
    const power = 10 ** Math.floor(Math.log10(range));
    return [1, 2, 5, 10].map(x => x * power).find(x => x >= range);
}

/* A scale that holds all of these numbers, with round ends that do not move at every answer. */
export function scaleOf(measure, numbers) {
    const known = numbers.filter(x => x !== null && Number.isFinite(x));
    if (!known.length) return null;
    let low = Math.min(...known);
    let high = Math.max(...known);
    if (measure.isAmount || measure.kind === "quantiles") low = Math.min(0, low);
    const unit = step((high - low || 1) / 5);
    low = Math.max(measure.least, Math.floor(low / unit) * unit);
    high = Math.min(measure.most, Math.ceil(high / unit) * unit);
    return {low, high: high > low ? high : low + unit};
}

function place(scale, x) {
    return Math.min(100, Math.max(0, (100 * (x - scale.low)) / (scale.high - scale.low)));
}

export function makeBar() {
    return make(
        "span",
        {class: "bar", "aria-hidden": "true"},
        make("span", {class: "reach"}),
        make("span", {class: "goal"}),
        make("span", {class: "dot"}),
    );
}

export function drawBar(bar, scale, measure, figures, goal) {
    const [reach, goalMark, dot] = bar.children;
    const low = measure.isAmount ? Math.max(0, scale?.low) : figures.low;
    const high = measure.isAmount ? figures.value : figures.high;
    bar.hidden = scale === null || figures.value === null;
    if (bar.hidden) return;
    reach.hidden = low === null || high === null;
    reach.style.left = `${place(scale, low)}%`;
    reach.style.right = `${100 - place(scale, high)}%`;
    dot.hidden = measure.isAmount;
    dot.style.left = `${place(scale, figures.value)}%`;
    goalMark.hidden = goal === null;
    goalMark.style.left = `${place(scale, goal)}%`;
}

// ---------------------------------------------------------------- the course of a row

export function makeCourse() {
    return makeSvg(
        "svg",
        {class: "course", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true"},
        makeSvg("path", {fill: "none", "vector-effect": "non-scaling-stroke"}),
        makeSvg("path", {class: "newest", fill: "none", "vector-effect": "non-scaling-stroke"}),
    );
}

/* points: {time, value}, oldest first; where there is no value, the line is broken. */
export function drawCourse(course, points) {
    const [line, newest] = course.children;
    const known = points.filter(point => point.value !== null);
    if (known.length < 2) {
        line.removeAttribute("d");
        newest.removeAttribute("d");
        return;
    }
    const values = known.map(point => point.value);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const begin = points[0].time;
    const end = points.at(-1).time;
    const x = point => (1 + (94 * (point.time - begin)) / (end - begin)).toFixed(1);
    const y = point => (27 - (24 * (point.value - low)) / (high - low || 1)).toFixed(1);
    let path = "";
    let isOpen = false;
    for (const point of points) {
        if (point.value !== null) path += `${isOpen ? "L" : "M"}${x(point)} ${y(point)}`;
        isOpen = point.value !== null;
    }
    const last = known.at(-1);
    line.setAttribute("d", path);
    newest.setAttribute("d", `M${x(last)} ${y(last)}h0`);
}

// ---------------------------------------------------------------- parts of a whole

export function makeShares(classes) {
    return make("span", {class: "shares", "aria-hidden": "true"}, ...classes.map(name => make("span", {class: name})));
}

export function drawShares(shares, counts) {
    counts.forEach((count, i) => {
        shares.children[i].style.flexGrow = count;
    });
}
