// @ts-check
// What the server refused: never lost, never silent. Try again, or take it back into the basket.

import { html } from "../../../vendor/js/htm-preact.js";
import { giveBack } from "../actions-basket.js";
import { askApproval, voidSale } from "../actions-shift.js";
import { money } from "../money.js";
import { isSettled } from "../outbox.js";
import { now } from "../store.js";
import { till } from "../till.js";
import { hour, t } from "../words.js";
import { closePanel } from "./closing.js";
import { Panel, Press, useTill } from "./parts.js";

export function OutboxPanel() {
  const { refused, standing } = useTill();
  return html`<${Panel} title=${t("To see to")} onClose=${closePanel} closeLabel=${t("Back")}>
    ${refused.length === 0 && html`<p class="soft">${t("Everything is with the server.")}</p>`}
    <ul class="taken" role="list">
      ${refused.map((each) => html`<li key=${each.id} class="stack">
        <p class="pair"><b>${kindName(each.kind)}</b><span class="num">${each.kind === "sale" ? money(each.body["total_minor"]) : ""} · ${hour(each.at, standing?.time_zone ?? "UTC")}</span></p>
        <p>${each.problem?.detail}</p>
        <div class="two">
          ${each.problem?.status !== 200 && html`<${Press} icon="refresh-cw" label=${againWords(each)} onPress=${() => again(each)} />`}
          ${each.basket ? html`<${Press} icon="shopping-bag" label=${t("Back to the basket")} onPress=${() => back(each)} />` : html`<${Press} icon="x" label=${t("Leave it")} onPress=${() => void till.outbox.dismiss(each.id)} />`}
        </div>
      </li>`)}
    </ul>
  </${Panel}>`;
}

/** @param {import("../shapes.js").Command} command */
function againWords(command) {
  if (command.kind === "hand-over") return t("It left the counter: book it as it was");
  if (isPaidAfterAll(command)) return t("Void a sale");
  return isSettled(command) ? t("It is paid: book it as it was sold") : t("Try again");
}

/** @param {import("../shapes.js").Command} command */
function again(command) {
  const badge = now().clerk?.badge ?? command.badge;
  // Given up without the server, it was paid there meanwhile: the money goes back by a void.
  if (isPaidAfterAll(command)) return voidSale(command.body["sale"], t("Paid twice"));
  if (isSettled(command)) return void till.outbox.again(command.id, { happened: true, ...(command.problem?.code === "clerk-unknown" ? { badge } : {}) });
  if (command.problem?.code !== "approval-needed") return void till.outbox.again(command.id, { badge });
  askApproval(kindName(command.kind), command, ({ approval }) => void till.outbox.again(command.id, { badge, approval }));
}

/** @param {import("../shapes.js").Command} command */
function isPaidAfterAll({ kind, problem }) {
  return kind === "abandon" && problem?.code === "sale-not-open";
}

/** @param {import("../shapes.js").Command} command */
function back(command) {
  if (command.basket) giveBack(command.id, command.basket, command.problem?.detail ?? "");
}

/** @param {string} kind */
function kindName(kind) {
  return { sale: t("A sale"), abandon: t("Give the sale up"), tender: t("Tender"), void: t("Void"), park: t("Parked"), cash: t("Cash moved"), drawer: t("Drawer"), print: t("Receipt"), letter: t("Letter"), provisional: t("Provisional receipt"), "pay-back": t("To pay back in cash"), "hand-over": t("Hand-over") }[kind] ?? kind;
}
