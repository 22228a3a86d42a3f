// @ts-check
// The line on top: where, who, the next receipt, and whether the world hears us.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useState } from "../../../vendor/js/preact-hooks.js";
import { lock } from "../actions-shift.js";
import { set } from "../store.js";
import { hour, t } from "../words.js";
import { Icon, Key, useTill } from "./parts.js";

export function StateLine() {
  const { standing, clerk, hints, reachable } = useTill();
  if (!standing) return null;
  return html`<header class="state-line">
    <b class="where"><span>${standing.store.name}</span><span class="dot"> · </span><span>${standing.register.name}</span></b>
    ${clerk && html`<button type="button" class="who" onClick=${lock}><${Icon} name="user" /><span>${clerk.name}</span><span class="visually-hidden">${t("Lock or switch")}</span><${Key} name="F10" /></button>`}
    ${standing.shift && reachable && html`<span class="soft num aside next">${t("Receipt %(number)s next", { number: standing.next_number })}</span>`}
    <span class="right">
      <${ToPay} />
      <${Reach} />
      <${Clock} zone=${standing.time_zone} />
      <button type="button" class="bare-icon aside" aria-pressed=${hints} aria-label=${t("Keys")} title=${t("Keys")} onClick=${() => turnHints(!hints)}><${Icon} name="keyboard" /></button>
    </span>
  </header>`;
}

/** @param {boolean} hints */
function turnHints(hints) {
  set({ hints });
  try {
    localStorage.setItem("quayside-till-hints", hints ? "on" : "off");
  } catch {
    // The choice then lasts as long as this page.
  }
}

/** Cash that customers of this store come for. */
function ToPay() {
  const { standing, clerk } = useTill();
  const count = standing?.to_pay?.length ?? 0;
  if (!count || !clerk || !standing?.shift) return null;
  return html`<button type="button" class="tag wait" onClick=${() => set({ panel: "payback" })}>${t("%(count)s to pay back", { count })}</button>`;
}

function Reach() {
  const { reachable, waiting, refused } = useTill();
  const words = [];
  if (!reachable) words.push(t("Offline"));
  else if (!waiting.length && !refused.length) words.push(t("Connected"));
  if (waiting.length) words.push(t("%(count)s waiting", { count: waiting.length }));
  const kind = reachable ? "good" : "wait";
  return html`<span role="status" class="reach">
    ${words.length > 0 && html`<span class=${`tag ${waiting.length ? "wait" : kind}`}>${words.join(" · ")}${!reachable && html`<span class="aside"> · ${t("selling as usual")}</span>`}</span>`}
    ${refused.length > 0 && html`<button type="button" class="tag bad" onClick=${() => set({ panel: "outbox" })}>${t("%(count)s to see to", { count: refused.length })}</button>`}
  </span>`;
}

/** @param {{zone: string}} props */
function Clock({ zone }) {
  const [at, setAt] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setAt(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return html`<time class="num">${hour(at, zone)}</time>`;
}
