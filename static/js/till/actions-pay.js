// @ts-check
// Taking money. Each tender is a command; cash is done the moment it is written down, a card when its
// reader says so. A sale that was begun and not paid stays open until it is paid or given up (`actions-open.js`).

import { callOff, cardThatWaits, startReader } from "./actions-card.js";
import { Refused, Unreachable, askJson } from "./api.js";
import { giveBack, lookUpStock, setBasket } from "./actions-basket.js";
import { askApproval, refresh } from "./actions-shift.js";
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
/** How long a card may take to get as far as the reader: later nobody expects it to ask any more. */
const BEGINS_WITHIN = 60_000;

/** Which take the buttons wait for: one that was withdrawn frees them at once. */
let hand = 0;

/** Let the buttons go that wait for a take: it was withdrawn. */
export function freeButtons() {
  hand += 1;
}

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

/**
 * Take an amount off a gift card, or as much of it as the card holds.
 * @param {string} code
 * @param {number} amount
 */
export async function payGiftCard(code, amount) {
  const { clerk, standing } = now();
  if (!payable() || !clerk) return;
  try {
    const found = await askJson("gift-cards", { badge: clerk.badge, code });
    if (found.currency !== standing?.currency || found.balance_minor <= 0) return set({ note: { kind: "bad", text: t("Nothing on this gift card pays here.") } });
    pay({ kind: "gift_card", amount_minor: Math.min(amount, found.balance_minor), code });
  } catch (fault) {
    if (!(fault instanceof Refused || fault instanceof Unreachable)) throw fault;
    const text = fault instanceof Refused ? fault.problem.detail : fault.why || t("A gift card needs the network.");
    set({ note: { kind: "bad", text } });
  }
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
  hand += 1;
  const mine = hand;
  try {
    await (made ? takeFirst(tender, made, whole) : takeFurther(tender));
  } finally {
    if (mine === hand) set({ busy: false });
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
  const begun = performance.now();
  const { answer, problem } = await sent(made, { open });
  if (now().open?.id !== made.id) return; // it was given up meanwhile
  if (problem) {
    set({ open: null, basket: emptyBasket() });
    await till.shelf.keep("open", null);
    giveBack(made.id, basket, problem.detail);
    learn(problem);
  } else await follow(/** @type {any} */ (answer), tender, begun);
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
  const begun = performance.now();
  const { answer, problem } = await sent(made);
  if (now().open?.id !== open.id) return; // it was given up meanwhile
  if (problem) {
    set({ note: { kind: "bad", text: problem.detail } });
    await till.outbox.dismiss(made.id);
    return;
  }
  await follow(/** @type {any} */ (answer), tender, begun);
}

/**
 * @param {SaleAnswer} answer
 * @param {Tender} tender
 * @param {number} begun when the clerk asked for it
 */
async function follow(answer, tender, begun) {
  if (answer.completed) return finished(answer.sale, answer, tender.kind === "cash");
  keepOpen(answer, tender.kind === "card" ? "card" : "split");
  const card = cardThatWaits();
  if (card) await (performance.now() - begun < BEGINS_WITHIN ? startReader(card.id) : callOff(card.id));
}

/** @param {{state: string}} payment */
export function isWaiting(payment) {
  return ["started", "pending", "action_required", "unknown"].includes(payment.state);
}

/**
 * @param {SaleAnswer} answer
 * @param {import("./shapes.js").PanelName} panel
 */
export function keepOpen(answer, panel) {
  const before = now().open;
  const open = { id: answer.sale, total_minor: answer.total_minor, due_minor: answer.due_minor, payments: answer.payments, basket: before?.basket ?? now().basket };
  set({ open, panel });
  void till.shelf.keep("open", open);
}

/** @param {import("./shapes.js").Payment[]} payments */
export function inCash(payments) {
  return payments.some(({ tender }) => tender === "cash");
}

/**
 * @param {string} id
 * @param {SaleAnswer} answer
 * @param {boolean} cash whether the drawer has to open
 */
export function finished(id, answer, cash) {
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
