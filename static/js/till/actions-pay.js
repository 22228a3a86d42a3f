// @ts-check
// Taking money. Each tender is a command; cash is done the moment it is written down, a card when its
// reader says so. A sale that was begun and not paid stays open until it is paid or given up.

import { Refused, Unreachable, askJson } from "./api.js";
import { giveBack, lookUpStock, setBasket } from "./actions-basket.js";
import { askApproval, goesBack, ordered, refresh } from "./actions-shift.js";
import { emptyBasket, exceedsLimit, isQuoted, linesOf, reckon } from "./basket.js";
import { coinRounding, money } from "./money.js";
import { askAgain, isCounted, isLeftOut, whenCounted } from "./quoting.js";
import { now, set } from "./store.js";
import { command, sent, till } from "./till.js";
import { percent, t } from "./words.js";

/** @typedef {import("./shapes.js").Command} Command */
/** @typedef {import("./shapes.js").Tender} Tender */
/** @typedef {import("./shapes.js").SaleAnswer} SaleAnswer */

/** How long after a sale its drawer may still open by itself: later nobody stands before it. */
const DRAWER_OPENS_WITHIN = 60_000;
/** How long a reader that could not be woken is left alone. */
const WAKE_AGAIN_AFTER = 3_000;

let asking = false;
let woken = -Infinity;

/** What is still to be paid, of the basket or of the sale that was begun. */
export function due() {
  const { open, basket, standing } = now();
  return open ? open.due_minor : reckon(basket, standing?.tax_rounding ?? "line").total;
}

/** Whether there is something to pay and this page may take it. */
export function payable() {
  const { basket, open, writer, busy, standing } = now();
  return writer && !busy && Boolean(standing?.shift) && (Boolean(open) || basket.lines.length > 0) && due() > 0;
}

/** Whether this shop takes cash; a device that has not asked lately takes it as ever. */
export function takesCash() {
  return now().standing?.cash !== false;
}

/**
 * What cash pays beyond an amount, or less, because there is no smaller coin here.
 * @param {number} amount
 */
export function coinsFor(amount) {
  return coinRounding(amount, now().standing?.cash_step ?? 1);
}

/**
 * Take cash: all that is due, or a part of it.
 * @param {number} amount
 * @param {number} tendered
 */
export function payCash(amount, tendered) {
  const rounding = amount === due() ? coinsFor(amount) : 0;
  const paid = amount + rounding;
  // Who types nothing but the sum itself hands over what it is in coins.
  const given = tendered === amount ? paid : Math.max(tendered, paid);
  pay({ kind: "cash", amount_minor: amount, tendered_minor: given, ...(rounding ? { rounding_minor: rounding } : {}) });
}

/**
 * Let a reader ask for a card.
 * @param {number} amount
 */
export function payCard(amount) {
  pay({ kind: "card", amount_minor: amount, plugin: now().standing?.card_plugin ?? "" });
}

/** @param {Tender} tender */
function pay(tender) {
  const { standing, basket, clerk, open } = now();
  if (!payable()) return;
  if (open) return void take(tender, null);
  if (!isCounted() && !isLeftOut()) return payAsShown(tender);
  const limit = standing?.policy.discount_limit ?? 0;
  const body = { lines: linesOf(basket), tenders: [tender], total_minor: due(), currency: standing?.currency, customer: basket.customer?.id ?? null, ...codesOf(basket) };
  const made = command("sale", body, { basket });
  if (clerk?.approves || !exceedsLimit(basket, limit)) return void take(tender, made);
  askApproval(t("A discount of more than %(share)s", { share: percent(limit) }), made, (allowed) => void take(tender, allowed));
}

/**
 * The codes that the server has reckoned with.
 * @param {import("./shapes.js").Basket} basket
 */
function codesOf(basket) {
  return isQuoted(basket) && basket.codes?.length ? { codes: basket.codes } : {};
}

/**
 * Take what was shown once promotions are counted; where it comes to another sum, the customer hears it first.
 * @param {Tender} tender
 */
function payAsShown(tender) {
  const shown = due();
  whenCounted(() => {
    if (due() === shown) return pay(tender);
    set({ note: { kind: "wait", text: t("With promotions the total is now %(total)s.", { total: money(due()) }) } });
  });
}

/**
 * @param {Tender} tender
 * @param {Command | null} made the sale that begins with it; none for a further tender
 */
async function take(tender, made) {
  if (!payable()) return;
  const whole = made !== null && tender.kind === "cash" && tender.amount_minor === due();
  if (!whole && !now().reachable) return set({ approval: null, note: { kind: "wait", text: t("Without the network, take the whole sum in cash, or park the basket.") } });
  set({ busy: true, approval: null, note: null });
  try {
    await (made ? takeFirst(tender, made, whole) : takeFurther(tender));
  } finally {
    set({ busy: false });
  }
}

