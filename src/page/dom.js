// Elements are made with their text as text: nothing that comes from events is ever read as markup.

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children);
    return element;
}

export function make(name, attributes = {}, ...children) {
    return fill(document.createElement(name), attributes, children);
}

export function makeSvg(name, attributes = {}, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

/* Only what differs is touched: a screen reader reads on, and selected text stays selected. */
export function put(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

export function mark(element, name, value) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/* The children of a list become one for each item, in order. One that stays is the same element as before, so it
   keeps the focus. key: names an item; create(item) gives its element, update(element, item) fills it. */
export function keep(parent, items, key, create, update) {
    const focused = document.activeElement;
    const before = new Map([...parent.children].map(child => [child.dataset.key, child]));
    items.forEach((item, i) => {
        const name = String(key(item));
        const element = before.get(name) ?? create(item);
        before.delete(name);
        element.dataset.key = name;
        update(element, item);
        if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] ?? null);
    });
    for (const element of before.values()) element.remove();
    if (parent.contains(focused) && document.activeElement !== focused) focused.focus({preventScroll: true});
}

export function options(select, choices, chosen) {
    keep(
        select,
        choices,
        choice => choice.value,
        choice => make("option", {value: choice.value}),
        (option, choice) => put(option, choice.text),
    );
    select.value = chosen;
}
