// @ts-check
// The drawer between opening and closing: cash in and out, a drawer without a sale, X, and the way to the count.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { askReading, moveCash, openDrawer, printReport, readShift } from "../actions-shift.js";
import { difference, money, readAmount } from "../money.js";
import { set } from "../store.js";
import { named, t, tenderName } from "../words.js";
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
  /** @type {{current: HTMLFormElement | null}} */
  const form = useRef(null);
  useLayoutEffect(() => form.current?.querySelector("input")?.focus(), []);
  const amount = readAmount(typed);
  const wrong = typed.trim() && !amount ? t("Type an amount, such as 200.") : "";
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
  return html`<form class="stack" ref=${form} onSubmit=${go}>
    ${what !== "open" && html`<div class="field"><label for="moved">${t("Amount")}</label><input id="moved" class="amount-field num" type="text" inputmode="decimal" autocomplete="off" value=${typed} aria-invalid=${wrong ? "true" : undefined} aria-describedby="moved-wrong" onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)} /><p class="error" id="moved-wrong">${wrong}</p></div>`}
    <div class="field"><label for="moved-why">${t("Reason")}</label><input id="moved-why" type="text" maxlength="200" autocomplete="off" value=${reason} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setReason(event.currentTarget.value)} /></div>
    <button type="submit" class="button main wide" disabled=${!ready}>${label}</button>
  </form>`;
}

/**
 * The X report as this clerk may see it: whoever counts the drawer counts it blind, whoever may see money sees all.
 */
function Figures() {
  const { clerk, standing } = useTill();
  const [figures, setFigures] = useState(/** @type {any} */ (null));
  const [approval, setApproval] = useState("");
  useEffect(() => {
    const load = () => readShift(approval).then(setFigures);
    void load();
    addEventListener("till:sales", load);
    return () => removeEventListener("till:sales", load);
  }, [approval]);
  if (!figures) return null;
  const blind = figures.expected_minor === undefined;
  return html`<section class="stack" aria-label=${t("X report")}>
    <div class="pair"><h3>${t("X report")}</h3>
      ${standing?.printer ? html`<button type="button" class="button quiet small" onClick=${() => void printReport("", approval).then(say)}><${Icon} name="printer" /><span>${t("Print")}</span></button>` : html`<form method="post" action="/till/reports/x" target="_blank"><input type="hidden" name="badge" value=${clerk?.badge ?? ""} /><input type="hidden" name="approval" value=${approval} /><button type="submit" class="button quiet small"><${Icon} name="printer" /><span>${t("Print")}</span></button></form>`}
    </div>
    <dl class="pairs">
      <${Amount} label=${t("Number of sales")} told=${figures.sales - figures.voids} />
      ${!blind && html`<${Amount} label=${t("Turnover")} told=${money(figures.net_of_voids_minor)} />`}
      ${figures.promotions?.map((/** @type {any} */ each) => html`<${Amount} key=${each.name} label=${`${named({ en: each.name, zh: each.name_zh })} × ${each.sales}`} told=${difference(-each.amount_minor)} />`)}
      <${Amount} label=${t("Voided")} told=${blind ? figures.voids : `${figures.voids} · ${money(figures.voided_minor)}`} />
      ${figures.returns > 0 && html`<${Amount} label=${t("Returns × %(count)s", { count: figures.returns })} told=${blind ? t("after the count") : money(-figures.returned_minor)} />`}
      ${figures.tenders.map((/** @type {any} */ each) => html`<${Amount} key=${each.tender} label=${`${tenderName(each.tender)} × ${each.payments}`} told=${taken(each)} />`)}
      <${Amount} label=${t("Float")} told=${money(figures.float_minor)} />
      <${Amount} label=${t("Cash in and out")} told=${money(figures.cash_in_minor - figures.cash_out_minor)} />
      ${figures.paid_back > 0 && html`<${Amount} label=${t("Refunds for orders × %(count)s", { count: figures.paid_back })} told=${money(-figures.paid_back_minor)} />`}
      ${!blind && html`<${Amount} label=${t("Expected in the drawer")} told=${money(figures.expected_minor)} />`}
    </dl>
    <p class="soft small">${blind ? t("You count blind: turnover and cash are told after the count.") : t("Cash is shown because you, or the manager beside you, may see money.")}</p>
    ${blind && html`<${Press} icon="eye" label=${t("Show cash: a manager’s PIN")} onPress=${() => askReading(t("See the cash before the count"), "report", setApproval)} />`}
  </section>`;
}

/**
 * What was taken in one tender, and what of it went back, each by itself: the rest alone would hide both.
 * @param {{taken_minor?: number, refunded_minor: number}} tender
 */
function taken({ taken_minor, refunded_minor }) {
  if (taken_minor === undefined) return t("after the count");
  if (!refunded_minor) return money(taken_minor);
  return t("%(taken)s, given back %(back)s", { taken: money(taken_minor), back: money(refunded_minor) });
}

/** @param {{label: string, told: string | number}} props */
function Amount({ label, told }) {
  return html`<div><dt>${label}</dt><dd class="num">${told}</dd></div>`;
}

/** @param {string} text */
function say(text) {
  if (text) set({ note: { kind: "good", text } });
}
