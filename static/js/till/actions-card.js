// @ts-check
// A card at a reader: woken, asked how it goes, given up. A reader that cannot ask now says so at once, and
// the clerk may choose another one of the store; nothing that was given up is ever woken again.

import { Refused, Unreachable, askJson } from "./api.js";
import { hasTaken, withdraw } from "./actions-open.js";
import { finished, isWaiting, keepOpen } from "./actions-pay.js";
import { now, set } from "./store.js";
import { t } from "./words.js";

/** How long a reader that could not be woken is left alone. */
const WAKE_AGAIN_AFTER = 3_000;
const ANOTHER_MAY = new Set(["reader-busy", "reader-offline", "reader-elsewhere"]);

let asking = false;
let woken = -Infinity;
/** The reader that the clerk chose for this card, if another than the till's own. */
let chosen = "";
/** The payment that the clerk has given up, from the press on. */
let givenUp = "";
/** @type {Promise<void>} */
let waking = Promise.resolve();

/** The card of the sale in hand that nobody has decided on yet. */
export function cardThatWaits() {
  return now().open?.payments.find((each) => each.tender === "card" && isWaiting(each));
}

/**
 * Let a reader ask for a card: the one beside this till, or the first that is free in its store.
 * @param {string} payment
 */
export function startReader(payment) {
  chosen = "";
  set({ reading: null, refusal: null });
  return wakeReader(payment);
}

/**
 * Let another reader ask, because the first cannot.
 * @param {string} reader
 */
export async function chooseReader(reader) {
  const payment = cardThatWaits();
  await waking;
  if (payment?.state !== "started") return;
  chosen = reader;
  await wakeReader(payment.id);
}

/** @param {string} payment */
function wakeReader(payment) {
  woken = performance.now();
  waking = wake(payment);
  return waking;
}

/** @param {string} payment */
async function wake(payment) {
  try {
    const { own, readers } = await askJson(`readers/${now().standing?.card_plugin ?? ""}`);
    if (cardThatWaits()?.id !== payment || givenUp === payment) return;
    const wanted = chosen || own;
    const reader = readers.find((/** @type {any} */ each) => each.id === wanted) ?? readers.find((/** @type {any} */ each) => each.online) ?? readers[0] ?? null;
    set({ reading: { reader, readers, problem: reader ? (now().reading?.problem ?? "") : t("No card reader of this store answers. Take another tender.") } });
    if (!reader) return;
    heard(await askJson(`cards/${payment}/start`, { reader: reader.id }), true);
    const { reading } = now();
    if (reading) set({ reading: { ...reading, problem: "" } });
  } catch (fault) {
    notWoken(fault);
  }
}

/** @param {unknown} fault */
function notWoken(fault) {
  const { reading, open } = now();
  if (!open) return;
  if (fault instanceof Refused && ANOTHER_MAY.has(fault.problem.code) && reading) return set({ reading: { ...reading, problem: fault.problem.detail } });
  set({ note: { kind: "bad", text: fault instanceof Unreachable ? t("The card reader cannot be reached. Ask again, or give the card up.") : String(/** @type {Error} */ (fault).message) } });
}

/** Ask how the card in hand goes; called while a reader waits. */
export async function askCard() {
  const payment = cardThatWaits();
  if (!payment || asking || givenUp === payment.id) return;
  asking = true;
  try {
    // A reader that nobody woke waits for nothing; waking it twice charges once.
    if (payment.state !== "started") heard(await askJson(`cards/${payment.id}/ask`, {}), false);
    else if (performance.now() - woken > WAKE_AGAIN_AFTER) await wakeReader(payment.id);
    if (payment.state !== "started") noteReach(true);
  } catch (fault) {
    // Asked again in a moment; until then nobody may believe that the till hears the reader.
    if (fault instanceof Unreachable) noteReach(false);
  } finally {
    asking = false;
  }
}

/** @param {boolean} reachable */
function noteReach(reachable) {
  if (now().reachable !== reachable) set({ reachable });
}

/** Give the card up and take another tender; one that was paid meanwhile counts. */
export async function cancelCard() {
  const { open } = now();
  const payment = cardThatWaits();
  if (!open) return;
  if (!payment) return open.payments.length ? set({ panel: "again" }) : withdraw(open);
  givenUp = payment.id;
  await waking; // what is on its way to the reader must be there before it is called back
  if (now().open?.id !== open.id) return;
  try {
    await tellGivenUp(payment.id);
  } catch (fault) {
    if (fault instanceof Unreachable) return withdraw(open);
    givenUp = "";
    set({ note: { kind: "bad", text: String(/** @type {Error} */ (fault).message) } });
  }
}

/**
 * Give up a card that no reader asks for any more, without being asked to.
 * @param {string} payment
 */
export async function callOff(payment) {
  givenUp = payment;
  try {
    await tellGivenUp(payment);
  } catch {
    set({ panel: "again" }); // whatever is taken next asks the server
  }
}

/** @param {string} payment */
async function tellGivenUp(payment) {
  set({ refusal: null });
  heard(await askJson(`cards/${payment}/cancel`, {}), false);
}

/**
 * @param {{payment: {id: string, state: string, detail: string}, sale: import("./shapes.js").SaleAnswer}} told
 * @param {boolean} waking whether the reader was only being woken: then no card was declined
 */
function heard({ payment, sale }, waking) {
  if (now().open?.id !== sale.sale) return;
  if (sale.completed) return finished(sale.sale, sale, false);
  if (isWaiting(payment)) return keepOpen(sale, "card");
  const refusal = payment.state === "failed" ? { declined: !waking, why: payment.detail } : null;
  set({ refusal });
  keepOpen(sale, refusal || !hasTaken(sale) ? "again" : "split");
}
