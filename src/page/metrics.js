// All metrics of the member that is looked at; choosing one shows it everywhere.
import {keep, make, mark, put} from "./dom.js";

export class Metrics {
    constructor(root, choose) {
        this.list = root.querySelector("ul");
        this.choose = choose;
    }

    draw({measures, measure: chosen}, now) {
        keep(
            this.list,
            measures,
            measure => measure.name,
            measure => this.create(measure),
            (item, measure) => this.update(item.firstChild, measure, now, chosen),
        );
    }

    create(measure) {
        return make(
            "li",
            {},
            make(
                "button",
                {type: "button", onclick: () => this.choose(measure.name)},
                make("span", {class: "name"}, measure.heading),
                " ",
                make("span", {class: "value"}),
                " ",
                make("span", {class: "sign"}),
            ),
        );
    }

    update(button, measure, now, chosen) {
        const [, value, sign] = button.children;
        const figures = measure.of(now);
        const target = measure.target(now);
        put(value, measure.text(figures.value));
        value.classList.toggle("none", figures.value === null);
        put(sign, target ? target.sign : "");
        mark(sign, "data-status", target?.status ?? null);
        mark(sign, "aria-label", target ? `target ${measure.short(target.goal)}: ${target.words}` : null);
        mark(sign, "role", target ? "img" : null);
        mark(button, "aria-pressed", measure.name === chosen.name);
    }
}
