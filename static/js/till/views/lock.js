// @ts-check
// Who sells? Tiles to greet, six digits to prove it. The basket waits behind.

import { html } from "../../../vendor/js/htm-preact.js";
import { unlock } from "../actions-shift.js";
import { t, tn } from "../words.js";
import { PinPad } from "./pin-pad.js";
import { Icon, useTill } from "./parts.js";

export function Lock() {
  const { standing, basket } = useTill();
  return html`<main id="main" tabindex="-1" class="till-page lock">
    <div class="greeting">
      <h1>${standing?.store.name}</h1>
      <p class="soft">${standing?.register.name} · ${standing?.merchant}</p>
      <ul class="clerks" role="list">${(standing?.clerks ?? []).map((clerk) => html`<li><${Icon} name="user" /><span>${clerk.name}</span></li>`)}</ul>
      ${basket.lines.length > 0 && html`<p><span class="tag wait">${tn("A basket with %(count)s piece waits", "A basket with %(count)s pieces waits", basket.lines.reduce((sum, line) => sum + line.quantity, 0))}</span></p>`}
      <p class="small"><a href="/till/unlock">${t("A manager unlocks a locked PIN pad with their password")}</a></p>
    </div>
    <${PinPad} label=${t("Your PIN")} onPin=${unlock} />
  </main>`;
}
