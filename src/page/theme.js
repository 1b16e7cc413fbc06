// Light or dark: as the system says, or as was chosen on this device. Runs before the page is drawn, so that no dark
// page flashes white.
"use strict";
(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");

    function isDark() {
        return (localStorage.getItem("kaiku-theme") ?? (system.matches ? "dark" : "light")) === "dark";
    }

    function apply() {
        document.documentElement.dataset.theme = isDark() ? "dark" : "light";
        document.getElementById("theme")?.setAttribute("aria-pressed", isDark());
        document.dispatchEvent(new Event("themechange"));
    }

    // A choice that agrees with the system is none: the page goes on following it.
    function turn() {
        if (isDark() === system.matches) localStorage.setItem("kaiku-theme", system.matches ? "light" : "dark");
        else localStorage.removeItem("kaiku-theme");
        apply();
    }

    apply();
    system.addEventListener("change", apply);
    document.addEventListener("DOMContentLoaded", () => {
        document.getElementById("theme").addEventListener("click", turn);
        apply();
    });
})();
