// @ts-check
// Whoever works by keyboard and changes the page goes on where they were: what had the focus has it again when
// the same page has loaded anew. What is gone by then (a line that was taken out) leaves it to its own form.

const KEY = "quayside-focus";
const FIELDS = "input:not([type=hidden]), select";
const OTHERS = "summary, button, a[href]";

let byKeys = false;
addEventListener("keydown", () => (byKeys = true), true);
addEventListener("pointerdown", () => (byKeys = false), true);
addEventListener("pagehide", leave);

/** @typedef {{path: string, id: string, href: string, words: string, name: string, value: string, action: string}} Place */

function leave() {
  const held = document.activeElement;
  if (!byKeys || !(held instanceof HTMLElement) || held === document.body) return;
  const read = (/** @type {string} */ name) => held.getAttribute(name) ?? "";
  const action = held.closest("form")?.getAttribute("action") ?? "";
  const { id, textContent: words } = held;
  /** @type {Place} */
  const place = { path: location.pathname, id, href: read("href"), words, name: read("name"), value: read("value"), action };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // Storage is refused in some private windows; the focus then begins at the top.
  }
}

/** Give the focus back, once, unless the page has given it to something itself. */
export function comeBack() {
  const place = left();
  if (!place || place.path !== location.pathname || document.activeElement !== document.body) return;
  if (document.querySelector("[autofocus]")) return; // the browser gives it the focus, sooner or later
  for (const stop of [...named(place), ...ofForm(place)]) {
    if (!(stop instanceof HTMLElement)) continue;
    stop.focus();
    if (document.activeElement === stop) return; // what is folded away takes no focus
  }
}

/** @returns {Place | null} */
function left() {
  try {
    const kept = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return kept === null ? null : JSON.parse(kept);
  } catch {
    return null;
  }
}

/** @param {Place} place */
function named({ id, href, words, name, value, action }) {
  if (id) return document.querySelectorAll(`#${CSS.escape(id)}`);
  // The choices that are made lead to one page, all of them: the words tell them apart.
  if (href) return [...document.querySelectorAll(`a[href="${CSS.escape(href)}"]`)].filter((link) => link.textContent === words);
  if (!name) return [];
  return document.querySelectorAll(`${form(action)}[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
}

/** @param {Place} place */
function ofForm({ action }) {
  if (!action) return [];
  return [FIELDS, OTHERS].flatMap((kind) => [...document.querySelectorAll(`${form(action)}:is(${kind})`)]);
}

/** @param {string} action */
function form(action) {
  return action ? `form[action="${CSS.escape(action)}"] ` : "";
}
