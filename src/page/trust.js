// Whether the other figures can be believed: does all that was read add up, and is it of now?
import {keep, make, mark, put} from "./dom.js";
import {duration, number, plural, share} from "./format.js";

const PARTS = ["counted", "retracted", "duplicate", "rejected", "ignored"];
const INCIDENTS = ["outages", "rewinds", "crashes", "stops", "refusals"];
const LONG_MS = 60000; // without progress while records wait

/* Since when, by the server's clock, as many records as now were read while others waited. `updated` alone does not
   tell: trust is written again whenever the log grows. Who has just opened the page knows no more than that, though. */
let seen = {consumed: null, lag: 0, since: 0};

function idleSince({consumed, lag, updated}) {
    const isWaiting = consumed === seen.consumed && seen.lag > 0;
    seen = {consumed, lag, since: isWaiting ? Math.min(seen.since, updated) : updated};
    return seen.since;
}

/* Records wait and none was counted for a while: how long, in ms, or 0. */
export function stalled(trust, now) {
    if (!trust) return 0;
    const idle = now - idleSince(trust);
    return trust.lag > 0 && idle > LONG_MS ? idle : 0;
}

function figuresOf(trust, now) {
    const of = name => trust[name] ?? 0;
    const age_s = Math.max(0, (now - of("high_time")) / 1000);
    const happened = INCIDENTS.filter(name => of(name) > 0).map(name => `${number(of(name))} ${name}`);
    return [
        {name: "Behind the log", text: plural(of("lag"), "record"), isBad: stalled(trust, now) > 0},
        {name: "Newest event", text: of("high_time") ? `${duration(age_s)} ago` : "none yet"},
        {name: "Late", text: number(of("late")), part: share(of("late"), of("consumed"))},
        {name: "Duplicate", text: number(of("duplicate")), part: share(of("duplicate"), of("consumed"))},
        {name: "Rejected", text: number(of("rejected")), part: share(of("rejected"), of("consumed"))},
        {name: "Answers dropped", text: number(of("bad_answers"))},
        {name: "Lost in Kafka", text: number(of("gap")), isBad: of("gap") > 0},
        {name: "Incidents", text: happened.join(", ") || "none"},
    ];
}

export class Trust {
    constructor(root) {
        this.sum = root.querySelector("p");
        this.list = root.querySelector("dl");
    }

    draw(trust, now) {
        this.drawSum(trust);
        keep(
            this.list,
            trust ? figuresOf(trust, now) : [],
            figure => figure.name,
            figure => this.create(figure),
            (item, figure) => {
                const [, text] = item.children;
                put(text.firstChild, figure.text);
                put(text.lastChild, figure.part ?? "");
                mark(text, "data-status", figure.isBad ? "below" : null);
            },
        );
    }

    drawSum(trust) {
        if (!trust) return put(this.sum, "Nothing was counted yet.");
        const isRight = PARTS.reduce((sum, name) => sum + (trust[name] ?? 0), 0) === trust.consumed;
        const parts = PARTS.map(name => `${number(trust[name] ?? 0)} ${name}`).join(" + ");
        const verdict = isRight ? "✓ It adds up" : "✗ It does not add up";
        put(this.sum, `${verdict}: ${plural(trust.consumed, "record")} read = ${parts}`);
        mark(this.sum, "data-status", isRight ? "met" : "below");
    }

    create(figure) {
        return make(
            "div",
            {},
            make("dt", {}, figure.name),
            make("dd", {}, make("span"), " ", make("span", {class: "quiet"})),
        );
    }
}
