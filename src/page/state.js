// Says whether the figures are live. Only a change of that is announced; the time beside it is not.
import {mark, put} from "./dom.js";
import {clock, duration} from "./format.js";
import {now, Refused} from "./client.js";
import {stalled} from "./trust.js";

export class State {
    constructor(ask) {
        this.ask = ask;
        this.token = ask.querySelector("input");
        this.state = document.getElementById("state");
        this.read = document.getElementById("read");
        this.read_ms = null;
    }

    tell(kind, text, read = "") {
        document.body.dataset.state = kind;
        put(this.state, text);
        put(this.read, read);
    }

    fresh(trust) {
        this.read_ms = now();
        this.ask.hidden = true;
        mark(this.token, "aria-invalid", null);
        const idle = stalled(trust, this.read_ms);
        if (idle) this.tell("stalled", "Records wait, but none are being counted", `for ${duration(idle / 1000)}`);
        else this.tell("live", "Live", clock(this.read_ms));
    }

    /* Said before the answer, so that a second refusal is a change, and announced like the first. */
    trying() {
        mark(this.token, "aria-invalid", null);
        this.tell("trying", "Trying this token");
    }

    /* The focus moves once, not at each of the page's own attempts. */
    refused(isWrong) {
        const isNews = isWrong && !this.token.hasAttribute("aria-invalid");
        this.ask.hidden = false;
        this.tell("refused", isWrong ? "This token was not accepted" : "A token is needed");
        mark(this.token, "aria-invalid", isWrong ? true : null);
        if (!isNews) return;
        this.token.focus();
        this.token.select();
    }

    failed(error) {
        const since = this.read_ms === null ? "" : `the figures are of ${clock(this.read_ms)}`;
        if (error instanceof Refused) return this.refused(error.isWrong);
        this.tell("away", `No new figures: ${error.message}. Trying again`, since);
    }
}
