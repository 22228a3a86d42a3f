// @ts-check
// Something off the line in hand, or off the whole basket, and why; or a code of a promotion.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { discount } from "../actions-basket.js";
import { money, plainDigits, readAmount } from "../money.js";
import { percent, t, whole as wholeName } from "../words.js";
import { enterCode } from "../quoting.js";
import { set } from "../store.js";
import { closePanel } from "./closing.js";
import { Key, Panel, useTill } from "./parts.js";

const SHARES = [500, 1000, 2000];

export function DiscountPanel() {
  const { basket, selected, standing } = useTill();
  const line = basket.lines.find((each) => each.key === selected);
  const [whole, setWhole] = useState(!line);
  const [coded, setCoded] = useState(false);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  /** @type {{current: HTMLButtonElement | null}} */
  const last = useRef(null);
  const [pressed, setPressed] = useState(0);
  const reasons = [t("As a set"), t("Scratched"), t("Regular customer"), t("Price match")];
  const off = readOff(typed);
  const key = whole ? "" : (line?.key ?? "");
  const ready = Boolean(off) && reason.trim() !== "";
  const wrong = typed.trim() && !off ? t("Type a share up to 100%, such as 10%, or an amount.") : "";
  // A press on a choice hands the focus on, so that Enter gives the discount as the button says.
  useLayoutEffect(() => (ready ? last.current : off ? null : field.current)?.focus(), [pressed]);
  /** @param {() => void} change */
  const choose = (change) => {
    change();
    setPressed(pressed + 1);
  };
  const limit = standing?.policy.discount_limit ?? 0;

  /** @param {Event} event */
  const give = (event) => {
    event.preventDefault();
    if (off && reason.trim()) discount(key, { reason: reason.trim(), ...off });
  };
  const has = whole ? basket.discount : line?.discount;

  return html`<${Panel} title=${t("Discount")} onClose=${closePanel} closeLabel=${t("Back")}>
    <div class="choices" role="group" aria-label=${t("Off what")}>
      ${line && html`<button type="button" class="button quiet" aria-pressed=${!whole && !coded} onClick=${() => choose(() => (setWhole(false), setCoded(false)))}>${wholeName(line.item)}</button>`}
      <button type="button" class="button quiet" aria-pressed=${whole && !coded} onClick=${() => choose(() => (setWhole(true), setCoded(false)))}>${t("The whole basket")}</button>
      <button type="button" class="button quiet" aria-pressed=${coded} onClick=${() => setCoded(true)}>${t("Promotion code")}</button>
    </div>
    ${coded ? html`<${Code} />` : html`<form class="stack" onSubmit=${give}>
      <div class="field"><label for="off">${t("How much: a share such as 10%, or an amount")}</label>
        <div class="beside"><input id="off" ref=${field} class="amount-field num" type="text" inputmode="decimal" autocomplete="off" value=${typed} aria-invalid=${wrong ? "true" : undefined} aria-describedby="off-wrong" onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)} />
          <div class="quick-amounts" role="group" aria-label=${t("Shares")}>${SHARES.map((share) => html`<button type="button" class="button quiet num" onClick=${() => choose(() => setTyped(percent(share)))}>${percent(share)}</button>`)}</div></div>
        <p class="error" id="off-wrong">${wrong}</p></div>
      <div class="field"><label for="reason">${t("Reason")} <span class="optional">${t("Say why: the receipt tells it.")}</span></label>
        <input id="reason" type="text" autocomplete="off" maxlength="200" value=${reason} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setReason(event.currentTarget.value)} /></div>
      <div class="reasons" role="group" aria-label=${t("Reasons")}>${reasons.map((each) => html`<button type="button" class="button quiet" aria-pressed=${reason === each} onClick=${() => choose(() => setReason(each))}>${each}</button>`)}</div>
      ${off && off.basis_points > limit && html`<p class="soft small">${t("A manager types their PIN when it is paid.")}</p>`}
      <button type="submit" ref=${last} class="button main wide" disabled=${!ready}><span>${off ? t("Give %(amount)s off", { amount: off.basis_points ? percent(off.basis_points) : money(off.amount_minor) }) : t("Give the discount")}</span><${Key} name="Enter" /></button>
      ${has && html`<button type="button" class="button quiet wide" onClick=${() => discount(key, null)}>${t("Remove the discount")}</button>`}
    </form>`}
  </${Panel}>`;
}

/** A customer shows a code of a promotion; one that is scanned needs no field. */
function Code() {
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  /** @param {Event} event */
  const take = async (event) => {
    event.preventDefault();
    const code = typed.trim();
    if (!code || busy) return;
    setBusy(true);
    const why = await enterCode(code, t("No promotion has the code %(code)s.", { code }));
    setBusy(false);
    if (why) setWrong(why);
    else set({ panel: "keys", note: null });
  };
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => field.current?.focus(), []);
  return html`<form class="stack" onSubmit=${take}>
    <div class="field"><label for="promotion-code">${t("Promotion code")}</label>
      <input id="promotion-code" ref=${field} type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="60" value=${typed} aria-invalid=${wrong ? "true" : undefined} aria-describedby="promotion-code-wrong"
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => (setWrong(""), setTyped(event.currentTarget.value))} />
      <p class="error" id="promotion-code-wrong">${wrong}</p></div>
    <button type="submit" class="button main wide" disabled=${!typed.trim() || busy}><span>${t("Take the code")}</span><${Key} name="Enter" /></button>
  </form>`;
}

/**
 * @param {string} typed "10%" or "12.50"
 * @returns {{basis_points: number, amount_minor: number} | null}
 */
function readOff(typed) {
  const share = /^\s*(\d{1,3})(?:[.,](\d{1,2}))?\s*[%％]\s*$/.exec(plainDigits(typed));
  if (share) {
    const points = Number(share[1]) * 100 + Number((share[2] ?? "").padEnd(2, "0"));
    return points > 0 && points <= 10_000 ? { basis_points: points, amount_minor: 0 } : null;
  }
  const amount = readAmount(typed);
  return amount ? { basis_points: 0, amount_minor: amount } : null;
}
