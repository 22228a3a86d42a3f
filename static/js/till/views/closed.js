// @ts-check
// The register before its shift, and after: open it with a float, read the Z of the shift that ended.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { openRegister, printReport } from "../actions-shift.js";
import { money, plain, readAmount } from "../money.js";
import { set } from "../store.js";
import { t } from "../words.js";
import { Icon, Key, Press, useTill } from "./parts.js";

export function Closed() {
  const { closed, note, standing } = useTill();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const float = readAmount(typed);
  const wrong = typed.trim() && float === null ? t("Type an amount, such as 200.") : "";
  /** @param {string} amount */
  const choose = (amount) => {
    setTyped(amount);
    field.current?.focus();
  };
  /** @param {Event} event */
  const go = async (event) => {
    event.preventDefault();
    if (float === null || busy) return;
    setBusy(true);
    await openRegister(float);
    setBusy(false);
    set({ closed: null });
  };
  return html`<main id="main" tabindex="-1" class="till-page">
    ${note && html`<p class=${`notice ${note.kind}`} role="alert">${note.text}</p>`}
    ${closed && html`<${Ended} closed=${closed} />`}
    <form class="stack" onSubmit=${go}>
      <h1>${t("Open the register")}</h1>
      <div class="field"><label for="float">${t("Float in the drawer")} <span class="optional">${standing?.currency}</span></label>
        <input id="float" ref=${field} class="amount-field num" type="text" inputmode="decimal" autocomplete="off" value=${typed} aria-invalid=${wrong ? "true" : undefined} aria-describedby="float-wrong" onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTyped(event.currentTarget.value)} />
        <p class="error" id="float-wrong">${wrong}</p></div>
      <div class="quick-amounts" role="group" aria-label=${t("Quick amounts")}>${[0, 200, 500, 1000].map((whole) => whole * 10 ** (standing?.digits ?? 2)).map((amount) => html`<button type="button" class="button quiet num" aria-pressed=${float === amount} onClick=${() => choose(plain(amount).replace(/[,\s]/g, ""))}>${plain(amount)}</button>`)}</div>
      <button type="submit" class="button main wide" disabled=${float === null || busy}><span>${float === null ? t("Open the register") : t("Open with %(amount)s", { amount: money(float) })}</span><${Key} name="Enter" /></button>
    </form>
  </main>`;
}

/** @param {{closed: {shift: string, report: Record<string, any>}}} props */
function Ended({ closed }) {
  const { standing } = useTill();
  const { report } = closed;
  const off = Number(report["difference_minor"]);
  const kind = off === 0 ? "good" : "wait";
  return html`<section class="stack" aria-label=${t("Shift closed")}>
    <h1>${t("Shift %(number)s is closed", { number: report["number"] })}</h1>
    <dl class="pairs">
      <div><dt>${t("Number of sales")}</dt><dd class="num">${report["sales"] - report["voids"]} · ${money(report["net_of_voids_minor"])}</dd></div>
      ${report["voids"] > 0 && html`<div><dt>${t("Voided")}</dt><dd class="num">${report["voids"]} · ${money(report["voided_minor"])}</dd></div>`}
      <div><dt>${t("Expected in the drawer")}</dt><dd class="num">${money(report["expected_minor"])}</dd></div>
      <div><dt>${t("Counted in the drawer")}</dt><dd class="num">${money(report["counted_minor"])}</dd></div>
      <div><dt>${t("Over or short")}</dt><dd><span class=${`tag ${kind} num`}>${overOrShort(off)}</span></dd></div>
    </dl>
    <p class="cluster"><a class="button quiet" href=${`/till/reports/${closed.shift}`} target="_blank" rel="noopener"><${Icon} name="file-text" /><span>${t("Z report %(number)s", { number: report["number"] })}</span></a>
      ${standing?.printer && html`<${Press} icon="printer" label=${t("Print")} onPress=${() => void printReport(closed.shift).then((text) => text && set({ note: { kind: "good", text } }))} />`}</p>
  </section>`;
}

/** @param {number} off what was counted beyond what was expected */
function overOrShort(off) {
  if (off === 0) return t("to the cent");
  const amount = money(Math.abs(off)); // the word says which way
  return off > 0 ? t("%(amount)s over", { amount }) : t("%(amount)s short", { amount });
}
