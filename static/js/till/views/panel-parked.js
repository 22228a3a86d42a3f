// @ts-check
// Baskets set aside: park this one, take another up, at any till of the store.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { park, resume, throwAway } from "../actions-basket.js";
import { refresh } from "../actions-shift.js";
import { parkedTotal } from "../basket.js";
import { money } from "../money.js";
import { parkedHere } from "../parked.js";
import { till } from "../till.js";
import { hour, listed, t, tn, whole } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Key, Panel, useTill } from "./parts.js";

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
      ${baskets.map((each) => html`<${Aside} key=${each.id} parked=${each} standing=${standing} />`)}
    </ul>
  </${Panel}>`;
}

/** @param {{parked: import("../shapes.js").Parked, standing: import("../shapes.js").Standing | null}} props */
function Aside({ parked, standing }) {
  const [asking, setAsking] = useState(false);
  const title = parked.label || parked.customer?.name || contents(parked);
  const pieces = tn("%(count)s piece", "%(count)s pieces", parked.lines.reduce((sum, line) => sum + line.quantity, 0));
  const total = money(parkedTotal(parked, till.catalogue.items, standing?.tax_rounding ?? "line"));
  if (asking) return html`<${Question} title=${title} id=${parked.id} onNo=${() => setAsking(false)} />`;
  return html`<li class="parked"><button type="button" onClick=${() => void resume(parked.id)}>
      <span><b>${title}</b></span><span class="num">${pieces} · ${total}</span>
      <span class="soft small">${title === contents(parked) ? "" : contents(parked)}</span><span class="soft small num">${hour(parked.at, standing?.time_zone ?? "UTC")}</span>
    </button>
    <span><button type="button" class="button bare icon-only" aria-label=${t("Throw “%(name)s” away", { name: title })} onClick=${() => setAsking(true)}><${Icon} name="trash-2" /></button></span></li>`;
}

/** @param {{title: string, id: string, onNo: () => void}} props */
function Question({ title, id, onNo }) {
  /** @type {{current: HTMLButtonElement | null}} */
  const no = useRef(null);
  useLayoutEffect(() => no.current?.focus(), []);
  return html`<li class="parked asking" role="group" aria-label=${t("Throw “%(name)s” away", { name: title })}>
    <p><b>${t("Throw “%(name)s” away?", { name: title })}</b></p>
    <p class="cluster"><button type="button" class="button small quiet" ref=${no} onClick=${onNo}>${t("Keep it")}</button>
      <button type="button" class="button small danger" onClick=${() => void throwAway(id)}><${Icon} name="trash-2" /><span>${t("Throw away")}</span></button></p></li>`;
}
