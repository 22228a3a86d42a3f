// @ts-check
// Paper without the server: a cash sale that waits to be sent, printed by the browser on what the till's own
// receipts are printed on. It says that it is provisional, because only the server gives numbers.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect } from "../../../vendor/js/preact-hooks.js";
import { reckon } from "../basket.js";
import { difference, money } from "../money.js";
import { set } from "../store.js";
import { till } from "../till.js";
import { moment, named, t } from "../words.js";
import { useTill } from "./parts.js";

/** Seen on paper alone; prints as soon as it is drawn, and is gone once it is printed. */
export function Slip() {
  const { slip } = useTill();
  useEffect(() => {
    const gone = () => set({ slip: null });
    addEventListener("afterprint", gone);
    return () => removeEventListener("afterprint", gone);
  }, []);
  useLayoutEffect(() => {
    if (slip) print();
  }, [slip]);
  return slip?.basket ? html`<${Paper} sold=${slip} basket=${slip.basket} />` : null;
}

/** @param {{sold: import("../shapes.js").Command, basket: import("../shapes.js").Basket}} props */
function Paper({ sold, basket }) {
  const { standing } = useTill();
  const sum = reckon(basket, standing?.tax_rounding ?? "line");
  const total = sold.body["total_minor"];
  const { tendered_minor: tendered, rounding_minor: rounding = 0 } = sold.body["tenders"][0];
  const [name, ...address] = till.heading;
  return html`<article class="receipt slip">
    <header><h1>${name}</h1>${address.map((row) => html`<p>${row}</p>`)}<p class="total">${t("Provisional receipt")}</p></header>
    <dl class="pairs">
      <${Pair} left=${t("Receipt")} right=${t("number follows")} />
      <${Pair} left=${t("Sold at")} right=${moment(sold.at, standing?.time_zone ?? "UTC")} />
      <${Pair} left=${t("Till")} right=${standing?.register.name ?? ""} />
    </dl>
    <table><tbody>${basket.lines.map((line) => html`<${Row} key=${line.key} line=${line} figures=${sum.lines.get(line.key)} reason=${line.discount?.reason || basket.discount?.reason || ""} />`)}</tbody></table>
    ${!sum.taxIncluded && html`<dl class="pairs"><${Pair} left=${t("VAT")} right=${money(sum.tax)} /></dl>`}
    <p class="total pair"><span>${t("Total")}</span><span>${money(total)}</span></p>
    <dl class="pairs">
      ${rounding !== 0 && html`<${Pair} left=${t("Rounded to coins")} right=${difference(rounding)} />`}
      <${Pair} left=${t("Cash")} right=${money(tendered)} />
      ${tendered > total + rounding && html`<${Pair} left=${t("Change due")} right=${money(tendered - total - rounding)} />`}
      ${sum.taxIncluded && html`<${Pair} left=${t("VAT included")} right=${money(sum.tax)} />`}
    </dl>
    <footer><p>${t("The till had no network when this was sold. Show this paper to get the receipt with its number.")}</p></footer>
  </article>`;
}

/** @param {{left: string, right: string}} props */
function Pair({ left, right }) {
  return html`<div><dt>${left}</dt><dd>${right}</dd></div>`;
}

/** @param {{line: import("../shapes.js").Line, figures: {full: number, off: number} | undefined, reason: string}} props */
function Row({ line, figures, reason }) {
  const about = [named(line.item.title), line.quantity > 1 && `${line.quantity} × ${money(line.item.price_minor)}`].filter(Boolean);
  return html`<tr><td>${named(line.item.name)}${about.map((each) => html`<br /><span>${each}</span>`)}</td><td class="r">${money(figures?.full ?? 0)}</td></tr>
    ${Boolean(figures?.off) && html`<tr><td>${t("Discount: %(reason)s", { reason })}</td><td class="r">${money(-(figures?.off ?? 0))}</td></tr>`}`;
}
