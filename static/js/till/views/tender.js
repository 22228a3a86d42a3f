// @ts-check
// The tenders along the bottom, always there.

import { html } from "../../../vendor/js/htm-preact.js";
import { due, payCard, payable } from "../actions-pay.js";
import { now, set } from "../store.js";
import { t } from "../words.js";
import { Press, useTill } from "./parts.js";

export function Tender() {
  const { basket, open, panel, standing } = useTill();
  const ready = payable();
  const some = basket.lines.length > 0 && !open;
  return html`<footer class="tender" aria-label=${t("Payment")}>
    <${Press} label=${t("Receipts")} hint="F2" onPress=${() => set({ panel: "sales" })} />
    <${Press} label=${t("Discount")} hint="F3" disabled=${!some} onPress=${() => set({ panel: "discount" })} />
    <${Press} label=${t("Park")} hint="F4" disabled=${!some} onPress=${() => set({ panel: "parked" })} />
    <${Press} label=${t("Bank card")} hint="F7" disabled=${!ready || !standing?.card_plugin || panel === "card"} onPress=${beginCard} />
    <${Press} label=${t("Split")} hint="F8" disabled=${!ready || panel === "card"} onPress=${() => set({ panel: "split" })} />
    <${Press} label=${t("Cash")} hint="Enter" kind=${panel === "keys" || panel === "done" ? "main" : "quiet main-place"} disabled=${!ready || panel === "card"} onPress=${beginCash} />
  </footer>`;
}

export function beginCash() {
  if (payable() && now().panel !== "card") set({ panel: "cash", query: "", note: null });
}

export function beginCard() {
  const { open, basket, standing, panel } = now();
  if (!payable() || !standing?.card_plugin || panel === "card" || (!open && !basket.lines.length)) return;
  set({ query: "", note: null });
  payCard(due());
}
