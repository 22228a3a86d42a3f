// @ts-check
// The register and its people: who stands here, the float, cash in and out, the count, the paper.

import { Refused, askJson } from "./api.js";
import { money, useCurrency } from "./money.js";
import { recallParked } from "./parked.js";
import { now, set } from "./store.js";
import { command, sent, till } from "./till.js";
import { t } from "./words.js";
import { followWork } from "./work.js";

/** @typedef {import("./shapes.js").Command} Command */

/**
 * Ask the server how things stand; the heartbeat.
 * @returns {Promise<void>}
 */
export async function refresh() {
  const { answered } = till.outbox;
  try {
    const standing = await askJson("state");
    if (till.outbox.answered !== answered) return refresh(); // it was told before what happened meanwhile
    useCurrency(standing.currency, standing.digits);
    set({ standing, reachable: true });
    void till.shelf.keep("standing", standing);
    renameClerk(standing);
    if (standing.shift) void till.outbox.retry("register-closed");
    await recallParked(standing.parked);
    await followWork(standing.work);
  } catch (fault) {
    if (fault instanceof Refused && fault.problem.code === "till-not-enrolled") set({ enrolled: false });
    else set({ reachable: false });
  }
}

/**
 * The language may have changed since the PIN was typed.
 * @param {import("./shapes.js").Standing} standing
 */
function renameClerk({ clerks }) {
  const { clerk } = now();
  const name = clerks.find(({ id }) => id === clerk?.id)?.name;
  if (clerk && name && name !== clerk.name) set({ clerk: { ...clerk, name } });
}

/**
 * @param {string} pin
 * @param {string} chosen the clerk whose tile was pressed, or nobody: the PIN alone tells who it is
 * @returns {Promise<Refusal | null>} what is wrong, or nothing
 */
export async function unlock(pin, chosen) {
  try {
    const told = await askJson("unlock", { pin, clerk: chosen || null });
    const clerk = { ...told, seen: Date.now() };
    set({ clerk });
    void till.shelf.keep("clerk", clerk);
    await till.outbox.retry("clerk-unknown", { badge: clerk.badge });
    return null;
  } catch (fault) {
    return refusal(fault);
  }
}

/** @typedef {{said: string, locked: boolean}} Refusal why a PIN opened nothing, and whether no PIN would */

/**
 * @param {unknown} fault
 * @returns {Refusal}
 */
function refusal(fault) {
  if (!(fault instanceof Refused)) return { said: t("The server cannot be reached. Try again in a moment."), locked: false };
  return { said: fault.problem.detail, locked: fault.problem.code === "pin-pad-locked" };
}

/** Lock for the next clerk; not while nobody could be let in again, because only the server knows the PINs. */
export function lock() {
  if (!now().reachable) return set({ note: { kind: "wait", text: t("Without the network nobody could unlock the till again. It stays open.") } });
  set({ clerk: null, approval: null, note: null });
  void till.shelf.keep("clerk", null);
}

/** Remember that somebody is at work, so that the till does not lock. */
export function touched() {
  const { clerk } = now();
  if (clerk && Date.now() - clerk.seen > 5_000) {
    clerk.seen = Date.now();
    void till.shelf.keep("clerk", clerk);
  }
}

/** Lock when nobody has touched the till for a while; not while a card is being read, or nobody could unlock it. */
export function lockWhenIdle() {
  const { clerk, standing, open, reachable } = now();
  if (clerk && standing && !open && reachable && Date.now() - clerk.seen > standing.policy.lock_after_seconds * 1000) lock();
}

/**
 * @param {string} pin
 * @returns {Promise<Refusal | null>} what is wrong, or nothing
 */
export async function approve(pin) {
  const { approval } = now();
  try {
    const told = await askJson("approve", { pin, ...approval?.wish });
    set({ approval: null });
    approval?.then(told.approval);
    return null;
  } catch (fault) {
    return refusal(fault);
  }
}

/**
 * Do something that a manager answers for: at once if the clerk is one, else after their PIN, which allows
 * this command with its whole content and nothing else.
 * @param {string} what
 * @param {Command} made
 * @param {(allowed: Command) => void} then
 */
export function askApproval(what, made, then) {
  if (now().clerk?.approves) return then(made);
  const { id, kind, body } = made;
  // It is done once the manager has spoken, however long that took.
  set({ approval: { what, wish: { deed: { id, kind, body } }, then: (approval) => then({ ...made, approval, at: new Date().toISOString() }) } });
}

/**
 * Let a manager allow the clerk to see something, whoever the clerk is.
 * @param {string} what
 * @param {string} reading
 * @param {(approval: string) => void} then
 */
export function askReading(what, reading, then) {
  set({ approval: { what, wish: { reading }, then } });
}

/**
 * Send what the clerk waits for; a refusal is shown and forgotten.
 * @param {string} kind
 * @param {Record<string, any>} body
 * @param {string} [approval]
 * @returns {Promise<Record<string, any> | null>}
 */
export function ordered(kind, body, approval = "") {
  return order(command(kind, body, { approval }));
}

/**
 * @param {Command} made
 * @returns {Promise<Record<string, any> | null>}
 */
