// @ts-check
// Where a panel leads when it is closed.

import { now, set } from "../store.js";

/** Take what is being typed into a field that counts once the focus leaves it. */
export function settleTyped() {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && "typed" in field.dataset) document.getElementById("find")?.focus();
}

/** Back to the quick keys, or to the payment that is still open. */
export function closePanel() {
  const { open } = now();
  set({ panel: open ? "split" : "keys", approval: null, done: null, query: "" });
  document.getElementById("find")?.focus();
}
