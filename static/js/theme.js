// @ts-check
// Light or dark: the system decides until someone chooses here. The head loads this with blocking="render",
// so that a chosen theme is in place before the first paint; the choice stays in this browser.

const KEY = "quayside-theme";
const root = document.documentElement;

/** @returns {string | null} */
function chosen() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage is refused in some private windows; the system's choice stands.
  }
}

/** @param {string} theme */
function choose(theme) {
  root.dataset["theme"] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as this page.
  }
}

function current() {
  return root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

const theme = chosen();
if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;

// Sheets that may come last: the faces of the few Chinese characters on an English page.
addEventListener("load", () => {
  for (const late of document.querySelectorAll("link[data-late]")) late.setAttribute("rel", "stylesheet");
});

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.setAttribute("data-live", "");
    button.addEventListener("click", () => choose(current() === "dark" ? "light" : "dark"));
  }
});
