// Scores by one set of dimensions; the page has two such tables.
import {memberOf, selectionOfRow} from "./choice.js";
import {keep, make, mark, options, put} from "./dom.js";
import {number, title, value} from "./format.js";
import {drawBar, drawCourse, makeBar, makeCourse} from "./pictures.js";

const FIRST = 8; // rows, until all are asked for
const STANDING = {above: ["▲", "clearly above the whole"], below: ["▼", "clearly below the whole"]};

function setName(set) {
    return set
        .split("+")
        .map(name => title(name).toLowerCase())
        .join(" and ");
}

/* Intervals that do not even touch: the only difference that is pointed out. */
function standing(measure, figures, whole) {
    if (!measure.hasInterval || figures.low === null || whole.low === null) return null;
    if (figures.low > whole.high) return "above";
    return figures.high < whole.low ? "below" : null;
}

function compare(sort, a, b) {
    const [x, y] = [a, b].map(row => (sort.endsWith("name") ? row.name : row.figures[sort.replace("-", "")]));
    if (x === null || y === null) return (x === null) - (y === null);
    const order = typeof x === "string" ? x.localeCompare(y, "en", {numeric: true}) : x - y;
    return sort.startsWith("-") ? -order : order;
}

export class Table {
    /* actions: chooseSet(set), chooseRow(row), sort(by), more() */
    constructor(root, ordinal, actions) {
        this.actions = actions;
        this.isWhole = false;
        this.select = make("select", {
            "aria-label": `What the ${ordinal} table is by`,
            onchange: () => actions.chooseSet(this.select.value),
        });
        this.within = make("span", {class: "quiet"});
        this.more = make("button", {type: "button", class: "plain", onclick: () => this.toggleMore()});
        this.empty = make("p", {class: "quiet"}, "No data in this window yet.");
        this.head = this.makeHead();
        this.body = make("tbody");
        this.caption = make("caption", {class: "unseen"});
        this.table = make(
            "table",
            {},
            this.caption,
            make("thead", {}, make("tr", {}, ...Object.values(this.head))),
            this.body,
        );
        root.append(make("h2", {}, "By ", this.select, " ", this.within), this.table, this.empty, this.more);
        this.root = root;
    }

    makeHead() {
        const sortable = (by, first) =>
            make(
                "th",
                {scope: "col", class: by},
                make("button", {
                    type: "button",
                    onclick: () => this.actions.sort(this.sort === first ? this.other(first) : first),
                }),
            );
        return {
            name: sortable("name", "name"),
            value: sortable("value", "value"),
            spread: make(
                "th",
                {scope: "col", class: "spread"},
                make("span", {class: "unseen"}),
                make("span", {class: "ends"}, make("span"), make("span")),
            ),
            n: sortable("n", "-n"),
            course: make("th", {scope: "col", class: "course"}, "Trend"),
            target: make("th", {scope: "col", class: "target"}, make("span", {}, "Target")),
        };
    }

    other(sort) {
        return sort.startsWith("-") ? sort.slice(1) : "-" + sort;
    }

    toggleMore() {
        this.isWhole = !this.isWhole;
        this.redraw();
        this.actions.more();
    }

    /* The rows that are seen, for whom courses are wanted. */
    get seen() {
        return this.isWhole ? this.rows : this.rows.slice(0, FIRST);
    }

    /* rows: of the API, those of this table only; whole: figures of all of them together; courses: by member. */
    draw(shown, narrowed, set, rows, whole, scale, courses) {
        const {measure} = shown;
        Object.assign(this, {shown, narrowed, scale, courses, sort: shown.sort});
        options(
            this.select,
            shown.sets.map(name => ({value: name, text: setName(name)})),
            set,
        );
        put(
            this.within,
            Object.values(narrowed.within).length ? `in ${Object.values(narrowed.within).map(value).join(" · ")}` : "",
        );
        this.rows = rows
            .map(row => {
                const figures = measure.of(row);
                const selection = selectionOfRow(row, narrowed);
                return {
                    row,
                    figures,
                    member: memberOf(shown.view, selection),
                    target: measure.target(row),
                    name: narrowed.shown.map(name => value(row[name])).join(" · "),
                    standing: standing(measure, figures, whole),
                };
            })
            .sort((a, b) => compare(this.sort, a, b));
        this.redraw();
    }

