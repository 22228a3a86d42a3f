// @ts-check
// A pickup on the counter: who may have it, what belongs to it, and what becomes of what is not taken.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect } from "../../../vendor/js/preact-hooks.js";
import { divided, handOver, keepShelf, printSlip, refuse, tick, tickAll } from "../actions-pickup.js";
import { set } from "../store.js";
import { t, tn } from "../words.js";
import { closePanel } from "./closing.js";
import { Icon, Key, Panel, Press, useTill } from "./parts.js";
import { Goods, Picture, isOver, lastDay, useTop } from "./parts-of-orders.js";

/** @typedef {import("../shapes.js").InHand} InHand */
/** @typedef {import("../shapes.js").PartLine} PartLine */

const back = () => set({ panel: "pickups" });

export function HandoverPanel() {
  const { hand } = useTill();
  useTop();
  if (!hand) return null;
  if (hand.step === "done" || hand.step === "kept") return html`<${Gone} hand=${hand} />`;
  const { pickup } = hand;
  return html`<${Panel} title=${t("Order %(number)s", { number: pickup.number })} onClose=${back} closeLabel=${t("Back")}>
    <${Whose} hand=${hand} />
    <ul class="goods" role="list">${pickup.lines.map((line) => html`<${Line} key=${line.variant} line=${line} taken=${hand.taken[line.variant] ?? 0} />`)}</ul>
    ${pickup.due ? html`<p class="notice bad">${t("%(amount)s of this order is not paid. The customer pays by the link in the order’s letter; then look again.", { amount: pickup.due })}</p>` : html`<${Decide} hand=${hand} />`}
  </${Panel}>`;
}

/** @param {{hand: InHand}} props */
function Whose({ hand: { pickup, by } }) {
  const { standing } = useTill();
  const until = lastDay(pickup.until, standing?.time_zone ?? "UTC");
  return html`<div class="stack whose-pickup">
    <p class="pair"><b>${pickup.name || t("No name was given")}</b>${pickup.shelf && html`<span class="shelf num"><${Icon} name="map-pin" />${pickup.shelf}</span>`}</p>
    ${by === "person" ? html`<p class="notice wait">${t("No code was shown. Ask for the name, and for what stands here: %(contact)s", { contact: pickup.contact })}</p>` : html`<p class="good-word small"><${Icon} name="badge-check" /> ${by === "code" ? t("The code is genuine.") : t("The digits are right.")}</p>`}
    ${isOver(pickup.until) && !pickup.stranded ? html`<p class="notice wait">${t("It was kept until %(day)s. As long as it lies here it may be handed over; else its money goes back.", { day: until })}</p>` : html`<p class="soft small">${t("Kept until %(day)s", { day: until })}</p>`}
    ${pickup.stranded && html`<p class="notice wait">${t("Nobody came in time, and the merchant decides. Hand it over if its customer is here now.")}</p>`}
  </div>`;
}

/** @param {{line: PartLine, taken: number}} props */
function Line({ line, taken }) {
  const all = taken === line.quantity;
  const press = () => tick(line.variant, all ? 0 : line.quantity);
  return html`<li class=${all ? "got" : ""}>
    <button type="button" class="whole" aria-pressed=${all} onClick=${press}><${Picture} line=${line} /><${Goods} line=${line} /><span class="tally num"><span><b>${taken}</b> / ${line.quantity}</span></span><span class="box">${all && html`<${Icon} name="check" />`}</span></button>
    ${line.quantity > 1 && html`<div class="steps"><button type="button" class="button quiet icon-only" aria-label=${t("One less")} disabled=${taken === 0} onClick=${() => tick(line.variant, taken - 1)}><${Icon} name="minus" /></button><button type="button" class="button quiet icon-only" aria-label=${t("One more")} disabled=${all} onClick=${() => tick(line.variant, taken + 1)}><${Icon} name="plus" /></button></div>`}
  </li>`;
}

/** @param {{hand: InHand}} props */
function Decide({ hand }) {
  const { takes, leaves } = divided(hand);
  // Whoever has ticked off the last piece sees what comes next.
  useLayoutEffect(() => {
    if (leaves === 0) document.getElementById("next-step")?.scrollIntoView({ block: "nearest" });
  }, [leaves === 0]);
  const busy = hand.step === "busy";
  if (takes === 0) {
    return html`<button type="button" id="next-step" class="button main wide" onClick=${tickAll}><span>${t("All of it is here")}</span><${Key} name="Enter" /></button>
      <${Press} icon="undo-2" label=${t("The customer wants none of it")} onPress=${refuse} />`;
  }
  return html`${leaves > 0 && html`<${Rest} shelf=${hand.shelf} leaves=${leaves} />`}
    <button type="button" id="next-step" class="button good wide" disabled=${busy} aria-busy=${busy ? "true" : undefined} onClick=${() => void handOver()}><${Icon} name="handshake" /><span>${leaves > 0 ? tn("Hand over %(count)s piece, keep the rest", "Hand over %(count)s pieces, keep the rest", takes) : t("Hand over")}</span><${Key} name="Enter" /></button>`;
}

/**
 * What is not ticked off: it stays for the customer, or goes out of the order.
 * @param {{shelf: string, leaves: number}} props
 */
function Rest({ shelf, leaves }) {
  return html`<section class="stack rest" aria-label=${t("What is not taken")}>
    <p>${tn("%(count)s piece is not taken. It stays for the customer under a new code, or goes out of the order.", "%(count)s pieces are not taken. They stay for the customer under a new code, or go out of the order.", leaves)}</p>
    <div class="inline-form">
      <div class="field"><label for="rest-shelf">${t("It lies at")} <span class="optional">${t("(optional)")}</span></label><input id="rest-shelf" type="text" maxlength="24" autocomplete="off" value=${shelf} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => keepShelf(event.currentTarget.value)} /></div>
      <${Press} icon="undo-2" label=${t("Not wanted")} onPress=${refuse} />
    </div>
  </section>`;
}

/** @param {{hand: InHand}} props */
function Gone({ hand }) {
  const kept = hand.step === "kept";
  return html`<section class="panel done" aria-label=${t("Handed over")}>
    <p class="good-word" role="status"><${Icon} name="circle-check" /> ${t("Handed over")}</p>
    <p class="num">${t("Order %(number)s", { number: hand.pickup.number })}</p>
    <p>${kept ? t("It is written down on this device, and the server hears of it when the network is back.") : t("It is booked, and the customer gets a letter about it.")}</p>
    ${hand.said && html`<p role="status">${hand.said}</p>`}
    <${Press} icon="printer" label=${t("Print the slip")} disabled=${kept} onPress=${() => void printSlip()} />
    <button type="button" id="next-step" class="button good wide" onClick=${leave}><span>${t("Next customer")}</span><${Key} name="Enter" /></button>
  </section>`;
}

function leave() {
  set({ hand: null });
  closePanel();
}

/** What Enter does: the button at the end. */
export function pressHandOver() {
  document.getElementById("next-step")?.click();
}
