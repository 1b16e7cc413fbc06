// The newest events that met an alert, with what they carry.
import {keep, make, options, put} from "./dom.js";
import {moment, number, title} from "./format.js";

const OWN = ["at", "topic", "partition", "offset", "value"]; // the others are carried
const NONE = "_none"; // a dimension without value: nothing to read
const QUIET = /(^id|_id|_ref)$/; // what a reader looks up rather than reads

export const ENTRIES = 6;

export class Feed {
    constructor(root, choose) {
        this.root = root;
        this.list = root.querySelector("ol");
        this.place = root.querySelector("h2 span");
        this.select = make("select", {
            "aria-label": "Alert whose events are listed",
            onchange: () => choose(this.select.value),
        });
        this.empty = make("p", {class: "quiet"}, "None yet.");
        root.append(this.empty);
    }

    draw({alert}, alerts, entries, now) {
        this.root.hidden = alert === undefined;
        if (this.root.hidden) return;
        this.drawHeading(alert, alerts);
        this.empty.hidden = entries.length > 0;
        keep(
            this.list,
            entries,
            entry => `${entry.topic}:${entry.partition}:${entry.offset}`,
            entry => this.create(entry),
            (item, entry) => put(item.firstChild, moment(entry.at, now)),
        );
    }

    /* With a single alert there is nothing to choose. */
    drawHeading(alert, alerts) {
        const names = alerts.map(name => ({value: name, text: title(name).toLowerCase()}));
        if (alerts.length === 1) return put(this.place, names[0].text);
        if (!this.select.isConnected) this.place.replaceChildren(this.select);
        options(this.select, names, alert);
    }

    create(entry) {
        const carried = Object.entries(entry).filter(
            ([name, text]) => !OWN.includes(name) && !name.startsWith("_") && text !== "" && text !== NONE,
        );
        const item = ([name, text]) =>
            make("span", {title: name}, make("span", {class: "unseen"}, `${title(name)}: `), text, " ");
        const score = number(entry.value, Number.isInteger(entry.value) ? 0 : 1);
        return make(
            "li",
            {},
            make("time", {datetime: new Date(entry.at).toISOString()}),
            make("span", {class: "score"}, make("span", {class: "unseen"}, "score "), score),
            make("span", {class: "carried"}, ...carried.filter(([name]) => !QUIET.test(name)).map(item)),
            make("span", {class: "quiet"}, ...carried.filter(([name]) => QUIET.test(name)).map(item)),
        );
    }
}
