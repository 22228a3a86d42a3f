// @ts-check
// Every function by its key. Keys keep still while a scanner types, in fields that need them, and when
// hints are switched off (WCAG 2.1.4).

import { move, remove, setQuantity } from "./actions-basket.js";
import { askCustomer } from "./actions-customer.js";
import { cancelCard } from "./actions-card.js";
import { due, payCard, payable } from "./actions-pay.js";
import { lock } from "./actions-shift.js";
import { now, set } from "./store.js";
import { closePanel, settleTyped } from "./views/closing.js";
import { printDone } from "./views/panel-done.js";
import { pressHandOver } from "./views/panel-handover.js";
import { pressNextStep } from "./views/panel-task.js";
import { beginCard, beginPaying, beginSplit } from "./views/tender.js";

/** @type {Record<string, () => void>} */
const KEYS = {
  F1: () => askCustomer(),
  F2: () => set({ panel: "sales" }),
  F3: () => (now().panel === "done" ? document.getElementById("done-mail")?.click() : now().basket.lines.length && !now().open && set({ panel: "discount" })),
  F4: () => (now().panel === "done" ? printDone() : set({ panel: "parked" })),
  F6: () => set({ panel: "stock", asked: lineInHand()?.item.id ?? "" }),
  F7: () => (now().panel === "split" && partTyped() ? payPart() : beginCard()),
  F8: () => beginSplit(),
  F9: () => set({ panel: "shift" }),
  F10: () => lock(),
  "Shift+F1": () => set({ panel: "pickups" }),
};

function lineInHand() {
  const { basket, selected } = now();
  return basket.lines.find((line) => line.key === selected);
}

/** The button of the split panel, if a part was typed there. */
function partTyped() {
  const field = document.getElementById("part");
  return field instanceof HTMLInputElement && field.value.trim() !== "";
}

function payPart() {
  const button = document.getElementById("part-by-card");
  if (button instanceof HTMLButtonElement) button.click();
  else if (payable()) payCard(due());
}

/** @param {import("./scan.js").Wedge} wedge */
export function listenForKeys(wedge) {
  document.addEventListener("keydown", (event) => {
    const { clerk, standing, writer } = now();
    if (!clerk || event.isComposing || wedge.isBursting(event)) return;
    if (!standing?.shift || !writer) return lockKey(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return undoKey(event);
    const act = KEYS[`${event.shiftKey ? "Shift+" : ""}${event.key}`] ?? KEYS[event.key];
    if (act && now().hints) {
      event.preventDefault();
      settleTyped();
      return act();
    }
    if (event.key === "Escape") return escape(event);
    if (event.key === "Enter") return enter(event);
    if (!isTyping(event.target)) lineKey(event);
    if (event.key.length === 1 && event.target === document.body && now().panel !== "cash") document.getElementById("find")?.focus();
  });
}

/**
 * The line on top shows its key also before the register is opened, and where one can only look.
 * @param {KeyboardEvent} event
 */
function lockKey(event) {
  if (event.key !== "F10" || !now().hints || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  lock();
}

/** @param {KeyboardEvent} event */
function escape(event) {
  event.preventDefault();
  const { panel, query, approval } = now();
  if (approval) return set({ approval: null });
  if (panel === "card") return void cancelCard();
  if (query) return set({ query: "" });
  closePanel();
}

/**
 * Enter pays where nothing else wants it: not in a form, not on a button that has the focus.
 * @param {KeyboardEvent} event
 */
function enter(event) {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.repeat || target.closest("button, a, form, select")) return;
  event.preventDefault();
  if (now().panel === "done") closePanel();
  else if (now().panel === "again") document.getElementById("again-main")?.click();
  else if (now().panel === "handover") pressHandOver();
  else if (now().panel === "task") pressNextStep();
  else if (now().panel !== "card" && !now().query) beginPaying();
}

/** @param {KeyboardEvent} event */
function lineKey(event) {
  const line = lineInHand();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    return move(step);
  }
  if (!line) return;
  const act = { "+": () => setQuantity(line.key, line.quantity + 1), "-": () => setQuantity(line.key, line.quantity - 1), Delete: () => remove(line.key) }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {KeyboardEvent} event */
function undoKey(event) {
  const undo = now().note?.undo;
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || !undo) return;
  event.preventDefault();
  undo();
}

/**
 * The find field lets keys through while it is empty, so that the focus may rest there.
 * @param {EventTarget | null} target
 */
function isTyping(target) {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return false;
  return target.id !== "find" || target.value !== "";
}
