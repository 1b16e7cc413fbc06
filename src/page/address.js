// What is chosen stands in the address behind '#', so that a bookmark shows the same again. No server sees it.

function parameters() {
    return new URLSearchParams(location.hash.slice(1));
}

export function choices() {
    return Object.fromEntries(parameters());
}

/* Changes the address; null takes a choice away. The page hears of it as of any change of the address. */
export function choose(changes) {
    const next = parameters();
    for (const [name, value] of Object.entries(changes)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
    }
    location.hash = next;
}

/* As it stands there, because URLSearchParams would read the + of Base64 as a space; null without one. */
function tokenGiven() {
    const given = /(?:^#|&)token=([^&]*)/.exec(location.hash);
    if (!given) return null;
    try {
        return decodeURIComponent(given[1]);
    } catch {
        return given[1]; // it holds a % of its own
    }
}

/* A token leaves the address at once, lest it be seen on a wall or passed on with a link; this tab remembers it. */
function takeToken() {
    const given = tokenGiven();
    if (given === null) return;
    sessionStorage.setItem("kaiku-token", given);
    const rest = parameters();
    rest.delete("token");
    history.replaceState(null, "", `#${rest}`);
}

export function token() {
    takeToken();
    return sessionStorage.getItem("kaiku-token");
}

export function useToken(text) {
    sessionStorage.setItem("kaiku-token", text);
}