/**
 * @param {Tender} tender
 * @param {Command} made
 * @param {boolean} whole whether cash pays all of it
 */
async function takeFirst(tender, made, whole) {
  const { basket } = now();
  if (whole) return await sellWhole(made, basket);
  const total = made.body["total_minor"];
  const open = { id: made.id, total_minor: total, due_minor: total, payments: [], basket };
  set({ open, panel: tender.kind === "card" ? "card" : "split" });
  const { answer, problem } = await sent(made, { open });
  if (problem) {
    set({ open: null, basket: emptyBasket() });
    await till.shelf.keep("open", null);
    giveBack(made.id, basket, problem.detail);
    learn(problem);
  } else await follow(/** @type {any} */ (answer), tender);
}

/**
 * Sell for cash: done for the clerk the moment it is written down, and not before.
 * @param {Command} made
 * @param {import("./shapes.js").Basket} basket
 */
async function sellWhole(made, basket) {
  const { total_minor: total, tenders } = made.body;
  const paid = total + (tenders[0].rounding_minor ?? 0);
  const begun = performance.now();
  const outcome = till.outbox.outcome(made.id);
  try {
    await till.outbox.put(made, { basket: emptyBasket(), open: null });
  } catch {
    return set({ note: { kind: "bad", text: t("This device could not write the sale down, so nothing was sold. Load the page again.") } });
  }
  setBasket(emptyBasket(), {
    selected: "",
    panel: "done",
    note: null,
    done: { id: made.id, number: "", total_minor: paid, change_minor: tenders[0].tendered_minor - paid, cash: true, said: "", customer: basket.customer ?? null, made },
  });
  void outcome.then(({ answer, problem }) => (problem ? refusedWhole(made, basket, problem) : finished(made.id, /** @type {any} */ (answer), performance.now() - begun < DRAWER_OPENS_WITHIN)));
}

/**
 * The customer may still stand here: the basket comes back, to be taken again or booked as it was. Of a
 * customer who has gone, the sale stays on the list of what is to be seen to.
 * @param {Command} made
 * @param {import("./shapes.js").Basket} basket
 * @param {import("./shapes.js").Problem} problem
 */
function refusedWhole(made, basket, problem) {
  if (made.happened) return set({ note: { kind: "bad", text: problem.detail } });
  learn(problem);
  const { seq: _gone, ...again } = made;
  const go = () => void sellWhole({ ...again, state: "waiting", problem: null, happened: true }, basket);
  giveBack(made.id, basket, problem.detail, { label: t("It is paid: book it as it was sold"), go });
}

/**
 * Ask for the goods at once when the page knows an old price: taken again, the sale would be refused again.
 * @param {import("./shapes.js").Problem} problem
 */
function learn({ code }) {
  if (["cash-rounding", "price-changed", "promotion-used-up"].includes(code)) void refresh().then(askAgain);
  if (code === "price-changed" || code === "not-sold-at-till") dispatchEvent(new Event("till:goods"));
}

/** @param {Tender} tender */
async function takeFurther(tender) {
  const { open } = now();
  if (!open) return;
  const made = command("tender", { sale: open.id, tender });
  const { answer, problem } = await sent(made);
  if (problem) {
    set({ note: { kind: "bad", text: problem.detail } });
    await till.outbox.dismiss(made.id);
    return;
  }
  await follow(/** @type {any} */ (answer), tender);
}

/**
 * @param {SaleAnswer} answer
 * @param {Tender} tender
 */
async function follow(answer, tender) {
  if (answer.completed) return finished(answer.sale, answer, tender.kind === "cash");
  keepOpen(answer, tender.kind === "card" ? "card" : "split");
  const card = answer.payments.find((each) => each.tender === "card" && isWaiting(each));
  if (card) await startReader(card.id);
}

/** @param {{state: string}} payment */
export function isWaiting(payment) {
  return ["started", "pending", "action_required", "unknown"].includes(payment.state);
}

/**
 * @param {SaleAnswer} answer
 * @param {import("./shapes.js").PanelName} panel
 */
function keepOpen(answer, panel) {
  const before = now().open;
  const open = { id: answer.sale, total_minor: answer.total_minor, due_minor: answer.due_minor, payments: answer.payments, basket: before?.basket ?? now().basket };
  set({ open, panel });
  void till.shelf.keep("open", open);
}

/** @param {import("./shapes.js").Payment[]} payments */
function inCash(payments) {
  return payments.some(({ tender }) => tender === "cash");
}

/**
 * @param {string} id
 * @param {SaleAnswer} answer
 * @param {boolean} cash whether the drawer has to open
 */
