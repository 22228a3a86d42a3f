// @ts-check
// Several tenders for one sale: a part in cash, the rest by card, in any order.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { abandon } from "../actions-open.js";
import { coinsFor, due, payCard, payCash, payGiftCard, payable, takesCash } from "../actions-pay.js";
import { difference, money, plain, readAmount } from "../money.js";
import { t, tenderName } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Key, Panel, useTill } from "./parts.js";

export function SplitPanel() {
  const { open, standing, busy } = useTill();
  const [typed, setTyped] = useState("");
  const [code, setCode] = useState("");
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  const sum = due();
  const cash = takesCash();
  useLayoutEffect(() => {
    setTyped("");
    setCode("");
    field.current?.focus();
  }, [sum]);
  const amount = typed.trim() ? readAmount(typed) : sum;
  const fits = amount !== null && amount > 0;
  const part = Math.min(amount ?? 0, sum);
  const coins = coinsFor(sum);
  // Who hands over in coins what is due in cents has paid it all.
  const whole = cash && amount !== null && amount >= Math.min(sum, sum + coins);
  const given = amount === null || amount === sum ? sum + coins : Math.max(amount, sum + coins);
  const ready = fits && payable();

  /** @param {Event} event */
  const take = (event) => {
    event.preventDefault();
    if (ready && cash) payCash(whole ? sum : part, amount ?? 0);
  };
  /** @param {Event} event */
  const takeOffCard = (event) => {
    event.preventDefault();
    if (ready && code.trim()) void payGiftCard(code.trim(), part);
  };
  const taken = (open?.payments ?? []).filter((each) => each.captured_minor > 0);

  return html`<${Panel} title=${t("Split")} onClose=${open ? undefined : closePanel} closeLabel=${t("Back")}>
    ${taken.length > 0 && html`<ul class="taken" role="list">${taken.map((each) => html`<li class="pair"><span><${Icon} name="check" /> ${tenderName(each.tender)}</span><span class="num">${money(each.captured_minor)}</span></li>`)}</ul>`}
    <p class="pair"><span>${t("Still due")}</span><b class="change-due num">${money(sum)}</b></p>
    <form class="stack" onSubmit=${take}>
      <div class="field"><label for="part">${t("This part")}</label>
        <input id="part" ref=${field} class="amount-field num" type="text" inputmode="decimal" autocomplete="off" placeholder=${plain(sum)} value=${typed} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)} /></div>
      ${whole && coins !== 0 && html`<p class="pair"><span>${t("Rounded to coins")}</span><span class="num">${difference(coins)}</span></p>`}
      <div class="two">
        ${cash && html`<button type="submit" class="button main" disabled=${!ready || busy}><span>${whole && coins !== 0 ? t("Take %(amount)s", { amount: money(given) }) : t("In cash")}</span><${Key} name="Enter" /></button>`}
        <button type="button" id="part-by-card" class=${cash ? "button quiet" : "button main"} disabled=${!ready || busy || !standing?.card_plugin} onClick=${() => payCard(part)}><span>${t("By card")}</span><${Key} name="F7" /></button>
      </div>
      ${open && html`<button type="button" class="button danger wide" onClick=${() => void abandon()}><${Icon} name="undo-2" /><span>${taken.length ? t("Give the sale up and pay everything back") : t("Back to the basket")}</span></button>`}
    </form>
    <form class="stack" onSubmit=${takeOffCard}>
      <div class="field"><label for="gift-card">${t("Code of a gift card")}</label>
        <input id="gift-card" class="num" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" value=${code} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setCode(event.currentTarget.value)} /></div>
      <button type="submit" class="button quiet" disabled=${!ready || busy || !code.trim()}><${Icon} name="gift" /><span>${t("By gift card")}</span></button>
    </form>
  </${Panel}>`;
}
