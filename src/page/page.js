// Reads the API again and again, and shows what was chosen in the address.
import {choices, choose, useToken} from "./address.js";
import {has, memberOf, narrow, selectionOfRow, toggle, understand} from "./choice.js";
import {get, now, Unanswered} from "./client.js";
import {options, put} from "./dom.js";
import {ENTRIES, Feed} from "./feed.js";
import {title, useZone, windowName} from "./format.js";
import {Metrics} from "./metrics.js";
import {scaleOf} from "./pictures.js";
import {Score} from "./score.js";
import {course, forget} from "./series.js";
import {State} from "./state.js";
import {Table} from "./table.js";
import {Trend} from "./trend.js";
import {Trust} from "./trust.js";

const EVERY_MS = 5000;
const AGAIN_MS = 2000; // after no answer
const KNOWN_MS = 30000; // views, metrics and alerts seldom change
const LONG = 60; // windows in the large trend
const SHORT = 24; // and in that of a row
const ROWS = 500; // of a table, those with most answers: all of a large one would be more than an answer may hold
const AT_ONCE = 6; // courses asked for, as many as a browser has connections to one server

const $ = id => document.getElementById(id);
const state = new State($("ask"));
let known = null;
let known_ms = 0; // when that was asked for
let shown = null; // what is looked at now
let turn = 0;
let timer = null;

// ---------------------------------------------------------------- what people choose

/* A set that the other table shows changes places with this one's. */
function chooseSet(i, set) {
    const other = shown.tables[1 - i] === set ? shown.tables[i] : shown.tables[1 - i];
    choose({by: (i === 0 ? [set, other] : [other, set]).join(",")});
}

function chooseRow(i, row) {
    const member = memberOf(shown.view, toggle(shown.view, shown.selection, shown.narrowed[i], row));
    choose({member: member === memberOf(shown.view, {}) ? null : member});
}

function makeTable(id, i) {
    return new Table($(id), id, {
        chooseSet: set => chooseSet(i, set),
        chooseRow: row => chooseRow(i, row),
        sort: by => choose({sort: by}),
        more: () => refresh(),
    });
}

const tables = ["first", "second"].map(makeTable);
const score = new Score($("score"), () => choose({member: null}));
const metrics = new Metrics($("metrics"), name => choose({metric: name}));
const feed = new Feed($("feed"), alert => choose({alert}));
const trust = new Trust($("trust"));
const trend = new Trend($("trend"));

$("view").addEventListener("change", event => choose({view: event.target.value, member: null, by: null}));
$("window").addEventListener("change", event => choose({window: event.target.value}));
$("ask").addEventListener("submit", event => {
    event.preventDefault();
    useToken($("token").value);
    state.trying();
    refresh();
});

// ---------------------------------------------------------------- reading

async function readKnown() {
    if (known && Date.now() - known_ms < KNOWN_MS) return;
    known = (await get("views")) ?? {views: []};
    known_ms = Date.now();
    if (!known.views.length) throw new Unanswered("there are no views yet");
    const zone = useZone(known.time_zone);
    put($("about"), `kaiku ${known.version} · times of ${zone}`);
}

/* One reader of the present choices: whatever several parts of the page need is asked for once. */
function reader({view, window}) {
    const asked = new Map();
    return selection => {
        const member = memberOf(view, selection);
        if (!asked.has(member))
            asked.set(member, has(view, selection) ? get("now", {view: view.name, window, member}) : null);
        return asked.get(member);
    };
}

/* Rows of a table that agree with what was chosen elsewhere, and the figures of all of these together. */
async function readTable({view, window}, narrowed, read) {
    const [rows, whole] = await Promise.all([
        get("rows", {view: view.name, window, set: narrowed.set, limit: ROWS}),
        read(narrowed.within),
    ]);
    const agrees = row => Object.entries(narrowed.within).every(([name, value]) => row[name] === value);
    return {rows: (rows ?? []).filter(agrees), whole};
}

/* A view without a total, and nobody chose a member: the one with most answers is looked at. */
function selectionShown({view, selection}, narrowed, read) {
    if (has(view, selection) || !read.length || !read[0].rows.length) return selection;
    return selectionOfRow(read[0].rows[0], narrowed[0]);
}

async function readFigures(next) {
    const read = reader(next);
    const narrowed = next.tables.map(set => narrow(next.view, set, next.selection));
    const [totals, entries, ...groups] = await Promise.all([
        get("trust"),
        next.alert === undefined ? [] : get("feed", {alert: next.alert, limit: ENTRIES}),
        ...narrowed.map(one => readTable(next, one, read)),
    ]);
    const selection = selectionShown(next, narrowed, groups);
    return {totals, entries: entries ?? [], groups, narrowed, looked: selection, newest: await read(selection)};
}

