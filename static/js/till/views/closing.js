// @ts-check
// Where a panel leads when it is closed.

import { now, set } from "../store.js";

/** Back to the quick keys, or to the payment that is still open. */
export function closePanel() {
  const { open } = now();
  set({ panel: open ? "split" : "keys", approval: null, done: null, query: "" });
  document.getElementById("find")?.focus();
}
