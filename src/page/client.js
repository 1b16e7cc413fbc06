// Requests to the API. The page asks nothing else, and nobody else.
import {token} from "./address.js";

const WAIT_MS = 10000;

/* No figures for now; the message says why. */
export class Unanswered extends Error {}

/* The server wants a token, or another one than was sent. */
export class Refused extends Unanswered {
    constructor(message, isWrong) {
        super(message);
        this.isWrong = isWrong;
    }
}

let ahead_ms = 0;

/* The server's clock: that of a screen on a wall may be wrong. */
export function now() {
    return Date.now() + ahead_ms;
}

function compareClocks(response) {
    const date = Date.parse(response.headers.get("Date"));
    if (!isNaN(date)) ahead_ms = date - Date.now();
}

async function problemOf(response) {
    const problem = await response.json().catch(() => ({}));
    return problem.detail ?? problem.title ?? `the server said ${response.status}`;
}

/* The JSON at a path, or null where there is none (yet). */
export async function get(path, parameters = {}) {
    const headers = token() ? {Authorization: `Bearer ${token()}`} : {};
    const query = new URLSearchParams(parameters).toString();
    let response;
    try {
        response = await fetch(`api/v1/${path}${query && "?" + query}`, {
            headers,
            cache: "no-store",
            signal: AbortSignal.timeout(WAIT_MS),
        });
    } catch {
        throw new Unanswered("the server does not answer");
    }
    compareClocks(response);
    if (response.status === 404) return null;
    if (response.status === 401) throw new Refused(await problemOf(response), "Authorization" in headers);
    if (!response.ok) throw new Unanswered(await problemOf(response));
    try {
        return await response.json();
    } catch {
        throw new Unanswered("the server's answer was cut short");
    }
}
