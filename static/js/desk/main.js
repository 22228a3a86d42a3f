// @ts-check
// The desk's keyboard: `/` goes to the search field of the page; select-all boxes; one submit per form.

import { liven as livenSubmit } from "../submit.js";
import { liven as livenCopying } from "./copying.js";
import { liven as livenFiles } from "./files.js";
import { liven as livenScanning, livenPrinting } from "./scanning.js";
import { liven as livenTicks } from "./ticks.js";
import { liven as livenWorth } from "./worth.js";
import "./strips.js";

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = document.querySelector("[data-search], input[type=search]");
  if (!(field instanceof HTMLInputElement)) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// <input type="checkbox" data-selects="order"> ticks every box with name="order".
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.dataset["selects"]) return;
  for (const other of document.getElementsByName(box.dataset["selects"])) {
    if (other instanceof HTMLInputElement) other.checked = box.checked;
  }
});

// <span data-chosen="order" data-words="# chosen"> says how many boxes with name="order" are ticked.
document.addEventListener("change", () => {
  for (const told of document.querySelectorAll("[data-chosen]")) {
    if (!(told instanceof HTMLElement)) continue;
    const boxes = [...document.getElementsByName(told.dataset["chosen"] ?? "")];
    const count = boxes.filter((box) => box instanceof HTMLInputElement && box.checked).length;
    told.dataset["none"] ??= told.textContent ?? "";
    told.textContent = count > 0 ? (told.dataset["words"] ?? "").replace("#", String(count)) : told.dataset["none"];
  }
});

livenSubmit(document);
livenCopying(document);
livenFiles(document);
livenTicks(document);
livenWorth(document);
livenScanning(document);
livenPrinting(document);
document.addEventListener("htmx:after:swap", () => livenSubmit(document));
