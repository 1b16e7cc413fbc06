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

/* A token leaves the address at once, lest it be seen on a wall or passed on with a link; this tab remembers it. */
function takeToken() {
    const rest = parameters();
    const given = rest.get("token");
    if (given === null) return;
    sessionStorage.setItem("kaiku-token", given);
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
