// @ts-check
// A card at the reader: the till asks how it goes until somebody knows.

import { html } from "../../../vendor/js/htm-preact.js";
import { useEffect } from "../../../vendor/js/preact-hooks.js";
import { askCard, cancelCard, cardThatWaits, chooseReader } from "../actions-card.js";
import { money } from "../money.js";
import { t } from "../words.js";
import { Icon, Key, Panel, Press, useTill } from "./parts.js";

const EVERY = 700;

export function CardPanel() {
  const { open, reading, reachable } = useTill();
  const payment = cardThatWaits();
  const others = reading?.problem ? reading.readers.filter((each) => each.online && each.id !== reading.reader?.id) : [];
  useEffect(() => {
    const timer = setInterval(() => void askCard(), EVERY);
    return () => clearInterval(timer);
  }, []);
  const asks = payment && payment.state !== "started";
  const words = !reachable ? t("The server cannot be reached. Trying again…") : asks ? t("The customer can hold the card to the reader now.") : t("Waking the reader…");
  return html`<${Panel} title=${t("Bank card")}>
    <div class="waiting" role="status"><${Icon} name="credit-card" /><p class="change-due num">${money(payment?.amount_minor ?? open?.due_minor ?? 0)}</p>${reading?.reader && html`<p class="soft">${reading.reader.label}</p>`}<p>${reading?.problem || words}</p><progress aria-label=${t("Waiting for the card")}></progress></div>
    ${others.map((each) => html`<${Press} key=${each.id} icon="credit-card" kind="quiet wide" label=${t("Ask at %(reader)s", { reader: each.label })} onPress=${() => void chooseReader(each.id)} />`)}
    <button type="button" class="button quiet wide" onClick=${() => void cancelCard()}><span>${t("Another tender")}</span><${Key} name="Esc" /></button>
  </${Panel}>`;
}
