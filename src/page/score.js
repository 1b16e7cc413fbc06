// The score of the member that is looked at, as large as there is room.
import {make, mark, put} from "./dom.js";
import {number, plural, title, value, windowText} from "./format.js";
import {drawShares, makeShares} from "./pictures.js";

const CLASSES = ["promoters", "passives", "detractors"];

/* How many answers would meet a target that is missed. */
function neededText({status, needed}) {
    if (status !== "below" && status !== "above") return "";
    if (needed === null) return "no number of answers would meet it";
    return `${plural(needed, status === "below" ? "best answer" : "lowest answer")} in a row would meet it`;
}

export class Score {
    constructor(root, clear) {
        this.name = make("span");
        this.of = make("span", {class: "quiet"});
        this.clear = make("button", {type: "button", class: "plain", onclick: clear}, "Show all");
        this.measure = make("p", {class: "measure"});
        this.value = make("p", {class: "value"});
        this.spread = make("p", {class: "spread"});
        this.n = make("p", {class: "answers"});
        this.target = make("p", {class: "target"}, make("strong"), " ", make("span"));
        this.shares = makeShares(CLASSES);
        this.classes = make("p", {class: "classes"}, ...CLASSES.flatMap(() => [make("span"), " "]));
        root.append(
            make("header", {}, make("h2", {id: "score-title"}, this.name, " ", this.of), this.clear),
            this.measure,
            this.value,
            this.spread,
            this.n,
            this.target,
            this.shares,
            this.classes,
        );
    }

    /* Returns the heading, for the title of the window. */
    draw({view, selection, isChosen, window, measure}, now) {
        const figures = measure.of(now);
        const target = measure.target(now);
        const names = Object.keys(selection);
        const who = names.map(name => value(selection[name])).join(" · ") || "All";
        put(this.name, who);
        put(
            this.of,
            names
                .map(name => title(name))
                .join(", ")
                .toLowerCase() ||
                view.by
                    .map(name => title(name))
                    .join(", ")
                    .toLowerCase(),
        );
        this.clear.hidden = !isChosen;
        put(this.measure, [measure.heading, now && windowText(window, now.from, now.to)].filter(Boolean).join(" · "));
        put(this.value, measure.text(figures.value));
        this.value.classList.toggle("none", figures.value === null);
        const spread = measure.spreadText(figures);
        put(this.spread, spread && `${measure.spread} ${spread}`);
        this.drawN(measure, figures, now);
        this.drawTarget(measure, target);
        this.drawClasses(measure, now);
        return `${measure.heading} ${measure.text(figures.value)} · ${who}`;
    }

    drawN(measure, figures, now) {
        const few = measure.isIndicative(figures) ? " · few: only an indication" : "";
        put(this.n, now && !measure.isAmount ? plural(figures.n, "answer") + few : "");
    }

    drawTarget(measure, target) {
        const [verdict, needed] = this.target.children;
        this.target.hidden = !target;
        mark(this.target, "data-status", target?.status ?? null);
        put(verdict, target ? `${target.sign} Target ${measure.short(target.goal)}: ${target.words}` : "");
        put(needed, target ? neededText(target) : "");
    }

    drawClasses(measure, now) {
        const counts = CLASSES.map(name => measure.field(now, "_" + name));
        this.shares.hidden = this.classes.hidden = measure.kind !== "nps" || counts.includes(null);
        if (this.shares.hidden) return;
        drawShares(this.shares, counts);
        CLASSES.forEach((name, i) => put(this.classes.children[i], plural(counts[i], name.slice(0, -1))));
    }
}