export async function order(made) {
  if (!now().writer) {
    set({ note: { kind: "wait", text: t("This register sells in another window. Here you can only look.") } });
    return null;
  }
  const { answer, problem } = await sent(made);
  if (!problem) return answer;
  set({ note: { kind: "bad", text: problem.detail } });
  await till.outbox.dismiss(made.id);
  return null;
}

/** @param {number} float */
export async function openRegister(float) {
  if (await ordered("open", { float_minor: float })) await refresh();
}

/**
 * @param {number} amount positive for cash in
 * @param {string} reason
 */
export function moveCash(amount, reason) {
  const made = command("cash", { amount_minor: amount, reason });
  const go = async (/** @type {Command} */ allowed) => {
    if (!(await order(allowed))) return;
    set({ panel: "keys", note: { kind: "good", text: amount > 0 ? t("Cash in is written down.") : t("Cash out is written down.") } });
  };
  if (amount > 0) void go(made);
  else askApproval(t("Cash out"), made, (allowed) => void go(allowed));
}

/**
 * Pay out of this drawer what the desk promised; whoever paid it first has paid it.
 * @param {import("./shapes.js").PayBack} promised
 */
export async function payBack({ id, order: number }) {
  const answer = await ordered("pay-back", { refund: id });
  if (answer) set({ panel: "keys", note: { kind: "good", text: t("Hand %(amount)s over. Order %(number)s is paid back.", { amount: money(answer["amount_minor"]), number }) } });
  await refresh();
}

/** @param {string} reason */
export function openDrawer(reason) {
  askApproval(t("Open the drawer without a sale"), command("drawer", { reason }), (allowed) => {
    void order(allowed).then((answer) => answer && set({ note: { kind: "good", text: saidOf(answer["printing"], t("The drawer is open.")) } }));
  });
}

/**
 * @param {number} counted
 * @param {Record<string, number>} pieces
 * @param {boolean} sure whether the clerk was asked to count again and closes all the same
 * @returns {Promise<Record<string, any> | null>} the Z report, or that the count is far off
 */
export async function closeRegister(counted, pieces, sure) {
  return ordered("close", { counted_minor: counted, pieces, sure });
}

/**
 * @param {string} sale
 * @returns {Promise<string>} what came of it
 */
export async function printReceipt(sale) {
  const answer = await ordered("print", { sale });
  if (!answer) return "";
  if (answer["printing"] === "no-printer") {
    open(`/till/receipts/${sale}?copy=${answer["copy"]}`, "_blank", "noopener");
    return "";
  }
  return saidOf(answer["printing"], answer["copy"] ? t("Copy %(number)s is printed.", { number: answer["copy"] }) : t("The receipt is printed."));
}

/**
 * Read the open shift's figures, as much of them as the clerk, or a manager's word, may see.
 * @param {string} approval
 * @returns {Promise<Record<string, any> | null>}
 */
export async function readShift(approval) {
  try {
    return (await askJson("report", { badge: now().clerk?.badge ?? "", approval })).report;
  } catch {
    return null; // shown when the network is back
  }
}

/**
 * Print the X of the open shift, or the Z of a closed one.
 * @param {string} shift nothing for the open one
 * @param {string} [approval]
 * @returns {Promise<string>} what came of it
 */
export async function printReport(shift, approval = "") {
  const answer = await ordered("report", { shift: shift || null }, approval);
  return answer ? saidOf(answer["printing"], t("The report is printed.")) : "";
}

/**
 * @param {string} sale
 * @param {string} to nothing for the customer of the sale
 * @param {string} [covered] the customer's address as it may be shown
 */
export async function sendReceipt(sale, to, covered = "") {
  if (!now().reachable) {
    void ordered("letter", { sale, to });
    return t("The receipt goes to %(address)s when the network is back.", { address: to || covered });
  }
  return (await ordered("letter", { sale, to })) ? t("The receipt is on its way to %(address)s.", { address: to || covered }) : "";
}

/**
 * What the clerk hands back, and what goes back by itself.
 * @param {import("./shapes.js").Payment[]} payments
 */
export function goesBack(payments) {
  const sum = (/** @type {string} */ tender) => payments.filter((each) => each.tender === tender).reduce((whole, each) => whole + each.back_minor, 0);
  const words = [];
  if (sum("cash")) words.push(t("Give %(amount)s back in cash.", { amount: money(sum("cash")) }));
  if (sum("card")) words.push(t("%(amount)s goes back to the card by itself.", { amount: money(sum("card")) }));
  if (sum("gift_card")) words.push(t("%(amount)s is on the gift card again.", { amount: money(sum("gift_card")) }));
  return words.join(" ");
}

/**
 * @param {string} sale
 * @param {string} reason
 */
export function voidSale(sale, reason) {
  askApproval(t("Void a sale"), command("void", { sale, reason }), (allowed) => {
    void order(allowed).then((answer) => {
      if (!answer) return;
      set({ note: { kind: "wait", text: t("The sale is voided. %(back)s", { back: goesBack(answer["payments"]) }) } });
      dispatchEvent(new Event("till:sales"));
    });
  });
}

/**
 * @param {string} printing
 * @param {string} good
 */
export function saidOf(printing, good) {
  if (printing === "printed") return good;
  if (printing === "printer-refused") return t("The printer’s address is outside the networks where printers may stand. Nothing was printed; tell whoever set it up.");
  return printing === "no-printer" ? t("No printer is set up for this register.") : t("The printer does not answer. The sale is safe; print again later.");
}
