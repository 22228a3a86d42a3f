// @ts-check
// Cash that the desk promised and a customer comes for: paid out of this drawer, once.

import { html } from "../../../vendor/js/htm-preact.js";
import { useState } from "../../../vendor/js/preact-hooks.js";
import { payBack } from "../actions-shift.js";
import { money } from "../money.js";
import { moment, t } from "../words.js";
import { closePanel } from "./closing.js";
import { Panel, Press, useTill } from "./parts.js";

export function PaybackPanel() {
  const { standing, reachable } = useTill();
  const [paying, setPaying] = useState("");
  const waiting = standing?.to_pay ?? [];
  /** @param {import("../shapes.js").PayBack} each */
  const pay = (each) => {
    setPaying(each.id);
    void payBack(each).finally(() => setPaying(""));
  };
  return html`<${Panel} title=${t("To pay back in cash")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${waiting.length === 0 ? html`<p class="soft">${t("Nobody is waiting for cash.")}</p>` : html`<p class="soft">${t("The desk promised this cash. Compare the receipt of the customer, then hand it over.")}</p>`}
    ${!reachable && html`<p class="soft">${t("The server cannot be reached. Try again in a moment.")}</p>`}
    <ul class="taken" role="list">
      ${waiting.map((each) => html`<li key=${each.id} class="stack">
        <p class="pair"><b class="num">${each.receipt ? t("Receipt %(number)s", { number: each.receipt }) : t("Order %(number)s", { number: each.order })}</b><b class="num">${money(each.amount_minor)}</b></p>
        <p class="pair soft small"><span>${each.reason}</span><span class="num">${moment(each.at, standing?.time_zone ?? "UTC")}</span></p>
        <${Press} icon="banknote" label=${t("Hand over %(amount)s", { amount: money(each.amount_minor) })} disabled=${!reachable || paying !== ""} onPress=${() => pay(each)} />
      </li>`)}
    </ul>
  </${Panel}>`;
}
