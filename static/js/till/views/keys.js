// @ts-check
// Quick keys: what this store sells most, and what a clerk reaches for.

import { html } from "../../../vendor/js/htm-preact.js";
import { add } from "../actions-basket.js";
import { lock } from "../actions-shift.js";
import { money } from "../money.js";
import { parkedHere } from "../parked.js";
import { set } from "../store.js";
import { till } from "../till.js";
import { named, t, tn } from "../words.js";
import { readyHere } from "../work.js";
import { Icon, Key, useTill } from "./parts.js";

const MOST = 8;

export function QuickKeys() {
  const state = useTill();
  const { standing, goods, clerk, basket, open } = state;
  const parked = parkedHere(state).length;
  const popular = (standing?.quick_keys ?? []).map((id) => till.catalogue.items.get(id)).filter((item) => item !== undefined);
  const others = goods ? [...till.catalogue.items.values()].filter((item) => !popular.includes(item)) : [];
  const uncounted = others.filter((item) => item.service || !item.tracked);
  const shown = [...popular, ...uncounted, ...others.filter((item) => !uncounted.includes(item))].slice(0, MOST);
  return html`<div class="keys" role="group" aria-label=${t("Quick keys")}>
    ${shown.map((item) => html`<button type="button" class="key" key=${item.id} onClick=${(/** @type {MouseEvent} */ event) => tapped(event, item)}><b>${named(item.name)}</b>${named(item.title) && html`<b class="which">${named(item.title)}</b>`}<span class="num">${money(item.price_minor)}</span></button>`)}
  </div>
  <div class="keys doors" role="group" aria-label=${t("More")}>
    <${PickupsDoor} />
    <${Door} icon="store" label=${t("Stock")} about=${t("every store")} plain hint="F6" onPress=${() => set({ panel: "stock", asked: "" })} />
    <${Door} icon="pause" label=${t("Parked")} about=${tn("%(count)s basket", "%(count)s baskets", parked)} hint=${basket.lines.length > 0 && !open ? undefined : "F4"} onPress=${() => set({ panel: "parked" })} />
    <${Door} icon="banknote" label=${t("Drawer")} about=${t("cash, report, close")} plain hint="F9" onPress=${() => set({ panel: "shift" })} />
    <${Door} icon="lock" label=${t("Lock")} about=${clerk?.name ?? ""} hint="F10" onPress=${lock} />
  </div>`;
}

/**
 * A tap leaves the keyboard to the basket, where Enter pays; whoever came by the keyboard stays.
 * @param {MouseEvent} event
 * @param {import("../shapes.js").Item} item
 */
function tapped(event, item) {
  add(item);
  if (event.detail && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
}

/** What waits for customers, and what is to be got ready for them. */
function PickupsDoor() {
  const state = useTill();
  const ready = readyHere(state).length;
  const { to_do: toDo = 0, late = 0 } = state.standing?.work ?? {};
  const about = [tn("%(count)s ready", "%(count)s ready", ready), toDo && t("%(count)s to do", { count: toDo })].filter(Boolean).join(" · ");
  return html`<${Door} icon="package-check" label=${t("Pickups")} about=${about} plain badge=${toDo} late=${late > 0} hint="⇧F1" onPress=${() => set({ panel: "pickups" })} />`;
}

/** @param {{icon: string, label: string, about: string, plain?: boolean, hint?: string | undefined, badge?: number, late?: boolean, onPress: () => void}} props */
function Door({ icon, label, about, plain = false, hint, badge = 0, late = false, onPress }) {
  return html`<button type="button" class="key door" onClick=${onPress}>${badge > 0 && html`<i class=${late ? "badge late" : "badge"} aria-hidden="true">${badge}</i>`}<span class="top"><${Icon} name=${icon} />${hint && html`<${Key} name=${hint} />`}</span><b>${label}</b><span class=${plain ? "plain" : ""}>${about}</span></button>`;
}
