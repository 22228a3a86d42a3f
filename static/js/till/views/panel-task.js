// @ts-check
// One part of an order that is being got ready: what to fetch from where, and the next step.

import { html } from "../../../vendor/js/htm-preact.js";
import { useState } from "../../../vendor/js/preact-hooks.js";
import { callShort, declineTask, isComplete, isMine, left, pickUnits, shelve, step, taskInHand } from "../actions-task.js";
import { set } from "../store.js";
import { t } from "../words.js";
import { Icon, Key, Panel, Press, useTill } from "./parts.js";
import { Due, Goods, Picture, useTop } from "./parts-of-orders.js";
import { Progress, kindName } from "./panel-pickups.js";

/** @typedef {import("../shapes.js").Task} Task */
/** @typedef {import("../shapes.js").PartLine} PartLine */

const back = () => set({ panel: "pickups" });

export function TaskPanel() {
  const { standing } = useTill();
  const task = taskInHand();
  useTop();
  if (!task) return html`<${Panel} title=${t("Pickups")} onClose=${back} closeLabel=${t("Back")}><p class="soft">${t("This is done, or goes another way now.")}</p></${Panel}>`;
  const mine = isMine(task);
  return html`<${Panel} title=${t("Order %(number)s", { number: task.number })} onClose=${back} closeLabel=${t("Back")}>
    <p class="cluster"><span class="tag">${kindName(task.kind)}</span><${Due} at=${task.due_at} zone=${standing?.time_zone ?? "UTC"} /><${Progress} task=${task} /></p>
    ${task.stranded && html`<p class="notice wait">${t("This store has declined it, and no other has the goods. The merchant decides; who can do it now may do so.")}</p>`}
    ${task.state === "picking" && !mine && html`<div class="notice wait pair"><span>${t("%(name)s picks this.", { name: task.clerk?.name ?? "" })}</span><${Press} label=${t("Take it over")} onPress=${() => void step("lay-back")} /></div>`}
    <ul class="goods" role="list">${task.lines.map((line) => html`<${Line} key=${line.variant} line=${line} mine=${mine} task=${task} />`)}</ul>
    <${Next} task=${task} mine=${mine} />
    ${(mine || task.state === "packed") && html`<${Press} icon="undo-2" kind="bare" label=${t("Lay everything back")} onPress=${() => void step("lay-back")} />`}
    ${(task.state !== "picking" || mine) && html`<${Decline} />`}
  </${Panel}>`;
}

/** @param {{line: PartLine, mine: boolean, task: Task}} props */
function Line({ line, mine, task }) {
  const [missing, setMissing] = useState(false);
  const wanted = left(line);
  const begun = task.state !== "open";
  return html`<li class=${begun && !wanted ? "got" : ""}>
    <div class="whole"><${Picture} line=${line} /><${Goods} line=${line} />
      <span class="tally num">${line.zone && html`<span class="shelf"><${Icon} name="map-pin" />${line.zone}</span>`}${begun ? html`<span><b>${line.picked}</b> / ${line.quantity}</span>` : html`<b>${line.quantity}</b>`}</span></div>
    ${mine && wanted > 0 && html`<div class="steps"><${Press} icon="check" label=${wanted > 1 ? t("Pick one") : t("Pick")} onPress=${() => void pickUnits(line, 1)} />${wanted > 1 && html`<${Press} label=${t("Pick all %(units)s", { units: wanted })} onPress=${() => void pickUnits(line, wanted)} />`}<${Press} kind="bare" label=${t("Not here")} onPress=${() => setMissing(!missing)} /></div>`}
    ${mine && missing && wanted > 0 && html`<${Missing} line=${line} onSaid=${() => setMissing(false)} />`}
  </li>`;
}

/** @param {{line: PartLine, onSaid: () => void}} props */
function Missing({ line, onSaid }) {
  const [units, setUnits] = useState(left(line));
  /** @param {string} reason */
  const say = (reason) => (onSaid(), void callShort(line, Math.max(1, Math.min(left(line), units)), reason));
  return html`<div class="doings">
    ${left(line) > 1 && html`<div class="field"><label for=${`missing-${line.variant}`}>${t("Pieces that are missing")}</label><input id=${`missing-${line.variant}`} type="number" inputmode="numeric" min="1" max=${left(line)} value=${units} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setUnits(Number(event.currentTarget.value) || 1)} /></div>`}
    <div class="two"><${Press} label=${t("Not on its shelf")} kind="danger" onPress=${() => say("not_found")} /><${Press} label=${t("Damaged")} kind="danger" onPress=${() => say("damaged")} /></div>
    <p class="soft small">${t("They come off the books of this store, and from another one if it has them.")}</p>
  </div>`;
}

/** @param {{task: Task, mine: boolean}} props */
function Next({ task, mine }) {
  const [shelf, setShelf] = useState("");
  /** @param {Event} event */
  const lay = (event) => {
    event.preventDefault();
    void shelve(shelf);
  };
  if (task.state === "open") return html`<${Main} icon="play" label=${t("Start picking")} onPress=${() => void step("begin-picking")} />`;
  if (mine) return isComplete(task) ? html`<${Main} icon="package-check" label=${t("It is packed")} onPress=${() => void step("pack")} />` : html`<p class="soft small">${t("Scan each piece, or tick it off.")}</p>`;
  if (task.state !== "packed") return null;
  if (task.kind === "parcel") return html`<p class="notice">${t("It is packed. The desk, under Pick and pack, prints its label and lets it leave.")}</p>`;
  return html`<form class="stack" onSubmit=${lay}>
    <div class="field"><label for="shelf">${t("It lies at")} <span class="optional">${t("(optional)")}</span></label><input id="shelf" type="text" maxlength="24" autocomplete="off" placeholder=${t("shelf B 3, behind the counter")} value=${shelf} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setShelf(event.currentTarget.value)} /></div>
    <button type="submit" id="next-step" class="button main wide"><${Icon} name="store" /><span>${t("It lies on the pickup shelf")}</span><${Key} name="Enter" /></button>
  </form>`;
}

/** @param {{icon: string, label: string, onPress: () => void}} props */
function Main({ icon, label, onPress }) {
  return html`<button type="button" id="next-step" class="button main wide" onClick=${onPress}><${Icon} name=${icon} /><span>${label}</span><${Key} name="Enter" /></button>`;
}

function Decline() {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  /** @type {[string, string][]} */
  const reasons = [["too_busy", t("Too busy to do it in time")], ["closing", t("We are closing")], ["cannot_pack", t("It cannot be packed here")]];
  return html`<div class="stack">
    <button type="button" class="button bare" aria-expanded=${open} onClick=${() => setOpen(!open)}><${Icon} name="x" /><span>${t("We cannot do this one")}</span></button>
    ${open && html`<div class="doings" role="group" aria-label=${t("Why")}>
      <div class="reasons">${reasons.map(([reason, words]) => html`<button type="button" key=${reason} class="button quiet" onClick=${() => void declineTask(reason, note)}>${words}</button>`)}</div>
      <div class="inline-form"><div class="field"><label for="decline-note">${t("Another reason, in your words")}</label><input id="decline-note" type="text" maxlength="300" autocomplete="off" value=${note} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setNote(event.currentTarget.value)} /></div><${Press} label=${t("Decline")} kind="danger" disabled=${!note.trim()} onPress=${() => void declineTask("other", note)} /></div>
      <p class="soft small">${t("Another place sends it instead, if one has the goods.")}</p>
    </div>`}
  </div>`;
}

/** What Enter does: the next step, if there is one. */
export function pressNextStep() {
  document.getElementById("next-step")?.click();
}
