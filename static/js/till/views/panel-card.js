// @ts-check
// A card at the reader: the till asks how it goes until somebody knows.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect } from "../../../vendor/js/preact-hooks.js";
import { askCard, cancelCard, isWaiting } from "../actions-pay.js";
import { money } from "../money.js";
import { t } from "../words.js";
import { Icon, Key, Panel, useTill } from "./parts.js";

const EVERY = 700;

export function CardPanel() {
  const { open } = useTill();
  const payment = open?.payments.find((each) => each.tender === "card" && isWaiting(each));
  useEffect(() => {
    const timer = setInterval(() => void askCard(), EVERY);
    return () => clearInterval(timer);
  }, []);
  const words = payment && payment.state !== "started" ? t("The customer can hold the card to the reader now.") : t("Waking the reader…");
  return html`<${Panel} title=${t("Bank card")}>
    <div class="waiting" role="status"><${Icon} name="credit-card" /><p class="change-due num">${money(payment?.amount_minor ?? open?.due_minor ?? 0)}</p><p>${words}</p><progress aria-label=${t("Waiting for the card")}></progress></div>
    <button type="button" class="button quiet wide" onClick=${() => void cancelCard()}><span>${t("Another tender")}</span><${Key} name="Esc" /></button>
  </${Panel}>`;
}
