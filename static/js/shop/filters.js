// @ts-check
// On a phone the filters unfold above the list. Every tick brings a new list, and with it folded filters:
// they stay as they were left on this page, in this tab, also when it is loaded again.

const KEY = "quayside-filters";

/** @param {ParentNode} root */
export function liven(root) {
  const box = unfold(root);
  if (!box || box.hasAttribute("data-live")) return;
  box.setAttribute("data-live", "");
  box.addEventListener("toggle", () => leave(box.open));
}

// Who folds and leaves at once is gone before the toggle is told of: what the page shows last is what counts.
addEventListener("pagehide", () => {
  const box = filtersOf(document);
  if (box?.hasAttribute("data-live")) leave(box.open);
});

// The focus finds its way back to what was ticked only if that is seen: unfold before the new list comes in.
document.addEventListener("htmx:before:swap", (event) => {
  if (!(event instanceof CustomEvent)) return;
  for (const task of event.detail.tasks) {
    if (!(task.fragment instanceof DocumentFragment)) continue;
    unfold(task.fragment);
    keepFolds(task.fragment);
  }
});

// A new list comes in above the old one, and the browser holds on to the old one until it is gone:
// what was ticked stays where it was seen.
/** @type {{ id: string, top: number } | null} */
let ticked = null;

document.addEventListener("htmx:before:swap", () => {
  const box = document.activeElement;
  ticked = box?.id && box.closest("#listing") ? { id: box.id, top: box.getBoundingClientRect().top } : null;
});

document.addEventListener("htmx:after:swap", () => {
  const box = ticked && document.getElementById(ticked.id);
  if (ticked && box) scrollBy({ top: box.getBoundingClientRect().top - ticked.top, behavior: "instant" });
  ticked = null;
});

/**
 * A new list folds its groups as a fresh page would: those that stand on this one stay as they are.
 * @param {DocumentFragment} fragment
 */
function keepFolds(fragment) {
  for (const fold of fragment.querySelectorAll("details[data-fold]")) {
    const now = document.getElementById(fold.id);
    if (fold instanceof HTMLDetailsElement && now instanceof HTMLDetailsElement) fold.open = now.open;
  }
}

/**
 * @param {ParentNode} root
 * @returns {HTMLDetailsElement | null} the filters, as they were left
 */
function unfold(root) {
  const box = filtersOf(root);
  if (box) box.open = left() === location.pathname;
  return box;
}

/**
 * @param {ParentNode} root
 * @returns {HTMLDetailsElement | null}
 */
function filtersOf(root) {
  const box = root.querySelector("details.all-filters");
  return box instanceof HTMLDetailsElement ? box : null;
}

/** @returns {string | null} the page that was left with its filters unfolded */
function left() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // Storage is refused in some private windows; the filters then fold up.
  }
}

/** @param {boolean} open */
function leave(open) {
  try {
    if (open) sessionStorage.setItem(KEY, location.pathname);
    else if (left() === location.pathname) sessionStorage.removeItem(KEY);
  } catch {
    // Nothing is kept, see above.
  }
}
