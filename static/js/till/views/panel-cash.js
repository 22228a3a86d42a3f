// @ts-check
// Cash: what is handed over, and what goes back. Enter alone takes the exact sum.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { coinsFor, due, payCash } from "../actions-pay.js";
import { difference, isOdd, money, plain, quickAmounts, readAmount } from "../money.js";
import { t } from "../words.js";
import { closePanel } from "./closing.js";
import { Key, Panel, useTill } from "./parts.js";

export function CashPanel() {
  const { standing, busy } = useTill();
  const [typed, setTyped] = useState("");
  const [doubted, setDoubted] = useState(0);
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const exact = due();
  const coins = coinsFor(exact);
  const sum = exact + coins;
  const tendered = typed.trim() ? readAmount(typed) : sum;
  const fits = tendered !== null && tendered >= sum && sum > 0;
  const wrong = tendered === null ? t("Type an amount, such as 200.") : !fits ? t("%(missing)s are missing. For a part in cash, split the sale.", { missing: money(sum - tendered) }) : "";

  const odd = fits && tendered !== null && isOdd(tendered - sum, tendered, standing?.notes ?? []);
  const asked = odd && doubted === tendered;

  /** @param {string} amount what a press on a button types, as if by hand; Enter or the button below takes it */
  const choose = (amount) => {
    setTyped(amount);
    field.current?.focus();
  };

  /** @param {Event} event */
  const take = (event) => {
    event.preventDefault();
    if (!fits || tendered === null) return;
    if (odd && !asked) setDoubted(tendered);
    else payCash(exact, tendered);
  };

  return html`<${Panel} title=${t("Cash")} onClose=${closePanel} closeLabel=${t("Back")}>
    <form class="stack" onSubmit=${take}>
      <div class="field"><label for="received">${t("Cash received")}</label>
        <input id="received" ref=${field} class="amount-field num" type="text" inputmode="decimal" autocomplete="off" placeholder=${plain(sum)} value=${typed} aria-invalid=${wrong ? "true" : undefined} aria-describedby="received-wrong"
          onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)} />
        <p class="error" id="received-wrong">${wrong}</p></div>
      <div class="quick-amounts" role="group" aria-label=${t("Quick amounts")}>
        ${quickAmounts(sum, standing?.notes ?? []).map((amount, index) => html`<button type="button" class="button quiet num" disabled=${busy} aria-pressed=${tendered === amount} onClick=${() => choose(index ? plain(amount).replace(/[,\s]/g, "") : "")}>${index ? plain(amount) : t("Exact")}</button>`)}
      </div>
      ${coins !== 0 && html`<p class="pair"><span>${t("Rounded to coins")}</span><span class="num">${difference(coins)}</span></p>`}
      <p class="pair"><span>${t("Change due")}</span><b class="change-due num">${fits && tendered !== null ? money(tendered - sum) : "–"}</b></p>
      ${asked && html`<p class="notice wait" role="alert">${t("That is far more than is due. Look at the amount again, or press once more to take it.")}</p>`}
      <button type="submit" class=${`button ${asked ? "danger" : "main"} wide`} disabled=${!fits || busy}><span>${fits && tendered !== null ? t("Take %(amount)s", { amount: money(tendered) }) : t("Cash received")}</span><${Key} name="Enter" /></button>
    </form>
  </${Panel}>`;
}
