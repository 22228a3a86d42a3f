// @ts-check
// A sale that was begun and is not paid yet: given up, forgotten by its page, or taken up again after a reload.

import { Refused, askJson } from "./api.js";
import { callOff, cancelCard, cardThatWaits } from "./actions-card.js";
import { setBasket } from "./actions-basket.js";
import { freeButtons, inCash, isWaiting, keepOpen } from "./actions-pay.js";
import { goesBack, ordered, refresh } from "./actions-shift.js";
import { emptyBasket } from "./basket.js";
import { money } from "./money.js";
import { now, set } from "./store.js";
import { command, till } from "./till.js";
import { t } from "./words.js";

/** @typedef {import("./shapes.js").Tender} Tender */
/** @typedef {import("./shapes.js").SaleAnswer} SaleAnswer */

/** Give up a sale that was begun: cash goes back, the goods stay in the basket. */
export async function abandon() {
  const { open } = now();
  if (!open) return;
  if (now().reachable && cardThatWaits()) await cancelCard();
  if (now().open?.id === open.id) await withdraw(open); // else it was paid meanwhile
}

/**
 * Let a sale go at once, whether or not the server ever hears of it: what was not sent of it never is, and
 * what was is taken back there by a command that waits like any other.
 * @param {import("./shapes.js").OpenSale} open
 */
export async function withdraw(open) {
  const made = command("abandon", { sale: open.id });
  const outcome = till.outbox.outcome(made.id);
  const cash = cashOf(open);
  const basket = { ...open.basket, quote: null };
  freeButtons();
  await till.outbox.withdraw(open.id, made, { basket, open: null });
  const words = [];
  if (cash) words.push(t("Give %(amount)s back in cash.", { amount: money(cash) }));
  if (open.payments.some(isAtReader)) words.push(t("Press cancel on the reader too. If the card was charged after all, the money goes back by itself."));
  const note = words.length ? /** @type {const} */ ({ kind: "wait", text: t("The sale was given up. %(back)s", { back: words.join(" ") }) }) : null;
  setBasket(basket, { open: null, busy: false, panel: "keys", selected: basket.lines.at(-1)?.key ?? "", note });
  void outcome.then(({ answer, problem }) => {
    const back = goesBack(answer?.["payments"] ?? []);
    if (problem) set({ note: { kind: "bad", text: problem.detail } });
    else if (back) set({ note: { kind: "wait", text: t("The sale was given up. %(back)s", { back }) } });
  });
}

/**
 * What the customer has handed over in coins and notes towards a sale, sent or not.
 * @param {import("./shapes.js").OpenSale} open
 */
function cashOf({ id, payments }) {
  const sent = payments.filter(({ tender }) => tender === "cash").reduce((sum, each) => sum + each.captured_minor, 0);
  const unsent = till.outbox.queue.flatMap(({ id: name, body }) => (name === id ? body["tenders"] : body["sale"] === id && body["tender"] ? [body["tender"]] : []));
  return unsent.reduce((/** @type {number} */ sum, /** @type {Tender} */ each) => sum + (each.kind === "cash" ? each.amount_minor : 0), sent);
}

/** @param {import("./shapes.js").Payment} payment */
function isAtReader(payment) {
  return payment.tender === "card" && isWaiting(payment) && payment.state !== "started";
}

/**
 * Give up a sale that no page remembers, as after a change of the device: it keeps the shift from being closed.
 * @param {{id: string}} sale
 */
export async function abandonForgotten(sale) {
  const answer = await ordered("abandon", { sale: sale.id });
  if (!answer) return;
  const back = goesBack(answer["payments"]);
  set({ note: back ? { kind: "wait", text: t("The sale was given up. %(back)s", { back }) } : null });
  await refresh();
}

/** After a reload: go on with the sale that was open, as the server knows it once it knows all that was done to it. */
export async function takeUpOpen() {
  const open = await till.shelf.kept("open");
  if (!open) return;
  set({ open, panel: hasTaken(open) ? "split" : "again" });
  const onTheirWay = till.outbox.queue.filter(({ id, body }) => id === open.id || body["sale"] === open.id);
  await Promise.all(onTheirWay.map(({ id }) => till.outbox.outcome(id)));
  try {
    const told = await askJson(`sales/${open.id}`);
    if (now().open?.id !== open.id) return; // it was seen to meanwhile
    if (told.open) return await goOn(told);
    if (!told.number) return await letGo(open, t("The sale was given up. %(back)s", { back: goesBack(told.payments) }));
    setBasket(emptyBasket(), { open: null, panel: "done", done: { id: open.id, number: told.number, total_minor: told.total_minor, change_minor: told.change_minor, cash: inCash(told.payments), said: "", customer: told.customer } });
    await till.shelf.keep("open", null);
  } catch (fault) {
    if (fault instanceof Refused && fault.problem.status === 404) await neverBegun(open);
    // Otherwise it stays open until somebody can tell.
  }
}

/**
 * Go on with a sale that is open still; a reader that nobody has woken yet is not woken by a reload.
 * @param {SaleAnswer} told
 */
async function goOn(told) {
  keepOpen(told, told.payments.some(isAtReader) ? "card" : hasTaken(told) ? "split" : "again");
  const card = cardThatWaits();
  if (card?.state === "started") await callOff(card.id);
}

/**
 * Whether anything was paid of a sale yet.
 * @param {{payments: import("./shapes.js").Payment[]}} sale
 */
export function hasTaken({ payments }) {
  return payments.some((each) => each.captured_minor > 0);
}

/** After a reload: show again how the last sale ended, unless the clerk has gone on since. */
export async function takeUpDone() {
  const done = await till.shelf.kept("done");
  if (!done || now().open || now().panel !== "keys" || now().basket.lines.length) return;
  set({ panel: "done", done });
  if (done.number) return;
  if (till.outbox.queue.some(({ id }) => id === done.id)) await till.outbox.outcome(done.id);
  try {
    const { number } = await askJson(`sales/${done.id}`);
    if (now().done?.id === done.id) set({ done: { ...done, number } });
  } catch {
    // Receipts tells the number once the server knows the sale.
  }
}

/**
 * Return the goods of a sale that is none any more to the clerk.
 * @param {import("./shapes.js").OpenSale} open
 * @param {string} why nothing, where the clerk sees it happen
 */
async function letGo(open, why) {
  setBasket({ ...open.basket, quote: null }, { open: null, panel: "keys", selected: open.basket.lines.at(-1)?.key ?? "", note: why ? { kind: "wait", text: why } : null });
  await till.shelf.keep("open", null);
}

/**
 * The server refused the sale that this device believed open: its basket comes back with the reason.
 * @param {import("./shapes.js").OpenSale} open
 */
async function neverBegun(open) {
  const problem = till.outbox.refused.find((each) => each.id === open.id)?.problem;
  await letGo(open, problem?.detail ?? t("The sale never reached the server. Take it again."));
  await till.outbox.dismiss(open.id);
}
