// Says whether the figures are live. Only a change of that is announced; the time beside it is not.
import {put} from "./dom.js";
import {clock, duration} from "./format.js";
import {now, Refused} from "./client.js";
import {stalled} from "./trust.js";

export class State {
    constructor(ask) {
        this.ask = ask;
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
        const idle = stalled(trust, this.read_ms);
        if (idle) this.tell("stalled", "Records wait, but none are being counted", `for ${duration(idle / 1000)}`);
        else this.tell("live", "Live", clock(this.read_ms));
    }

    failed(error) {
        const since = this.read_ms === null ? "" : `the figures are of ${clock(this.read_ms)}`;
        if (error instanceof Refused) {
            this.ask.hidden = false;
            return this.tell("refused", "A token is needed");
        }
        this.tell("away", `No new figures: ${error.message}. Trying again`, since);
    }
}
