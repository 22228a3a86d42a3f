// @ts-check
// The till as a whole: locked, closed or selling.

import { html } from "../../../vendor/js/htm-preact.js";
import { t } from "../words.js";
import { Basket } from "./basket.js";
import { Closed } from "./closed.js";
import { Find } from "./find.js";
import { Lock } from "./lock.js";
import { NoTill } from "./no-till.js";
import { Press, useTill } from "./parts.js";
import { Slip } from "./slip.js";
import { StateLine } from "./state-line.js";
import { Tender } from "./tender.js";

/** @param {{takeOver: () => void}} props */
export function App({ takeOver }) {
  const { standing, clerk, writer, enrolled } = useTill();
  if (!enrolled) return html`<${NoTill} />`;
  if (!standing) return html`<main id="main" tabindex="-1" class="till-page"><p role="status">${t("The server cannot be reached. Trying again…")}</p></main>`;
  if (!clerk) return html`<${StateLine} /><${Lock} />`;
  if (!standing.shift) return html`<${StateLine} /><${Closed} />`;
  return html`<h1 class="visually-hidden">${t("Till")}</h1><${StateLine} />
    ${!writer && html`<div class="notice wait second" role="status"><span>${t("This register sells in another window. Here you can only look.")}</span><${Press} label=${t("Sell here instead")} onPress=${takeOver} /></div>`}
    <${Basket} /><${Find} /><${Tender} /><${Slip} />`;
}
