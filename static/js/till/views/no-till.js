// @ts-check
// The server knows this device no more: what was taken since is on the device alone, and so it says.

import { html } from "../../../vendor/js/htm-preact.js";
import { money } from "../money.js";
import { isSettled } from "../outbox.js";
import { hour, t, tn } from "../words.js";
import { useTill } from "./parts.js";

export function NoTill() {
  const { standing, done, waiting, refused } = useTill();
  const sales = [...waiting, ...refused].filter((each) => each.kind === "sale" && isSettled(each));
  const last = sales.find(({ id }) => id === done?.id) ? done : null;
  return html`<main id="main" tabindex="-1" class="till-page"><h1>${t("This device is no till any more")}</h1>
    ${last && html`<div class="panel done"><p class="soft">${last.change_minor > 0 ? t("Change due") : t("No change")}</p>${last.change_minor > 0 && html`<p class="change-due num" id="change">${money(last.change_minor)}</p>`}</div>`}
    <p>${t("Another device was enrolled for this register. What was not sent yet is kept here.")}</p>
    ${sales.length > 0 && html`<div class="notice wait stack" role="alert">
      <p><b>${tn("%(count)s sale is not in the books yet.", "%(count)s sales are not in the books yet.", sales.length)}</b></p>
      <ul class="taken" role="list">${sales.map((each) => html`<li key=${each.id} class="pair"><span class="num">${hour(each.at, standing?.time_zone ?? "UTC")}</span><b class="num">${money(each.body["total_minor"])}</b></li>`)}</ul>
      <p>${t("They are on this device alone. Enrol it once more as %(register)s and type a PIN: then they are booked, each once. Do not clear this browser before.", { register: standing?.register.name ?? "" })}</p>
    </div>`}
    <p><a class="button main" href="/till/enrol">${t("Enrol this device")}</a></p></main>`;
}
