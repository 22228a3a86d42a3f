// @ts-check
// Paper without the server: a cash sale that waits to be sent, printed by the browser on what the till's own
// receipts are printed on. It says that it is provisional, because only the server gives numbers.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect } from "../../../vendor/js/preact-hooks.js";
import { promotedOn, reckon } from "../basket.js";
import { difference, money } from "../money.js";
import { fitRoll } from "../roll.js";
import { now, set } from "../store.js";
import { till } from "../till.js";
import { moment, named, share, t } from "../words.js";
import { useTill } from "./parts.js";

/**
 * Print a sale that waits; that its paper was handed out goes to the server after it.
 * @param {import("../shapes.js").Command} sold
 */
export async function handOut(sold) {
  await till.outbox.notePaper(sold, now().clerk?.badge ?? sold.badge);
  set({ slip: sold });
}

/** Seen on paper alone; prints as soon as it is drawn, and is gone once it is printed. */
export function Slip() {
  const { slip } = useTill();
  useEffect(() => {
    const gone = () => set({ slip: null });
    addEventListener("afterprint", gone);
    return () => removeEventListener("afterprint", gone);
  }, []);
  useLayoutEffect(() => {
    /** @type {HTMLElement | null} */
    const paper = document.querySelector(".slip");
    if (!slip || !paper) return;
    fitRoll(paper);
    print();
  }, [slip]);
  return slip?.basket ? html`<${Paper} sold=${slip} basket=${slip.basket} />` : null;
}

/** @param {{sold: import("../shapes.js").Command, basket: import("../shapes.js").Basket}} props */
function Paper({ sold, basket }) {
  const { standing } = useTill();
  const sum = reckon(basket, standing?.tax_rounding ?? "line");
  const copy = (sold.papers?.length ?? 1) - 1;
  const total = sold.body["total_minor"];
  const { tendered_minor: tendered, rounding_minor: rounding = 0 } = sold.body["tenders"][0];
  const [name, ...address] = till.heading;
  return html`<article class="receipt slip">
    <header><h1>${name}</h1>${address.map((row) => html`<p>${row}</p>`)}<p class="provisional">${t("Provisional receipt")}</p>${copy > 0 && html`<p class="total">${t("Copy %(number)s", { number: copy })}</p>`}</header>
    <dl class="pairs">
      <${Pair} left=${t("Provisional number")} right=${paperNumber(standing?.series ?? "", sold.id)} />
      <${Pair} left=${t("Receipt")} right=${t("number follows")} />
      <${Pair} left=${t("Sold at")} right=${moment(sold.at, standing?.time_zone ?? "UTC")} />
      <${Pair} left=${t("Till")} right=${standing?.register.name ?? ""} />
      ${sold.clerk && html`<${Pair} left=${t("Served by")} right=${firstName(sold.clerk)} />`}
    </dl>
    <table><tbody>${basket.lines.map((line) => html`<${Row} key=${line.key} line=${line} promoted=${promotedOn(basket, line)} figures=${sum.lines.get(line.key)} reason=${line.discount?.reason || basket.discount?.reason || ""} />`)}</tbody></table>
    ${!sum.taxIncluded && sum.taxed && html`<dl class="pairs"><${Pair} left=${t("VAT")} right=${money(sum.tax)} /></dl>`}
    ${rounding !== 0 && html`<dl class="pairs"><${Pair} left=${t("Total")} right=${money(total)} /><${Pair} left=${t("Rounded to coins")} right=${difference(rounding)} /></dl>`}
    <p class="total pair"><span>${rounding === 0 ? t("Total") : t("To pay")}</span><span>${money(total + rounding)}</span></p>
    <dl class="pairs">
      <${Pair} left=${t("Cash")} right=${money(tendered)} />
      ${tendered > total + rounding && html`<${Pair} left=${t("Change due")} right=${money(tendered - total - rounding)} />`}
      ${sum.taxes.filter(({ tax }) => tax !== 0).map(({ rate, net, tax }) => html`<${Pair} key=${rate} left=${t("VAT %(rate)s on %(net)s", { rate: share(rate), net: money(net) })} right=${money(tax)} />`)}
    </dl>
    <footer><p>${t("The till had no network when this was sold. Show this paper to get the receipt with its number.")}</p></footer>
  </article>`;
}

/**
 * What this paper is called, for life: the server makes the same of the sale (commerce/registers/receipts.py).
 * @param {string} series
 * @param {string} sale
 */
export function paperNumber(series, sale) {
  return `${series}-P-${sale.slice(-6).toUpperCase()}`;
}

/**
 * What a clerk is called to strangers, as on every receipt: the first word of the name.
 * @param {string} name
 */
function firstName(name) {
  return name.trim().split(/\s+/)[0] ?? "";
}

/** @param {{left: string, right: string}} props */
function Pair({ left, right }) {
  return html`<div><dt>${left}</dt><dd>${right}</dd></div>`;
}

/** @param {{line: import("../shapes.js").Line, promoted: import("../shapes.js").Promoted[], figures: {full: number, off: number} | undefined, reason: string}} props */
function Row({ line, promoted, figures, reason }) {
  const about = [named(line.item.title), line.quantity > 1 && `${line.quantity} × ${money(line.item.price_minor)}`].filter(Boolean);
  return html`<tr><td>${named(line.item.name)}${about.map((each) => html`<br /><span>${each}</span>`)}</td><td class="r">${money(figures?.full ?? 0)}</td></tr>
    ${promoted.map((each) => html`<tr key=${each.promotion}><td>${named(each.name)}</td><td class="r">${difference(-each.amount_minor)}</td></tr>`)}
    ${Boolean(figures?.off) && html`<tr><td>${t("Discount: %(reason)s", { reason })}</td><td class="r">${difference(-(figures?.off ?? 0))}</td></tr>`}`;
}
