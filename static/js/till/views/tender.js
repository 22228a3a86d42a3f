// @ts-check
// The tenders along the bottom, always there.

import { html } from "../../../vendor/js/htm-preact.js";
import { due, payCard, payable, takesCash } from "../actions-pay.js";
import { whenCounted } from "../quoting.js";
import { now, set } from "../store.js";
import { t } from "../words.js";
import { Press, useTill } from "./parts.js";

/** @type {Partial<Record<import("../shapes.js").PanelName, string[]>>} */
const TAKEN = { done: ["F3", "F4", "Enter"], cash: ["Enter"], split: ["F7", "Enter"], again: ["F7", "F8", "Enter"], discount: ["Enter"], parked: ["Enter"], customer: ["Enter"] };

export function Tender() {
  const { basket, open, panel, standing } = useTill();
  const ready = payable();
  const cash = takesCash();
  // A key stands on one button at a time: panels with buttons for the same keys take them over.
  const own = (/** @type {string} */ key) => (TAKEN[panel]?.includes(key) ? undefined : key);
  // What Enter does is the main thing to do; only where the panel takes Enter for its own is it not this.
  const main = own("Enter") || panel === "done" ? "main" : "quiet main-place";
  const some = basket.lines.length > 0 && !open;
  return html`<footer class="tender" aria-label=${t("Payment")}>
    <${Press} label=${t("Receipts")} hint="F2" onPress=${() => set({ panel: "sales" })} />
    <${Press} label=${t("Discount")} hint=${own("F3")} disabled=${!some} onPress=${() => set({ panel: "discount" })} />
    <${Press} label=${t("Park")} hint=${own("F4")} disabled=${!some} onPress=${() => set({ panel: "parked" })} />
    <${Press} label=${t("Bank card")} hint=${own(cash ? "F7" : "Enter")} kind=${cash ? "quiet" : main} disabled=${!ready || !standing?.card_plugin || panel === "card"} onPress=${beginCard} />
    <${Press} label=${t("Split")} hint="F8" disabled=${!ready || panel === "card"} onPress=${beginSplit} />
    ${cash && html`<${Press} label=${t("Cash")} hint=${own("Enter")} kind=${main} disabled=${!ready || panel === "card"} onPress=${beginCash} />`}
  </footer>`;
}

/** What Enter begins: cash, or a card where the shop takes no cash. */
export function beginPaying() {
  if (takesCash()) beginCash();
  else beginCard();
}

export function beginCash() {
  if (!takesCash() || !payable() || now().panel === "card") return;
  whenCounted(() => payable() && set({ panel: "cash", query: "", note: null }));
}

export function beginSplit() {
  if (payable() && now().panel !== "card") whenCounted(() => payable() && set({ panel: "split" }));
}

export function beginCard() {
  const { open, basket, standing, panel } = now();
  if (!payable() || !standing?.card_plugin || panel === "card" || (!open && !basket.lines.length)) return;
  set({ query: "", note: null });
  whenCounted(() => payCard(due()));
}