    redraw() {
        const {measure} = this.shown;
        const hasTargets = this.rows.some(row => row.target);
        const isEmpty = !this.rows.length;
        const by = `${setName(this.select.value)} ${this.within.textContent}`.trim();
        put(this.caption, `${measure.heading} by ${by}, newest ${this.shown.windowName}`);
        this.table.hidden = isEmpty;
        this.empty.hidden = !isEmpty;
        this.more.hidden = this.rows.length <= FIRST;
        put(this.more, this.isWhole ? `Show the first ${FIRST}` : `Show all ${this.rows.length}`);
        mark(this.more, "aria-expanded", this.isWhole);
        this.table.classList.toggle("has-targets", hasTargets);
        this.table.classList.toggle("has-spread", measure.spread !== "" || measure.isAmount);
        this.table.classList.toggle("is-compound", this.narrowed.shown.length > 1);
        this.drawHead();
        keep(
            this.body,
            this.seen,
            row => row.member,
            row => this.createRow(row),
            (element, row) => this.updateRow(element, row),
        );
    }

    drawHead() {
        const {measure} = this.shown;
        const {name, value: score, spread, n} = this.head;
        put(name.firstChild, title(this.select.value.replaceAll("+", ", ")));
        put(score.firstChild, measure.title);
        put(n.firstChild, "n");
        for (const [th, by] of [
            [name, "name"],
            [score, "value"],
            [n, "n"],
        ]) {
            const direction = {[by]: "ascending", ["-" + by]: "descending"}[this.sort];
            mark(th, "aria-sort", direction ?? null);
        }
        put(spread.children[0], measure.spread || "as a bar");
        const ends = this.scale ? [this.scale.low, this.scale.high].map(end => measure.short(end)) : ["", ""];
        ends.forEach((end, i) => put(spread.children[1].children[i], end));
    }

    createRow(item) {
        const button = make("button", {type: "button", onclick: () => this.actions.chooseRow(button.row)});
        return make(
            "tr",
            {},
            make("th", {scope: "row", class: "name"}, button, make("span", {class: "standing", role: "img"})),
            make("td", {class: "value"}),
            make("td", {class: "spread"}, make("span", {class: "unseen"}), makeBar()),
            make("td", {class: "n"}),
            make("td", {class: "course"}, makeCourse()),
            make("td", {class: "target"}, make("span", {class: "sign"}), " ", make("span", {class: "words"})),
        );
    }

    updateRow(element, item) {
        const {measure, member} = this.shown;
        const [name, score, spread, n, course, target] = element.children;
        const [button, standingMark] = name.children;
        const [sign, words] = STANDING[item.standing] ?? ["", null];
        button.row = item.row;
        put(button, item.name);
        mark(button, "aria-pressed", item.member === member);
        put(standingMark, sign);
        mark(standingMark, "aria-label", words);
        mark(standingMark, "title", words);
        standingMark.hidden = words === null;
        mark(element, "data-standing", item.standing);
        put(score, measure.text(item.figures.value));
        score.classList.toggle("none", item.figures.value === null);
        put(spread.firstChild, measure.spreadText(item.figures));
        mark(spread, "title", measure.spreadText(item.figures) || null);
        drawBar(spread.lastChild, this.scale, measure, item.figures, item.target?.goal ?? null);
        put(n, number(item.figures.n));
        n.classList.toggle("few", measure.isIndicative(item.figures));
        const points = this.courses.get(item.member) ?? [];
        drawCourse(
            course.firstChild,
            points.map(point => ({time: point.time, value: measure.of(point).value})),
        );
        put(target.firstChild, item.target?.sign ?? "");
        put(target.lastChild, item.target ? measure.short(item.target.goal) : "");
        mark(target, "data-status", item.target?.status ?? null);
    }
}
