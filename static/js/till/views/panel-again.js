// @ts-check
// A card did not pay: why, and what else may. No key of this panel books anything by itself.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef } from "../../../vendor/js/preact-hooks.js";
import { abandon, hasTaken } from "../actions-open.js";
import { due, payable, takesCash } from "../actions-pay.js";
import { money } from "../money.js";
import { t } from "../words.js";
import { Icon, Key, Panel, Press, useTill } from "./parts.js";
import { beginCard, beginCash, beginSplit } from "./tender.js";

export function AgainPanel() {
  const { open, refusal, standing } = useTill();
  /** @type {{current: HTMLDivElement | null}} */
  const choices = useRef(null);
  useLayoutEffect(() => choices.current?.querySelector("button")?.focus(), [refusal]);
  const ready = payable();
  const card = html`<${Choice} key="card" main=${refusal !== null || !takesCash()} icon="credit-card" label=${refusal ? t("Try the card again") : t("Bank card")} hint="F7" disabled=${!ready || !standing?.card_plugin} onPress=${beginCard} />`;
  const cash = takesCash() && html`<${Choice} key="cash" main=${refusal === null} icon="banknote" label=${t("Cash")} disabled=${!ready} onPress=${beginCash} />`;
  const title = refusal === null ? t("Another tender") : refusal.declined ? t("Card declined") : t("No card was taken");
  return html`<${Panel} title=${title}>
    ${refusal?.why && html`<p role="alert">${refusal.why}</p>`}
    <p class="pair"><span>${t("Still due")}</span><b class="change-due num">${money(due())}</b></p>
    <div class="stack" ref=${choices}>${refusal ? [card, cash] : [cash, card]}</div>
    <${Press} label=${t("Split")} hint="F8" disabled=${!ready} onPress=${beginSplit} />
    ${open && html`<button type="button" class="button danger wide" onClick=${() => void abandon()}><${Icon} name="undo-2" /><span>${hasTaken(open) ? t("Give the sale up and pay everything back") : t("Back to the basket")}</span></button>`}
  </${Panel}>`;
}

/** @param {{main: boolean, icon: string, label: string, hint?: string, disabled: boolean, onPress: () => void}} props */
function Choice({ main, icon, label, hint, disabled, onPress }) {
  return html`<button type="button" id=${main ? "again-main" : undefined} class=${`button wide ${main ? "main" : "quiet"}`} disabled=${disabled} onClick=${onPress}><${Icon} name=${icon} /><span>${label}</span>${(main || hint) && html`<${Key} name=${main ? "Enter" : hint} />`}</button>`;
}
