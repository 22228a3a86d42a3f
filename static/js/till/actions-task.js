// @ts-check
// Getting parts of orders ready: the steps of the desk's packing room, each a command.

import { ordered } from "./actions-shift.js";
import { spelling } from "./codes.js";
import { now, set } from "./store.js";
import { t, tn } from "./words.js";
import { lineOf, notePicked, reloadWork } from "./work.js";

/** @typedef {import("./shapes.js").Task} Task */
/** @typedef {import("./shapes.js").PartLine} PartLine */

/** @returns {Task | undefined} the part in hand, as it stands now */
export function taskInHand() {
  const { work, task } = now();
  return work?.tasks.find((each) => each.id === task);
}

/** @param {Task} task whether this clerk picks it */
export function isMine({ state, clerk }) {
  return state === "picking" && clerk?.id === now().clerk?.id;
}

/** @param {PartLine} line */
export function left({ quantity, picked }) {
  return quantity - picked;
}

/** @param {Task} task */
export function isComplete({ lines }) {
  return lines.every((line) => left(line) === 0);
}

/**
 * Do one step and show what came of it.
 * @param {string} kind
 * @param {Record<string, unknown>} [more]
 * @returns {Promise<Record<string, any> | null>}
 */
export async function step(kind, more = {}) {
  const { task, reachable } = now();
  if (!reachable) {
    set({ note: { kind: "wait", text: t("Tasks go on with the network; picking by the list works without it.") } });
    return null;
  }
  const answer = await ordered(kind, { fulfilment: task, ...more });
  await reloadWork().catch(() => {}); // the next heartbeat brings it
  return answer;
}

/**
 * @param {PartLine} line
 * @param {number} units
 */
export async function pickUnits(line, units) {
  const { task, reachable } = now();
  if (!reachable) return void step("pick");
  const answer = await ordered("pick", { fulfilment: task, variant: line.variant, units });
  if (answer) notePicked(task, line.variant, answer["picked"]);
  const after = taskInHand();
  if (after && isComplete(after)) set({ panel: "task" });
}

/**
 * @param {PartLine} line
 * @param {number} units
 * @param {string} reason
 */
export async function callShort(line, units, reason) {
  const answer = await step("pick-short", { variant: line.variant, units, reason });
  if (!answer) return;
  const lost = answer["nowhere"];
  set({ note: { kind: "good", text: lost ? tn("%(count)s unit is nowhere else: the merchant is told.", "%(count)s units are nowhere else: the merchant is told.", lost) : t("It comes from another place.") } });
}

/**
 * @param {string} reason
 * @param {string} note
 */
export async function declineTask(reason, note) {
  const answer = await step("decline", { reason, note });
  if (!answer) return;
  const stays = answer["nowhere"] > 0;
  set({ panel: "pickups", note: { kind: stays ? "wait" : "good", text: stays ? t("No other place has all of it: it stays here until the merchant decides.") : t("Another place sends it.") } });
}

/** @param {string} shelf */
export async function shelve(shelf) {
  if (!(await step("shelve", { shelf: shelf.trim() }))) return;
  set({ panel: "pickups", note: { kind: "good", text: t("It lies on the pickup shelf, and the customer is told.") } });
}

/**
 * A piece that is scanned while a part is being picked.
 * @param {string} code
 * @returns {boolean} whether it was meant for it
 */
export function hearTask(code) {
  const task = ["task", "camera"].includes(now().panel) ? taskInHand() : undefined;
  if (!task || !isMine(task)) return false;
  const line = lineOf(task.lines, spelling(code), spelling);
  if (!line) set({ note: { kind: "bad", text: t("This is not part of it. Put it back on its shelf.") } });
  else if (left(line) === 0) set({ note: { kind: "wait", text: t("All units of it are picked.") } });
  else void pickUnits(line, 1);
  return true;
}
