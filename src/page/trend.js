// The course of the score with its interval and target, as a chart and as a table.
import {make, put} from "./dom.js";
import {number, windowText, windowTick} from "./format.js";

const TICKS = 8;

function colours() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(`--${name}`).trim();
    return {
        ink: colour("quiet"),
        grid: colour("line"),
        line: colour("accent"),
        band: colour("band"),
        goal: colour("ink"),
        card: colour("card"),
    };
}

function pick(times) {
    const every = Math.ceil(times.length / TICKS);
    return times.filter((_, i) => (times.length - 1 - i) % every === 0).map(value => ({value}));
}

export class Trend {
    constructor(root) {
        this.canvas = root.querySelector("canvas");
        this.table = root.querySelector("table");
        this.details = root.querySelector("details");
        this.title = root.querySelector("h2");
        this.rule = root.querySelector("#rule");
        this.details.addEventListener("toggle", () => this.drawTable());
        this.chart = null; // once there is something to show: it takes its size from the page
    }

    makeChart() {
        Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
        return new Chart(this.canvas, {type: "line", data: {datasets: []}, options: this.options()});
    }

    options() {
        return {
            animation: false,
            normalized: true,
            parsing: false,
            maintainAspectRatio: false,
            layout: {padding: 0},
            interaction: {mode: "index", intersect: false},
            plugins: {
                legend: {display: false},
                tooltip: {
                    filter: item => item.datasetIndex === 0,
                    displayColors: false,
                    callbacks: {
                        title: items => this.window(items[0].parsed.x),
                        label: item => this.describe(item.dataIndex),
                    },
                },
            },
            scales: {
                x: {
                    type: "linear",
                    grid: {display: false},
                    afterBuildTicks: axis => {
                        axis.ticks = pick(this.points.map(p => p.time));
                    },
                    ticks: {maxRotation: 0, callback: time => windowTick(this.shown.window, time)},
                },
                y: {ticks: {maxTicksLimit: 6, callback: x => this.shown.measure.short(x)}},
            },
        };
    }

    window(time) {
        return windowText(this.shown.window, time, time + this.length);
    }

    describe(i) {
        const {measure} = this.shown;
        const figures = measure.of(this.points[i]);
        const spread = measure.spreadText(figures);
        return [
            measure.text(figures.value),
            spread && `(${spread})`,
            figures.n !== null && !measure.isAmount && `n ${number(figures.n)}`,
        ]
            .filter(Boolean)
            .join("  ");
    }

    draw(shown, points, newest, goal) {
        Object.assign(this, {shown, points, length: newest ? newest.to - newest.from : 0, goal});
        this.chart ??= this.makeChart();
        put(this.title, `${shown.measure.heading} by ${shown.windowName.replace(/^1 /, "")}`);
        put(this.rule, shown.measure.rule ?? "");
        this.drawChart();
        this.drawTable();
        this.canvas.setAttribute("aria-label", this.summary());
    }

    /* Again where the theme changes: a canvas takes no part in styles. */
    drawChart() {
        if (!this.chart) return;
        const {measure} = this.shown;
        const paint = colours();
        const options = this.chart.options;
        const size = parseFloat(getComputedStyle(this.canvas.parentElement).fontSize);
        const at = field => this.points.map(point => ({x: point.time, y: measure.of(point)[field] ?? NaN}));
        const plain = {pointRadius: 0, pointHitRadius: 0, borderWidth: 0};
        const values = at("value");
        this.chart.data.datasets = [
            {
                data: values,
                borderColor: paint.line,
                backgroundColor: paint.line,
                borderWidth: size / 6,
                clip: size,
                pointRadius: values.map((_, i) =>
                    i === values.length - 1 || values.length < 2 ? size / 3.2 : size / 9,
                ),
            },
            {data: at("low"), ...plain},
            {data: at("high"), ...plain, fill: "-1", backgroundColor: paint.band},
        ];
        if (this.goal !== null && this.points.length) {
            const ends = [this.points[0], this.points.at(-1)].map(point => ({x: point.time, y: this.goal}));
            this.chart.data.datasets.push({
                data: ends,
                ...plain,
                borderColor: paint.goal,
                borderWidth: size / 10,
                borderDash: [size / 2, size / 2.5],
            });
        }
        for (const scale of Object.values(options.scales)) {
            scale.ticks.color = paint.ink;
            scale.ticks.font = {size: size * 0.85};
            scale.grid.color = scale.grid.borderColor = paint.grid;
        }
        options.layout.padding = {right: size / 2};
        options.plugins.tooltip.bodyFont = options.plugins.tooltip.titleFont = {size: size * 0.9};
        const margin = this.points.length === 1 ? this.length / 2 : 0; // a single point stands in the middle
        options.scales.x.min = this.points[0]?.time - margin;
        options.scales.x.max = this.points.at(-1)?.time + margin;
        this.chart.update();
    }

    /* What the chart shows, in a sentence. */
    summary() {
        const {measure} = this.shown;
        const known = this.points.filter(point => measure.of(point).value !== null);
        if (!known.length) return `${this.title.textContent}: no data yet`;
        const value = point => measure.of(point).value;
        const by = [...known].sort((a, b) => value(a) - value(b));
        const say = point => `${measure.text(value(point))} (${this.window(point.time)})`;
        return (
            `${this.title.textContent}: newest ${say(known.at(-1))}, lowest ${say(by[0])}, highest ${say(by.at(-1))}` +
            (this.goal === null ? "" : `, target ${measure.short(this.goal)}`)
        );
    }

    drawTable() {
        if (!this.details.open) return;
        const {measure} = this.shown;
        const columns = [
            "Window",
            measure.heading,
            ...(measure.spread ? [measure.spread] : []),
            ...(measure.isAmount ? [] : ["n"]),
        ];
        const rows = this.points
            .filter(point => "n" in point)
            .reverse()
            .map(point => {
                const figures = measure.of(point);
                return make(
                    "tr",
                    {},
                    make("th", {scope: "row"}, this.window(point.time)),
                    make("td", {}, measure.text(figures.value)),
                    ...(measure.spread ? [make("td", {}, measure.spreadText(figures))] : []),
                    ...(measure.isAmount ? [] : [make("td", {}, number(figures.n))]),
                );
            });
        this.table.replaceChildren(
            make("thead", {}, make("tr", {}, ...columns.map(column => make("th", {scope: "col"}, column)))),
            make("tbody", {}, ...rows),
        );
    }
}