function finished(id, answer, cash) {
  const { standing, open, done } = now();
  const sold = (open?.id === id ? open.basket : null) ?? null;
  const customer = (sold ? sold.customer : done?.customer) ?? null;
  // What was paid in coins stays on the screen as it was said.
  const total = done?.id === id ? done.total_minor : answer.total_minor;
  const told = { customer, id, number: answer.number, total_minor: total, change_minor: answer.change_minor, cash: done?.id === id ? done.cash : inCash(answer.payments), said: answer.displaced ? t("Units that were promised online were sold; the shop is told.") : "" };
  if (open?.id === id) {
    setBasket(emptyBasket(), { open: null, selected: "", panel: "done", done: told });
    void till.shelf.keep("open", null);
  } else if (done?.id === id) set({ done: told });
  if (standing) set({ standing: { ...standing, next_number: answer.next_number } });
  dispatchEvent(new Event("till:sales"));
  if (cash && standing?.printer) void till.outbox.put(command("drawer", { sale: id }));
  if (sold) void lookUpStock(sold.lines.map((line) => line.item.id));
}

/** @param {string} payment */
async function startReader(payment) {
  woken = performance.now();
  const plugin = now().standing?.card_plugin ?? "";
  try {
    const { readers } = await askJson(`readers/${plugin}`);
    const reader = readers.find((/** @type {any} */ each) => each.online) ?? readers[0];
    if (!reader) return set({ note: { kind: "bad", text: t("No card reader answers. Take another tender.") } });
    heard(await askJson(`cards/${payment}/start`, { reader: reader.id }));
  } catch (fault) {
    set({ note: { kind: "bad", text: fault instanceof Unreachable ? t("The card reader cannot be reached. Ask again, or give the card up.") : String(/** @type {Error} */ (fault).message) } });
  }
}

/** Ask how the card in hand goes; called while a reader waits. */
export async function askCard() {
  const payment = now().open?.payments.find((each) => each.tender === "card" && isWaiting(each));
  if (!payment || asking) return;
  asking = true;
  try {
    // A reader that nobody woke waits for nothing; waking it twice charges once.
    if (payment.state === "started" && performance.now() - woken > WAKE_AGAIN_AFTER) await startReader(payment.id);
    else heard(await askJson(`cards/${payment.id}/ask`, {}));
  } catch {
    // Asked again in a moment.
  } finally {
    asking = false;
  }
}

/** Give the card up and take another tender; one that was paid meanwhile counts. */
export async function cancelCard() {
  const payment = now().open?.payments.find((each) => each.tender === "card" && isWaiting(each));
  if (!payment) return set({ panel: "split" });
  try {
    heard(await askJson(`cards/${payment.id}/cancel`, {}));
  } catch (fault) {
    set({ note: { kind: "bad", text: fault instanceof Unreachable ? t("The card reader cannot be reached. Ask again in a moment.") : String(/** @type {Error} */ (fault).message) } });
  }
}

/** @param {{payment: {id: string, state: string, detail: string}, sale: SaleAnswer}} told */
function heard({ payment, sale }) {
  if (now().open?.id !== sale.sale) return;
  if (sale.completed) return finished(sale.sale, sale, false);
  keepOpen(sale, isWaiting(payment) ? "card" : "split");
  if (payment.state === "failed") set({ note: { kind: "bad", text: t("Declined: %(why)s Take another tender.", { why: payment.detail }) } });
}

/** Give up a sale that was begun: cash goes back, the goods stay in the basket. */
export async function abandon() {
  const { open, reachable } = now();
  if (!open || now().busy) return;
  if (!reachable) return set({ note: { kind: "wait", text: t("The server cannot be reached. Try again in a moment.") } });
  set({ busy: true });
  try {
    await cancelCard();
    if (now().open?.id !== open.id) return; // it was paid meanwhile
    const { answer, problem } = await sent(command("abandon", { sale: open.id }));
    if (problem) return set({ note: { kind: "bad", text: problem.detail } });
    const back = goesBack(answer?.["payments"] ?? []);
    await letGo(open, back && t("The sale was given up. %(back)s", { back }));
  } finally {
    set({ busy: false });
  }
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
  set({ open, panel: "split" });
  const onTheirWay = till.outbox.queue.filter(({ id, body }) => id === open.id || body["sale"] === open.id);
  await Promise.all(onTheirWay.map(({ id }) => till.outbox.outcome(id)));
  try {
    const told = await askJson(`sales/${open.id}`);
    if (now().open?.id !== open.id) return; // it was seen to meanwhile
    if (told.open) return keepOpen(told, told.payments.some(isWaiting) ? "card" : "split");
    if (!told.number) return await letGo(open, t("The sale was given up. %(back)s", { back: goesBack(told.payments) }));
    setBasket(emptyBasket(), { open: null, panel: "done", done: { id: open.id, number: told.number, total_minor: told.total_minor, change_minor: told.change_minor, cash: inCash(told.payments), said: "", customer: told.customer } });
    await till.shelf.keep("open", null);
  } catch (fault) {
    if (fault instanceof Refused && fault.problem.status === 404) await neverBegun(open);
    // Otherwise it stays open until somebody can tell.
  }
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
