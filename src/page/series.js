// The courses of members: asked again every half minute, for the newest windows only.
import {get} from "./client.js";

const FRESH_MS = 30000;
const kept = new Map(); // address of the request: {at, points}

/* Windows without data have no entry; here they get one without values, so that no line runs across them. */
function withGaps(points, length) {
    const out = [];
    for (const point of points) {
        const before = out.at(-1);
        if (before && point.time - before.time > 1.5 * length) out.push({time: before.time + length});
        out.push(point);
    }
    return out;
}

/* The last `many` windows of a member up to the one given. */
export async function course(view, window, member, newest, many) {
    const length = newest.to - newest.from;
    const parameters = {view, window, member, from: Math.max(0, newest.from - (many - 1) * length)};
    const name = JSON.stringify(parameters);
    const known = kept.get(name);
    if (known && Date.now() - known.at < FRESH_MS) return known.points;
    const points = withGaps((await get("series", parameters)) ?? [], length);
    kept.set(name, {at: Date.now(), points});
    return points;
}

/* Forgets what nobody asked for in a while. */
export function forget() {
    for (const [name, {at}] of kept) if (Date.now() - at > 2 * FRESH_MS) kept.delete(name);
}
