// @ts-check
// The pickups of this store: what waits on the shelf for its customers, and what is to be got ready.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { openPickup, openShown } from "../actions-pickup.js";
import { set } from "../store.js";
import { t } from "../words.js";
import { readyHere } from "../work.js";
import { closePanel } from "./closing.js";
import { Icon, Panel, useTill } from "./parts.js";
import { Due, contents, isOver, lastDay } from "./parts-of-orders.js";

/** @typedef {import("../shapes.js").Pickup} Pickup */
/** @typedef {import("../shapes.js").Task} Task */

/** Which of the two lists was looked at last. */
let looking = "ready";

export function PickupsPanel() {
  const state = useTill();
  const [list, setList] = useState(looking);
  const [typed, setTyped] = useState("");
  const ready = readyHere(state);
  const tasks = state.work?.tasks ?? [];
  looking = list;
  const words = typed.trim().toLowerCase();
  const shown = ready.filter((each) => [each.number, each.name, each.contact, each.shelf].some((part) => part.toLowerCase().includes(words)));
  return html`<${Panel} title=${t("Pickups")} onClose=${closePanel} closeLabel=${t("Back")}>
    <${Shown} typed=${typed} only=${list === "ready" && words && shown.length === 1 ? shown[0] : undefined} onType=${setTyped} />
    <div class="two lists" role="group" aria-label=${t("Which list")}>
      <${Choice} label=${t("To hand over")} count=${ready.length} on=${list === "ready"} onPress=${() => setList("ready")} />
      <${Choice} label=${t("To get ready")} count=${tasks.length} on=${list === "tasks"} onPress=${() => setList("tasks")} />
    </div>
    ${!state.reachable && html`<p class="soft small">${t("Without the network this is the list as it was last known. Codes are checked all the same.")}</p>`}
    ${list === "ready" ? html`<${Ready} pickups=${shown} words=${words} />` : html`<${Tasks} tasks=${tasks} />`}
  </${Panel}>`;
}

/**
 * The field for a code, its digits, or the number of an order; as one types, the list shrinks to what fits.
 * Where one alone is left, Enter opens it.
 * @param {{typed: string, only: Pickup | undefined, onType: (typed: string) => void}} props
 */
function Shown({ typed, only, onType }) {
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => {
    if (matchMedia("(pointer: fine)").matches) field.current?.focus(); // a telephone would cover the list with its keyboard
  }, []);
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    if (typed.trim()) void openShown(typed, only);
  };
  return html`<form class="inline-form" onSubmit=${send}>
    <div class="field"><label for="pickup-shown">${t("Code or order number")}</label>
      <input id="pickup-shown" ref=${field} type="text" maxlength="256" autocomplete="off" autocapitalize="characters" spellcheck=${false} enterkeyhint="go" value=${typed} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => onType(event.currentTarget.value)} /></div>
    <button type="submit" class="button quiet">${t("Open it")}</button>
  </form>`;
}

/** @param {{label: string, count: number, on: boolean, onPress: () => void}} props */
function Choice({ label, count, on, onPress }) {
  return html`<button type="button" class="button quiet" aria-pressed=${on} onClick=${onPress}><span>${label}</span><b class="num">${count}</b></button>`;
}

/** @param {{pickups: Pickup[], words: string}} props */
function Ready({ pickups, words }) {
  const { standing } = useTill();
  if (!pickups.length) return html`<p class="soft">${words ? t("None on the list fits. Press “Open it” to ask the server.") : t("Nothing waits on the pickup shelf.")}</p>`;
  return html`<ul class="results" role="list">
    ${pickups.map((each) => html`<li key=${each.id}><button type="button" onClick=${() => openPickup(each, "person")}>
      <span><b class="num">${each.number}</b> ${each.name || each.contact}</span>
      ${each.shelf ? html`<span class="shelf num"><${Icon} name="map-pin" />${each.shelf}</span>` : html`<span></span>`}
      <span class="soft small">${contents(each.lines)}</span>
      <${Standing} pickup=${each} zone=${standing?.time_zone ?? "UTC"} />
    </button></li>`)}
  </ul>`;
}

/** @param {{pickup: Pickup, zone: string}} props */
function Standing({ pickup, zone }) {
  if (pickup.due) return html`<span class="tag bad">${t("to pay %(amount)s", { amount: pickup.due })}</span>`;
  if (isOver(pickup.until)) return html`<span class="tag wait">${t("Time is over")}</span>`;
  return html`<span class="soft small num">${t("until %(day)s", { day: lastDay(pickup.until, zone) })}</span>`;
}

/** @param {{tasks: Task[]}} props */
function Tasks({ tasks }) {
  const { standing } = useTill();
  if (!tasks.length) return html`<p class="soft">${t("Nothing is to be got ready.")}</p>`;
  return html`<ul class="results" role="list">
    ${tasks.map((each) => html`<li key=${each.id}><button type="button" onClick=${() => set({ panel: "task", task: each.id, note: null })}>
      <span><b class="num">${each.number}</b> <span class="kind">${kindName(each.kind)}</span></span><${Due} at=${each.due_at} zone=${standing?.time_zone ?? "UTC"} />
      <span class="soft small">${contents(each.lines)}</span><${Progress} task=${each} />
    </button></li>`)}
  </ul>`;
}

/** @param {{task: Task}} props */
export function Progress({ task }) {
  const picked = task.lines.reduce((sum, line) => sum + line.picked, 0);
  const all = task.lines.reduce((sum, line) => sum + line.quantity, 0);
  if (task.stranded) return html`<span class="tag wait">${t("Waits for the merchant")}</span>`;
  if (task.state === "packed") return html`<span class="tag good">${t("Packed")}</span>`;
  if (task.state === "picking") return html`<span class="tag wait">${t("%(picked)s of %(all)s picked", { picked, all })}</span>`;
  return html`<span class="soft small">${t("To pick")}</span>`;
}

/** @param {string} kind */
export function kindName(kind) {
  return { parcel: t("Parcel"), pickup: t("Pickup"), hand_over: t("Hand-over") }[kind] ?? kind;
}
