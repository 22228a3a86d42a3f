// @ts-check
// The sales of this shift: print again as a copy, send as a letter, void.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useState } from "../../../vendor/js/preact-hooks.js";
import { printReceipt, voidSale } from "../actions-shift.js";
import { askJson } from "../api.js";
import { money } from "../money.js";
import { isSettled } from "../outbox.js";
import { now, set } from "../store.js";
import { hour, listed, t, whole, tenderName } from "../words.js";
import { closePanel } from "./closing.js";
import { Panel, Press, useTill } from "./parts.js";
import { Letter } from "./panel-done.js";
import { handOut } from "./slip.js";

/** @typedef {{sale: string, number: string, at: string, total_minor: number, voided: boolean, units: number, lines: {name: string, title: string, quantity: number}[], tenders: {kind: string, amount_minor: number}[], change_minor: number, clerk: string, customer: import("../shapes.js").Whose | null}} Sold */

export function SalesPanel() {
  const { standing, query, reachable, waiting } = useTill();
  const [sales, setSales] = useState(/** @type {Sold[] | null} */ (null));
  const [paidBack, setPaidBack] = useState(/** @type {import("../shapes.js").PayBack[]} */ ([]));
  const [chosen, setChosen] = useState("");
  useEffect(() => {
    const load = () => askJson("sales").then((told) => (setSales(told.sales), setPaidBack(told.paid_back)), () => setSales(null));
    void load();
    addEventListener("till:sales", load);
    return () => removeEventListener("till:sales", load);
  }, [reachable]);
  const words = query.trim().toUpperCase();
  const shown = (sales ?? []).filter((each) => each.number.includes(words));
  const unsent = reachable || words ? [] : waiting.filter((each) => isSettled(each) && each.basket);
  const close = () => (set({ query: "" }), closePanel());
  return html`<${Panel} title=${t("Receipts of this shift")} onClose=${close} closeLabel=${t("Back")}>
    <${Press} icon="undo-2" label=${t("Take goods back")} disabled=${!reachable} onPress=${() => set({ panel: "return", asked: words, query: "", note: null })} />
    ${!reachable && html`<p class="soft">${t("Without the network, these are the sales that wait here; the others come back with it.")}</p>`}
    ${sales && reachable && shown.length === 0 && html`<p class="soft">${words ? t("This receipt is not of this shift. Its goods can be taken back all the same.") : t("Nothing is sold yet in this shift.")}</p>`}
    <ul class="results" role="list">
      ${unsent.map((each) => html`<li key=${each.id}><button type="button" onClick=${() => void handOut(each)}>
        <span><b>${t("Print, provisional")}</b></span><span class="num">${money(each.body["total_minor"])}</span>
        <span class="soft small">${listed((each.basket?.lines ?? []).map((line) => (line.quantity > 1 ? `${line.quantity} × ${whole(line.item)}` : whole(line.item))))}</span><span class="soft small num">${hour(each.at, standing?.time_zone ?? "UTC")}</span>
      </button></li>`)}
      ${shown.map((each) => html`<li key=${each.sale} class=${each.voided ? "gone" : ""}>
        <button type="button" aria-expanded=${chosen === each.sale} onClick=${() => setChosen(chosen === each.sale ? "" : each.sale)}>
          <span><b class="num">${each.number}</b> ${each.voided && html`<span class="tag bad">${t("Voided")}</span>`}</span><span class="num">${money(each.total_minor)}</span>
          <span class="soft small">${listed(each.lines.map(pieces))}</span><span class="soft small num">${hour(each.at, standing?.time_zone ?? "UTC")}</span>
        </button>
        ${chosen === each.sale && html`<${Doings} sold=${each} />`}
      </li>`)}
    </ul>
    <${PaidBack} refunds=${reachable ? paidBack.filter((each) => each.receipt.includes(words) || each.order.includes(words)) : []} />
  </${Panel}>`;
}

/**
 * What left this drawer for refunds, also where the desk let it pay and no clerk pressed anything.
 * @param {{refunds: import("../shapes.js").PayBack[]}} props
 */
function PaidBack({ refunds }) {
  const { standing } = useTill();
  if (refunds.length === 0) return null;
  return html`<section class="stack" aria-label=${t("Paid back out of this drawer")}>
    <h3>${t("Paid back out of this drawer")}</h3>
    <ul class="taken" role="list">
      ${refunds.map((each) => html`<li key=${each.id}>
        <p class="pair"><b class="num">${each.receipt ? t("Receipt %(number)s", { number: each.receipt }) : t("Order %(number)s", { number: each.order })}</b><b class="num">${money(-each.amount_minor)}</b></p>
        <p class="pair soft small"><span>${each.reason}</span><span class="num">${hour(each.at, standing?.time_zone ?? "UTC")}</span></p>
      </li>`)}
    </ul>
  </section>`;
}

/** @param {{name: string, title: string, quantity: number}} line */
function pieces({ name, title, quantity }) {
  const what = [name, title].filter(Boolean).join("\u00a0· ");
  return quantity > 1 ? `${quantity} × ${what}` : what;
}

/** @param {{sold: Sold}} props */
function Doings({ sold }) {
  const [doing, setDoing] = useState("");
  /** @param {string} text */
  const say = (text) => text && set({ note: { kind: "good", text } });
  const toggle = (/** @type {string} */ what) => setDoing(doing === what ? "" : what);
  const { tenders, change_minor: change, clerk, customer } = sold;
  return html`<div class="doings">
    <ul class="taken" role="list">
      ${tenders.map((each) => html`<li class="pair"><span>${tenderName(each.kind)}</span><span class="num">${money(each.amount_minor)}</span></li>`)}
      ${change > 0 && html`<li class="pair"><span>${t("Change due")}</span><span class="num">${money(change)}</span></li>`}
      ${clerk && html`<li class="pair"><span>${t("Served by")}</span><span>${clerk}</span></li>`}
      ${customer && html`<li class="pair"><span>${t("Customer")}</span><span>${customer.name}</span></li>`}
    </ul>
    <div class="three">
      <${Press} icon="printer" label=${t("Print again")} onPress=${() => void printReceipt(sold.sale).then(say)} />
      <${Press} icon="mail" label=${t("E-mail")} onPress=${() => toggle("letter")} />
      <${Press} icon="package-open" label=${t("Return")} disabled=${sold.voided} onPress=${() => set({ panel: "return", asked: sold.number, query: "", note: null })} />
      <${Press} icon="undo-2" label=${t("Void")} kind="danger" disabled=${sold.voided} onPress=${() => toggle("void")} />
    </div>
    ${doing === "letter" && html`<${Letter} sale=${sold.sale} customer=${sold.customer} onSent=${(/** @type {string} */ said) => (setDoing(""), say(said))} />`}
    ${doing === "void" && html`<${Why} onWhy=${(/** @type {string} */ reason) => (setDoing(""), voidSale(sold.sale, reason))} />`}
  </div>`;
}

/** @param {{onWhy: (reason: string) => void}} props */
function Why({ onWhy }) {
  const reasons = [t("Wrong piece"), t("Changed their mind"), t("Paid twice"), t("Training")];
  return html`<div class="reasons" role="group" aria-label=${t("Why is it voided?")}>
    ${reasons.map((reason) => html`<button type="button" class="button quiet" onClick=${() => onWhy(reason)}>${reason}</button>`)}
    ${now().clerk?.approves ? null : html`<p class="soft small">${t("A manager types their PIN next.")}</p>`}
  </div>`;
}
