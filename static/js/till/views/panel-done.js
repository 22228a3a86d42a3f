// @ts-check
// The sale is made: the change in figures that are read from across the counter, then paper if wanted.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { printReceipt, sendReceipt } from "../actions-shift.js";
import { money } from "../money.js";
import { now, set } from "../store.js";
import { t } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Key, Press, useTill } from "./parts.js";
import { handOut } from "./slip.js";

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
    ${done.change_minor > 0 ? html`<div><p class="soft">${t("Change due")}</p><p class="change-due num" id="change">${money(done.change_minor)}</p></div>` : done.cash && html`<p class="change-due" id="change">${t("No change")}</p>`}
    <p class="num">${done.number ? t("Receipt %(number)s", { number: done.number }) : reachable ? t("The receipt gets its number…") : t("The receipt gets its number when the network is back. Printed now, it says that it is provisional.")}</p>
    ${done.said && html`<p role="status">${done.said}</p>`}
    <div class="two">
      <${Press} icon="printer" label=${t("Print")} hint="F4" disabled=${!done.number && reachable} onPress=${printDone} />
      <${Press} id="done-mail" icon="mail" label=${t("E-mail")} hint="F3" disabled=${!done.number && reachable} onPress=${() => setMailing(!mailing)} />
    </div>
    ${mailing && html`<${Letter} sale=${done.id} customer=${done.customer} onSent=${(/** @type {string} */ said) => (setMailing(false), say(said))} />`}
    <button type="button" class="button good wide" onClick=${next}><span>${t("Next customer")}</span><${Key} name="Enter" /></button>
  </section>`;
}

/** @param {string} said */
function say(said) {
  const { done } = now();
  if (done && said) set({ done: { ...done, said } });
}

export function printDone() {
  const { done, reachable } = now();
  if (done?.number) void printReceipt(done.id).then(say);
  else if (done?.made && !reachable) void handOut(done.made);
}

/**
 * Where to send it: to the customer of the sale in one press, or to an address that is typed.
 * @param {{sale: string, customer?: import("../shapes.js").Whose | null, onSent: (said: string) => void}} props
 */
export function Letter({ sale, customer, onSent }) {
  const [to, setTo] = useState("");
  const known = customer?.mails ? customer : null;
  /** @type {{current: HTMLFormElement | null}} */
  const form = useRef(null);
  useLayoutEffect(() => form.current?.querySelector(known ? "button" : "input")?.focus(), []);
  /** @param {string} address */
  const send = (address) => void sendReceipt(sale, address, known?.contact ?? "").then((said) => said && onSent(said));
  /** @param {Event} event */
  const typed = (event) => {
    event.preventDefault();
    send(to);
  };
  return html`<form class="stack" ref=${form} onSubmit=${typed}>
    ${known && html`<button type="button" class="button main wide" onClick=${() => send("")}><${Icon} name="send" /><span>${t("Send to %(address)s", { address: known.contact })}</span></button>`}
    <div class="inline-form">
      <div class="field"><label for="letter-to">${known ? t("Another e-mail address") : t("E-mail address")}</label><input id="letter-to" type="email" autocomplete="off" required value=${to} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setTo(event.currentTarget.value)} /></div>
      <button type="submit" class="button quiet">${t("Send")}</button>
    </div>
  </form>`;
}
