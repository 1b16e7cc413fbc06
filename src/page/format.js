// Numbers, names and times as people read them.

export const NO_DATA = "no data";
const CLOCK = {hour: "2-digit", minute: "2-digit"};
const SECONDS = {...CLOCK, second: "2-digit"};
const DAY = {weekday: "short", day: "numeric", month: "short", year: "numeric"};
const DATE = {day: "numeric", month: "short"};
const MONTH = {month: "long", year: "numeric"};
const UNITS = {s: "second", m: "minute", h: "hour", d: "day"};
const SPOKEN_SMALL = ["nps", "csat", "ces", "fcr"];

/* With a true minus, as wide as a plus. */
export function number(x, digits = 0, isSigned = false) {
    if (x === null || x === undefined) return NO_DATA;
    const format = {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        signDisplay: isSigned ? "exceptZero" : "negative",
    };
    return new Intl.NumberFormat("en", format).format(x).replace("-", "−");
}

export function plural(n, one, many = one + "s") {
    return `${number(n)} ${n === 1 ? one : many}`;
}

export function share(part, whole) {
    return whole ? number((100 * part) / whole, 2) + " %" : "";
}

/* Seconds, coarser as they grow. */
export function duration(seconds) {
    if (seconds < 9.95) return `${number(seconds, 1)} s`;
    if (seconds < 600) return `${number(seconds)} s`;
    if (seconds < 2 * 3600) return `${number(seconds / 60)} min`;
    return seconds < 2 * 86400 ? `${number(seconds / 3600)} h` : `${number(seconds / 86400)} days`;
}

/* 'response_rate' as a heading; 'wait_s' in seconds needs no 's'. */
export function title(name, unit = "") {
    if (SPOKEN_SMALL.includes(name)) return name.toUpperCase();
    const bare = unit && name.endsWith("_" + unit) ? name.slice(0, -unit.length - 1) : name;
    const words = bare.replaceAll("_", " ").trim();
    return words.charAt(0).toUpperCase() + words.slice(1);
}

/* A value of a member, without the escapes that it has in keys. */
export function value(text) {
    if (text === "_none") return "(none)";
    if (text === "_other") return "(other)";
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}

export function windowName(window) {
    const fixed = /^(\d+)([smhd])$/.exec(window);
    if (!fixed) return window.replaceAll("_", " ");
    return `${fixed[1]} ${UNITS[fixed[2]]}${fixed[1] === "1" ? "" : "s"}`;
}

// ---------------------------------------------------------------- times, in the zone of the windows

let zone = "UTC";
const formats = new Map();

/* Returns the zone that times are shown in: UTC where the browser does not know this one. */
export function useZone(name) {
    formats.clear();
    try {
        zone = new Intl.DateTimeFormat("en", {timeZone: name}).resolvedOptions().timeZone;
    } catch {
        zone = "UTC";
    }
    return zone;
}

function time(ms, parts) {
    const name = JSON.stringify(parts);
    if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat("en-GB", {...parts, timeZone: zone}));
    return formats.get(name).format(ms);
}

export function clock(ms) {
    return time(ms, SECONDS);
}

export function moment(ms, now) {
    return time(ms, DAY) === time(now, DAY) ? time(ms, CLOCK) : `${time(ms, DATE)}, ${time(ms, CLOCK)}`;
}

/* The window, as one would say it. */
export function windowText(window, from, to) {
    const month = Number(time(from, {month: "numeric"}));
    const year = time(from, {year: "numeric"});
    if (window === "day") return time(from, DAY);
    if (window === "week") return `week of ${time(from, DAY)}`;
    if (window === "month") return time(from, MONTH);
    if (window === "quarter") return `quarter ${Math.ceil(month / 3)} of ${year}`;
    if (window === "year") return year;
    const precise = to - from < 60000 ? SECONDS : CLOCK;
    if (to - from < 86400000) return `${time(from, DAY)}, ${time(from, precise)} to ${time(to, precise)}`;
    return `${time(from, DAY)} to ${time(to, DAY)}`;
}

/* The same in as few letters as an axis has room for. */
export function windowTick(window, from) {
    if (window === "day" || window === "week") return time(from, DATE);
    if (window === "month" || window === "quarter") return time(from, {month: "short", year: "2-digit"});
    if (window === "year") return time(from, {year: "numeric"});
    const isMidnight = time(from, CLOCK) === "00:00";
    return isMidnight ? time(from, DATE) : time(from, /^\d+s$/.test(window) ? SECONDS : CLOCK);
}
