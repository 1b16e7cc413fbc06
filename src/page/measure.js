// What of a metric is its value, its interval and its n: that depends on its kind.
import {duration, number, title, NO_DATA} from "./format.js";

const FEW = 30; // answers: fewer only indicate
const INTERVAL = "95 % interval";
const PER_CENT = {low: "_lo", high: "_hi", n: "_n", spread: INTERVAL, digits: 1, unit: " %", least: 0, most: 100};
const KINDS = {
    nps: {low: "_lo", high: "_hi", n: "_n", spread: INTERVAL, digits: 1, isSigned: true, least: -100, most: 100},
    top_box: PER_CENT,
    rate: PER_CENT,
    ratio: {...PER_CENT, most: Infinity},
    mean: {low: "_lo", high: "_hi", n: "_n", spread: INTERVAL, digits: 2},
    quantiles: {
        value: "_p50",
        low: "_p50",
        high: "_p95",
        n: "_n",
        spread: "median to 95th percentile",
        digits: 1,
        least: 0,
    },
    count: {isAmount: true},
    unique: {isAmount: true},
    sum: {n: "_n", digits: 0, isAmount: true},
};

export class Measure {
    constructor(metric) {
        Object.assign(
            this,
            {
                value: "",
                low: null,
                high: null,
                n: null,
                spread: "",
                digits: 0,
                unit: "",
                least: -Infinity,
                most: Infinity,
            },
            KINDS[metric.kind],
            {name: metric.name, kind: metric.kind, rule: metric.rule},
        );
        const scale = /^(-?\d+)\.\.(-?\d+)$/.exec(metric.scale ?? "");
        if (metric.kind === "mean" && scale) [this.least, this.most] = [Number(scale[1]), Number(scale[2])];
        this.isTime = metric.unit === "s" && metric.kind === "quantiles";
        if (metric.unit && !this.isTime) this.unit = " " + metric.unit;
        this.title = title(metric.name, metric.unit);
        this.heading = metric.kind === "quantiles" ? `${this.title}, median` : this.title;
        this.hasInterval = this.spread === INTERVAL;
    }

    field(row, suffix) {
        return row?.[this.name + suffix] ?? null;
    }

    /* Value, bounds and n of a row of the API; null where there is none. */
    of(row) {
        const value = this.field(row, this.value);
        const low = this.low === null ? null : this.field(row, this.low);
        const high = this.high === null ? null : this.field(row, this.high);
        return {value, low, high, n: this.n === null ? (row?.n ?? null) : this.field(row, this.n)};
    }

    text(x) {
        if (x === null) return NO_DATA;
        if (this.isTime) return duration(x);
        return number(x, this.digits, this.isSigned) + this.unit;
    }

    /* For the end of a scale: without decimals that say nothing. */
    short(x) {
        return this.text(x).replace(/\.0+(?=\D|$)/, "");
    }

    spreadText(figures) {
        if (figures.low === null || figures.high === null) return "";
        return `${this.text(figures.low)} to ${this.text(figures.high)}`;
    }

    isIndicative(figures) {
        return this.hasInterval && figures.value !== null && figures.n < FEW;
    }

    /* The target of a row, or null where it has none. */
    target(row) {
        const status = this.field(row, "_status");
        if (status === null || status === "none") return null;
        const goal = this.field(row, "_target");
        if (status === "no_data") return {status, goal, sign: "–", words: NO_DATA};
        if (status === "met") return {status, goal, sign: "✓", words: "met"};
        const words = `${this.text(Math.abs(this.field(row, "_gap"))).replace("+", "")} ${status}`;
        return {status, goal, sign: "✗", words, needed: this.field(row, "_needed")};
    }
}
