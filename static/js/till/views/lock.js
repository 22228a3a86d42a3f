// @ts-check
// Who sells? A tile and six digits, or the six digits alone. The basket waits behind.

import { html } from "../../../vendor/js/htm-preact.js";
import { useState } from "../../../vendor/js/preact-hooks.js";
import { refresh, unlock } from "../actions-shift.js";
import { t, tn } from "../words.js";
import { PinPad } from "./pin-pad.js";
import { Icon, useTill } from "./parts.js";

export function Lock() {
  const { standing, basket, waiting, refused } = useTill();
  const [chosen, setChosen] = useState("");
  const clerks = standing?.clerks ?? [];
  const name = clerks.find((each) => each.id === chosen)?.name ?? "";
  return html`<main id="main" tabindex="-1" class="till-page lock">
    <div class="greeting">
      <h1>${standing?.store.name}</h1>
      <p class="soft">${standing?.register.name} · ${standing?.merchant}</p>
      <div class="clerks" role="group" aria-label=${t("Who sells?")}>
        ${clerks.map((clerk) => html`<button type="button" key=${clerk.id} aria-pressed=${clerk.id === chosen} onClick=${() => setChosen(clerk.id === chosen ? "" : clerk.id)}><${Icon} name=${clerk.id === chosen ? "check" : "user"} /><span>${clerk.name}</span></button>`)}
      </div>
      ${basket.lines.length > 0 && html`<p><span class="tag wait">${tn("A basket with %(count)s piece waits", "A basket with %(count)s pieces waits", basket.lines.reduce((sum, line) => sum + line.quantity, 0))}</span></p>`}
      ${waiting.length + refused.length === 0 && html`<p class="small"><a href="/till/enrol">${t("Make this device another register, or another shop’s")}</a></p>`}
    </div>
    ${standing && !clerks.length ? html`<${NoPin} />` : html`<${PinPad} key=${chosen} label=${name ? t("PIN of %(name)s", { name }) : t("Your PIN")} onPin=${(/** @type {string} */ pin) => unlock(pin, chosen)} />`}
  </main>`;
}

/** In place of the pad where no PIN could be right; it comes by itself with the next heartbeat, once somebody has one. */
function NoPin() {
  const { standing } = useTill();
  return html`<div class="pin-pad">
    <h2>${t("Nobody has a PIN for the tills yet")}</h2>
    <p>${t("Who sells here types six digits of their own. An owner sets them at the desk: Staff, a name, PIN for the tills.")}</p>
    <p><a class="button main wide" href=${standing?.staff_url} target="_blank" rel="noopener">${t("Set a PIN at the desk")}</a></p>
    <p><button type="button" class="button quiet wide" onClick=${() => void refresh()}>${t("Look again")}</button></p>
  </div>`;
}
