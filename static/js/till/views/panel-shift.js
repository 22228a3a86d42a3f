// @ts-check
// The drawer between opening and closing: cash in and out, a drawer without a sale, X, and the way to the count.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useState } from "../../../vendor/js/preact-hooks.js";
import { moveCash, openDrawer } from "../actions-shift.js";
import { askJson } from "../api.js";
import { money, readAmount } from "../money.js";
import { set } from "../store.js";
import { t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Panel, Press, useTill } from "./parts.js";

export function ShiftPanel() {
  const { standing } = useTill();
  const [moving, setMoving] = useState(/** @type {"" | "in" | "out" | "open"} */ (""));
  return html`<${Panel} title=${t("Drawer and shift %(number)s", { number: standing?.shift?.number ?? "" })} onClose=${closePanel} closeLabel=${t("Back")}>
    <div class="two">
      <${Press} icon="arrow-down" label=${t("Cash in")} onPress=${() => setMoving("in")} />
      <${Press} icon="arrow-up" label=${t("Cash out")} onPress=${() => setMoving("out")} />
      <${Press} icon="unlock" label=${t("Open the drawer")} onPress=${() => setMoving("open")} />
      <${Press} icon="calculator" label=${t("Count and close")} onPress=${() => set({ panel: "count" })} />
    </div>
    ${moving && html`<${Move} key=${moving} what=${moving} onDone=${() => setMoving("")} />`}
    <${Figures} />
  </${Panel}>`;
}

/** @param {{what: "in" | "out" | "open", onDone: () => void}} props */
function Move({ what, onDone }) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const amount = readAmount(typed);
  const ready = reason.trim() !== "" && (what === "open" || Boolean(amount));
  /** @param {Event} event */
  const go = (event) => {
    event.preventDefault();
    if (!ready) return;
    if (what === "open") openDrawer(reason.trim());
    else moveCash(what === "in" ? (amount ?? 0) : -(amount ?? 0), reason.trim());
    onDone();
  };
  const label = { in: t("Put in"), out: t("Take out"), open: t("Open the drawer") }[what];
  return html`<form class="stack" onSubmit=${go}>
    ${what !== "open" && html`<div class="field"><label for="moved">${t("Amount")}</label><input id="moved" class="amount-field num" type="text" inputmode="decimal" autocomplete="off" value=${typed} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)} /></div>`}
    <div class="field"><label for="moved-why">${t("Reason")}</label><input id="moved-why" type="text" maxlength="200" autocomplete="off" value=${reason} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setReason(event.currentTarget.value)} /></div>
    <button type="submit" class="button main wide" disabled=${!ready}>${label}</button>
  </form>`;
}

function Figures() {
  const [figures, setFigures] = useState(/** @type {any} */ (null));
  useEffect(() => {
    askJson("report").then((told) => setFigures(told.report), () => setFigures(null));
  }, []);
  if (!figures) return null;
  return html`<section aria-label=${t("X report")}>
    <div class="pair"><h3>${t("X report")}</h3><a class="button quiet small" href="/till/reports/x" target="_blank" rel="noopener"><${Icon} name="printer" /><span>${t("Print")}</span></a></div>
    <dl class="pairs">
      <div><dt>${t("Number of sales")}</dt><dd class="num">${figures.sales}</dd></div>
      <div><dt>${t("Turnover")}</dt><dd class="num">${money(figures.net_of_voids_minor)}</dd></div>
      <div><dt>${t("Voided")}</dt><dd class="num">${figures.voids} · ${money(figures.voided_minor)}</dd></div>
      ${figures.tenders.filter((/** @type {any} */ each) => each.tender !== "cash").map((/** @type {any} */ each) => html`<div><dt>${t("Bank card")}</dt><dd class="num">${money(each.taken_minor - each.refunded_minor)}</dd></div>`)}
      <div><dt>${t("Cash in and out")}</dt><dd class="num">${money(figures.cash_in_minor - figures.cash_out_minor)}</dd></div>
    </dl>
    <p class="soft small">${t("Cash takings are told after the count.")}</p>
  </section>`;
}
