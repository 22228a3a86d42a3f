// @ts-check
// The sale is made: the change in figures that are read from across the counter, then paper if wanted.

import { html } from "../../../vendor/js/htm-preact.js";
import { useState } from "../../../vendor/js/preact-hooks.js";
import { printReceipt, sendReceipt } from "../actions-shift.js";
import { money } from "../money.js";
import { now, set } from "../store.js";
import { t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Key, Press, useTill } from "./parts.js";

const DOUBLE_CLICK = 500;

export function DonePanel() {
  const { done, reachable } = useTill();
  const [mailing, setMailing] = useState(false);
  const [since] = useState(() => performance.now());
  // The second half of a double click on "Take" lands here: the change must stay in sight.
  const next = () => void (performance.now() - since > DOUBLE_CLICK && closePanel());
  if (!done) return null;
  return html`<section class="panel done" aria-label=${t("Sold")}>
    <p class="good-word" role="status"><${Icon} name="circle-check" /> ${t("Sold for %(amount)s", { amount: money(done.total_minor) })}</p>
    <div><p class="soft">${t("Change due")}</p><p class="change-due num" id="change">${money(done.change_minor)}</p></div>
    <p class="num">${done.number ? t("Receipt %(number)s", { number: done.number }) : reachable ? t("The receipt gets its number…") : t("The receipt gets its number when the network is back.")}</p>
    ${done.said && html`<p role="status">${done.said}</p>`}
    <div class="two">
      <${Press} icon="printer" label=${t("Print")} hint="F4" disabled=${!done.number} onPress=${printDone} />
      <${Press} icon="mail" label=${t("E-mail")} hint="F3" disabled=${!done.number} onPress=${() => setMailing(!mailing)} />
    </div>
    ${mailing && html`<${Letter} sale=${done.id} onSent=${(/** @type {string} */ said) => (setMailing(false), say(said))} />`}
    <button type="button" class="button good wide" onClick=${next}><span>${t("Next customer")}</span><${Key} name="Enter" /></button>
  </section>`;
}

/** @param {string} said */
function say(said) {
  const { done } = now();
  if (done && said) set({ done: { ...done, said } });
}

export function printDone() {
  const { done } = now();
  if (done?.number) void printReceipt(done.id).then(say);
}

/** @param {{sale: string, onSent: (said: string) => void}} props */
export function Letter({ sale, onSent }) {
  const [to, setTo] = useState("");
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    void sendReceipt(sale, to).then((said) => said && onSent(said));
  };
  return html`<form class="inline-form" onSubmit=${send}>
    <div class="field"><label for="letter-to">${t("E-mail address")}</label><input id="letter-to" type="email" autocomplete="off" required value=${to} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTo(event.currentTarget.value)} /></div>
    <button type="submit" class="button quiet">${t("Send")}</button>
  </form>`;
}
