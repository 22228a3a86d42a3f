// @ts-check
// The blind count: pieces by value, no expectation in sight; the difference is told when it is closed.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect, useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { abandonForgotten } from "../actions-open.js";
import { closeRegister, refresh } from "../actions-shift.js";
import { money, readCount } from "../money.js";
import { set } from "../store.js";
import { t, tn } from "../words.js";
import { closePanel } from "./closing.js";
import { Panel, useTill } from "./parts.js";

export function CountPanel() {
  const { standing, waiting, refused, basket, open } = useTill();
  const unfinished = (standing?.unfinished ?? []).filter((each) => each.id !== open?.id);
  const [pieces, setPieces] = useState(/** @type {Record<string, number>} */ ({}));
  const [busy, setBusy] = useState(false);
  const [warned, setWarned] = useState("");
  /** @type {{current: HTMLFormElement | null}} */
  const form = useRef(null);
  useLayoutEffect(() => form.current?.querySelector("input")?.focus(), []);
  useEffect(() => void refresh(), []);
  const values = [...new Set([...(standing?.notes ?? []), ...(standing?.coins ?? [])])];
  const counted = values.reduce((sum, value) => sum + value * (pieces[value] ?? 0), 0);
  const unsent = waiting.length + refused.length;
  /**
   * @param {number} value
   * @param {string} typed
   */
  const change = (value, typed) => {
    setPieces({ ...pieces, [value]: Math.min(99_999, readCount(typed) ?? 0) });
    setWarned("");
  };
  /** @param {Event} event */
  const close = async (event) => {
    event.preventDefault();
    if (counted === 0 && !warned) return setWarned(t("Nothing is counted. Press once more to close with an empty drawer."));
    setBusy(true);
    const answer = await closeRegister(counted, pieces, Boolean(warned));
    setBusy(false);
    if (answer?.["far"]) return setWarned(t("This is far from what the till expects. Count again, or press once more to close as counted."));
    if (answer && standing) set({ standing: { ...standing, shift: null }, closed: { shift: answer["shift"], report: answer["report"] }, panel: "keys", note: null });
  };
  return html`<${Panel} title=${t("Count the drawer")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${unsent > 0 && html`<p class="notice wait" role="status">${tn("%(count)s command is not with the server yet. Close when it is.", "%(count)s commands are not with the server yet. Close when they are.", unsent)}</p>`}
    ${basket.lines.length > 0 && html`<p class="notice wait" role="status">${t("There is something in the basket. Sell it or park it first.")}</p>`}
    ${unfinished.map((each) => html`<div key=${each.id} class="stack"><p class="notice wait">${t("Sale %(order)s of %(total)s is half paid: %(paid)s.", { order: each.order, total: money(each.total_minor), paid: money(each.paid_minor) })}</p>
      <button type="button" class="button quiet" disabled=${busy} onClick=${() => void abandonForgotten(each)}>${each.paid_minor ? t("Give the sale up and pay everything back") : t("Give the sale up")}</button></div>`)}
    <form class="stack" ref=${form} onSubmit=${close}>
      <div class="count">
        ${values.map((value) => html`<label key=${value}><span class="num">${money(value)}</span><input type="text" inputmode="numeric" autocomplete="off" value=${pieces[value] ?? ""} placeholder="0"
          onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => change(value, event.currentTarget.value)} /></label>`)}
      </div>
      <p class="pair"><span>${t("Counted in the drawer")}</span><b class="change-due num">${money(counted)}</b></p>
      ${warned && html`<p class="notice wait" role="alert">${warned}</p>`}
      <button type="submit" class=${`button ${warned ? "danger" : "main"} wide`} disabled=${busy || unsent > 0 || unfinished.length > 0 || basket.lines.length > 0}>${warned ? t("Close with %(amount)s", { amount: money(counted) }) : t("Close the register")}</button>
    </form>
  </${Panel}>`;
}
