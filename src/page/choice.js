// What is to be shown: the choices in the address, as far as this configuration knows them, and what follows from them.
import {Measure} from "./measure.js";

const ALL = "_all";

/* Not `in`: a dimension may be called as something that every object inherits, such as `constructor`. */
const isFixed = (selection, name) => Object.hasOwn(selection, name);

/* A selection fixes some dimensions of a view: {channel: "phone"}. */
function selectionOf(view, member) {
    const values = member?.split("|") ?? [];
    if (values.length !== view.by.length) return {};
    return Object.fromEntries(view.by.map((name, i) => [name, values[i]]).filter(([, value]) => value !== ALL));
}

export function memberOf(view, selection) {
    return view.by.map(name => (isFixed(selection, name) ? selection[name] : ALL)).join("|") || ALL;
}

export function has(view, selection) {
    return view.sets.includes(view.by.filter(name => isFixed(selection, name)).join("+"));
}

function pick(list, name, otherwise) {
    return list.find(item => item.name === name) ?? otherwise;
}

/* The sets that the two tables show: single dimensions first, unless the address says otherwise. */
function tablesOf(sets, wanted) {
    const asked = (wanted ?? "").split(",");
    const first = sets.includes(asked[0]) ? asked[0] : sets[0];
    const second = sets.includes(asked[1]) && asked[1] !== first ? asked[1] : sets.find(set => set !== first);
    return [first, second].filter(set => set !== undefined);
}

export function understand(known, asked) {
    const view = pick(known.views, asked.view, known.views[0]);
    const usual = view.windows.includes("day") ? "day" : view.windows[0];
    const sets = view.sets.filter(set => set !== "").sort((a, b) => a.split("+").length - b.split("+").length);
    return {
        view,
        sets,
        window: view.windows.includes(asked.window) ? asked.window : usual,
        measures: known.metrics.map(metric => new Measure(metric)),
        measure: new Measure(pick(known.metrics, asked.metric, known.metrics[0])),
        tables: tablesOf(sets, asked.by),
        selection: selectionOf(view, asked.member),
        alert: known.alerts.includes(asked.alert) ? asked.alert : known.alerts[0],
        sort: asked.sort ?? "-n",
    };
}

/* Which rows a table shows. A choice made elsewhere narrows it, where the view has such a set; a choice among its own
   rows leaves them all there to compare. Returns the set to read, the dimensions shown, and those that rows must
   agree in. */
export function narrow(view, set, selection) {
    const own = set.split("+");
    const chosen = Object.keys(selection);
    const wide = view.by.filter(name => own.includes(name) || chosen.includes(name));
    const dimensions = view.sets.includes(wide.join("+")) ? wide : own;
    const isComplete = own.every(name => isFixed(selection, name));
    const fixed = dimensions.filter(name => isFixed(selection, name) && !(isComplete && own.includes(name)));
    return {
        set: dimensions.join("+"),
        own,
        shown: dimensions.filter(name => !fixed.includes(name)),
        within: Object.fromEntries(fixed.map(name => [name, selection[name]])),
    };
}

export function selectionOfRow(row, narrowed) {
    return Object.fromEntries(narrowed.set.split("+").map(name => [name, row[name]]));
}

/* Choosing a row again lets go of what this table chose. */
export function toggle(view, selection, narrowed, row) {
    const next = selectionOfRow(row, narrowed);
    if (memberOf(view, next) !== memberOf(view, selection)) return next;
    for (const name of narrowed.own) delete next[name];
    return next;
}
