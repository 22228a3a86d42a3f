// @ts-check
// Goods of any order that come back: found, counted, taken back with a manager's word, put on paper.

import { askApproval, order, ordered, saidOf } from "./actions-shift.js";
import { Unreachable, askJson } from "./api.js";
import { money } from "./money.js";
import { now, set } from "./store.js";
import { command } from "./till.js";
import { t } from "./words.js";

/** @typedef {{id: string, number: string, receipt: string, at: string, currency: string, total_minor: number}} Meant an order that a customer means */
/** @typedef {{id: string, name: string, title: string, sku: string, sold: number, units: number, worth: number[]}} Back a line, how much of it can come back, and what that is worth */
/** @typedef {{id: string, number: string, lines: {line: string, units: number, reason: string}[]}} Announced */
/** @typedef {{order: Meant & {lines: Back[], announced: Announced[]}, reasons: {code: string, name: string}[]}} Returnable */
/** @typedef {{restock: number, aside: number, spoilt: number, reason: string}} Found what becomes of the units of a line */

/**
 * @template T
 * @param {string} path
 * @param {Record<string, unknown>} what
 * @returns {Promise<T | string>} or why nobody can be asked
 */
async function asked(path, what) {
  try {
    return await askJson(`returns/${path}`, { badge: now().clerk?.badge ?? "", ...what });
  } catch (fault) {
    return (fault instanceof Unreachable && fault.why) || t("The server cannot be reached. Try again in a moment.");
  }
}

/**
 * @param {string} words
 * @returns {Promise<Meant[] | string>}
 */
export async function findOrders(words) {
  const told = await asked("find", { words });
  return typeof told === "string" ? told : /** @type {{orders: Meant[]}} */ (told).orders;
}

/**
 * @param {string} id
 * @returns {Promise<Returnable | string>}
 */
export function readReturnable(id) {
  return asked("order", { order: id });
}

/**
 * Take the goods back once a manager has allowed exactly this.
 * @param {string} id the order's
 * @param {Map<string, Found>} found by line
 * @param {string} announced a return that was asked for, or nothing
 */
export function takeReturn(id, found, announced) {
  const lines = [...found].map(([line, { restock, aside, spoilt, reason }]) => ({ line, reason, restock, aside, spoilt }));
  const made = command("return", { order: id, lines: lines.filter((each) => each.restock + each.aside + each.spoilt > 0), announced: announced || null });
  askApproval(t("Take goods back"), made, (allowed) => void order(allowed).then((answer) => answer && tellReturn(answer)));
}

/** @param {Record<string, any>} answer */
function tellReturn({ returned, number, refunded_minor, cash_minor, currency }) {
  const own = currency === now().standing?.currency;
  const said = [t("Return %(number)s is done.", { number })];
  if (cash_minor) said.push(t("Give %(amount)s back in cash.", { amount: money(cash_minor) }));
  const otherwise = refunded_minor - cash_minor;
  if (otherwise > 0 && own) said.push(t("%(amount)s goes back the way it was paid.", { amount: money(otherwise) }));
  set({ panel: "keys", asked: "", note: { kind: "wait", text: said.join(" "), act: { label: t("Print"), go: () => void printReturn(returned) } } });
}

/** @param {string} returned */
async function printReturn(returned) {
  const answer = await ordered("print-return", { returned });
  if (!answer) return;
  if (answer["printing"] === "no-printer") open(`/till/returns/${returned}?copy=${answer["copy"]}`, "_blank", "noopener");
  else set({ note: { kind: "good", text: saidOf(answer["printing"], t("The receipt is printed.")) } });
}
