// @ts-check
// Baskets set aside: park this one, take another up, at any till of the store.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { park, resume } from "../actions-basket.js";
import { refresh } from "../actions-shift.js";
import { reckon } from "../basket.js";
import { money } from "../money.js";
import { parkedHere } from "../parked.js";
import { till } from "../till.js";
import { hour, listed, t, tn, whole } from "../words.js";
import { closePanel } from "./closing.js";
import { Key, Panel, useTill } from "./parts.js";

/**
 * What a basket costs now: prices may have changed since it was set aside.
 * @param {import("../shapes.js").Parked} parked
 * @param {string} rounding
 */
function total({ lines }, rounding) {
  const known = lines.map((line) => ({ ...line, item: till.catalogue.items.get(line.item.id) ?? line.item }));
  return money(reckon({ lines: known, discount: null, customer: null }, rounding).total);
}

/** @param {import("../shapes.js").Parked} parked */
function contents({ lines }) {
  return listed(lines.map((line) => whole(line.item)));
}

export function ParkedPanel() {
  const state = useTill();
  const { basket, open, standing } = state;
  const baskets = parkedHere(state);
  const [label, setLabel] = useState("");
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => void refresh(), []);
  /** @param {Event} event */
  const aside = (event) => {
    event.preventDefault();
    void park(label.trim());
  };
  return html`<${Panel} title=${t("Parked baskets")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${basket.lines.length > 0 && !open && html`<form class="stack" onSubmit=${aside}>
      <div class="field"><label for="park-label">${t("Whose basket is it?")} <span class="optional">${t("(optional)")}</span></label>
        <input id="park-label" ref=${field} type="text" maxlength="80" autocomplete="off" placeholder=${t("red coat, table 4")} value=${label} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setLabel(event.currentTarget.value)} /></div>
      <button type="submit" class="button main wide"><span>${t("Park this basket")}</span><${Key} name="Enter" /></button>
    </form>`}
    ${baskets.length === 0 && html`<p class="soft">${t("No basket is parked here.")}</p>`}
    <ul class="results" role="list">
      ${baskets.map((each) => html`<li key=${each.id}><button type="button" onClick=${() => void resume(each.id)}>
        <span><b>${each.label || each.customer?.name || contents(each)}</b></span><span class="num">${tn("%(count)s piece", "%(count)s pieces", each.lines.reduce((sum, line) => sum + line.quantity, 0))} · ${total(each, standing?.tax_rounding ?? "line")}</span>
        <span class="soft small">${each.label || each.customer?.name ? contents(each) : ""}</span><span class="soft small num">${hour(each.at, standing?.time_zone ?? "UTC")}</span>
      </button></li>`)}
    </ul>
  </${Panel}>`;
}