function readCourse(view, window, member, newest, many) {
    return newest ? course(view.name, window, member, newest, many) : [];
}

/* Reads courses one after the other, until one cannot be had. */
async function readSome(waiting, newest, courses, isMine) {
    const {view, window} = shown;
    try {
        while (waiting.length && isMine()) {
            const member = waiting.shift();
            courses.set(member, await readCourse(view, window, member, newest, SHORT));
        }
    } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
    }
}

/* Rows go without a course that cannot be had, as their figures matter more. A server that gives none is asked for
   no more than AT_ONCE: the next turn finds out what is wrong with it. */
function readCourses(members, newest, courses, isMine) {
    const waiting = [...members];
    return Promise.all(Array.from({length: AT_ONCE}, () => readSome(waiting, newest, courses, isMine)));
}

// ---------------------------------------------------------------- showing

function drawChoices({view, window}) {
    options(
        $("view"),
        known.views.map(({name}) => ({value: name, text: title(name)})),
        view.name,
    );
    options(
        $("window"),
        view.windows.map(name => ({value: name, text: windowName(name)})),
        window,
    );
}

function drawTables(figures, courses) {
    const {measure} = shown;
    const numbers = figures.groups.flatMap(({rows}) =>
        rows.flatMap(row => {
            const {value, low, high} = measure.of(row);
            return [value, low, high, measure.target(row)?.goal ?? null];
        }),
    );
    const scale = scaleOf(measure, numbers);
    tables.forEach((table, i) => {
        $(["first", "second"][i]).hidden = shown.tables[i] === undefined;
        if (shown.tables[i] === undefined) return;
        const {rows, whole} = figures.groups[i];
        table.draw(shown, figures.narrowed[i], shown.tables[i], rows, measure.of(whole), scale, courses);
    });
}

function drawFigures(next, figures, courses) {
    shown = {
        ...next,
        narrowed: figures.narrowed,
        windowName: windowName(next.window),
        member: memberOf(next.view, figures.looked),
    };
    $("main").hidden = false;
    $("main").dataset.tables = next.tables.length;
    drawChoices(next);
    const heading = score.draw(
        {...shown, selection: figures.looked, isChosen: Object.keys(next.selection).length > 0},
        figures.newest,
    );
    document.title = `${heading} · kaiku`;
    metrics.draw(shown, figures.newest);
    drawTables(figures, courses);
    feed.draw(shown, known.alerts, figures.entries, now());
    trust.draw(figures.totals, now());
}

async function drawTrends(figures, courses, isMine) {
    const {view, window, member, measure} = shown;
    const {newest} = figures;
    const members = new Set(tables.slice(0, shown.tables.length).flatMap(table => table.seen.map(row => row.member)));
    const [long] = await Promise.all([
        readCourse(view, window, member, newest, LONG),
        readCourses(members, newest, courses, isMine),
    ]);
    forget();
    if (!isMine()) return;
    trend.draw(shown, long, newest, measure.target(newest)?.goal ?? null);
    drawTables(figures, courses);
}

let courses = new Map(); // of the rows, as last read

async function show(isMine) {
    const address = location.hash;
    await readKnown();
    const next = understand(known, choices());
    const figures = await readFigures(next);
    if (!isMine()) return;
    if (shown?.view.name !== next.view.name || shown.window !== next.window) courses = new Map();
    drawFigures(next, figures, courses);
    const read = new Map();
    await drawTrends(figures, read, isMine);
    if (!isMine()) return;
    courses = read;
    state.fresh(figures.totals);
    if (location.hash === address) $("main").removeAttribute("aria-busy");
}

/* Another choice makes an answer to the former one worthless: only the last turn is shown. */
async function refresh() {
    const mine = ++turn;
    const isMine = () => mine === turn;
    clearTimeout(timer);
    let wait_ms = EVERY_MS;
    try {
        await show(isMine);
    } catch (error) {
        wait_ms = AGAIN_MS;
        if (!(error instanceof Unanswered)) reportError(error);
        known_ms = 0; // whoever comes back may be configured differently
        if (isMine()) state.failed(error);
    }
    if (isMine() && !document.hidden) timer = setTimeout(refresh, wait_ms);
}

window.addEventListener("hashchange", () => {
    $("main").setAttribute("aria-busy", "true");
    refresh();
});
document.addEventListener("visibilitychange", refresh);
document.addEventListener("themechange", () => trend.drawChart());
refresh();
