// @ts-check
// Where a panel leads when it is closed.

import { hasTaken } from "../actions-open.js";
import { now, set } from "../store.js";

/** Take what is being typed into a field that counts once the focus leaves it. */
export function settleTyped() {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && "typed" in field.dataset) document.getElementById("find")?.focus();
}

/** Back to the quick keys, to the payment that is still open, or to the part of an order that the camera scanned for. */
export function closePanel() {
  const { open, panel, hand, task } = now();
  if (panel === "camera" && (hand || task)) return set({ panel: hand ? "handover" : "task" });
  set({ panel: open ? (hasTaken(open) ? "split" : "again") : "keys", approval: null, done: null, query: "" });
  document.getElementById("find")?.focus();
}
