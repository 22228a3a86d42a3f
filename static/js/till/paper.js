// @ts-check
// A page that is printed on 80 mm paper, in a tab of its own: it prints by itself where the clerk pressed "Print" to
// get here, and its way back closes the tab, because the till goes on in the one before.

import { fitRoll } from "./roll.js";

const ENOUGH = 400;

/** @type {HTMLElement | null} */
const paper = document.querySelector(".receipt");
if (paper) addEventListener("beforeprint", () => fitRoll(paper));

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}

const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
if (document.querySelector("[data-print-now]") && arrival?.type === "navigate") {
  void document.fonts.ready.then(() => print());
}

/** @type {HTMLAnchorElement | null} */
const back = document.querySelector("a[data-closes]");
back?.addEventListener("click", (event) => {
  if (history.length > 1) return; // nothing that a script may close
  event.preventDefault();
  close();
  setTimeout(() => location.assign(back.href), ENOUGH); // where the browser keeps it open all the same
});
