// @ts-check
// A pickup on the counter: known by its code with or without the network, ticked off line by line, handed over.

import { Refused, Unreachable, askJson } from "./api.js";
import { askApproval, order, ordered, saidOf } from "./actions-shift.js";
import { spelling } from "./codes.js";
import { isSigned, looksLikeCode, proofOf, readClaim, typedDigits } from "./pickup-codes.js";
import { now, set } from "./store.js";
import { command, till } from "./till.js";
import { t } from "./words.js";
import { lineOf, readyHere, reloadWork } from "./work.js";

/** @typedef {import("./shapes.js").Pickup} Pickup */
/** @typedef {import("./shapes.js").InHand} InHand */
/** @typedef {import("./shapes.js").Command} Command */

/** How long a clerk waits for the server's word before the till's own counts. */
const PATIENCE = 4_000;
const DOUBLE_CLICK = 500;

/** When everything was ticked off at once: the second half of a double click then lands on "Hand over". */
let tickedAt = -Infinity;

/**
 * Open a pickup, unless another deed of this page is under way.
 * @param {Pickup} pickup
 * @param {InHand["by"]} by
 */
export function openPickup(pickup, by) {
  set({ panel: "handover", query: "", note: null, hand: { pickup, by, taken: {}, shelf: pickup.shelf, step: "", said: "" } });
}

/**
 * Open what a customer shows, says, or came with: by the list of this device, else by the server.
 * @param {string} shown a code, its digits, or the number of an order
 * @param {Pickup} [only] the one that is left on the list by what was typed: opened where it is no code
 */
export async function openShown(shown, only) {
  const known = await knownHere(shown);
  if (known) return openPickup(known, looksLikeCode(shown) ? "code" : typedDigits(shown) ? "digits" : "person");
  if (only) return openPickup(only, "person");
  try {
    const told = await askJson("pickups", { badge: now().clerk?.badge ?? "", shown: shown.trim() });
    if (!told.pickup) return say("bad", told.said);
    openPickup(told.pickup, looksLikeCode(shown) ? "code" : typedDigits(shown) ? "digits" : "person");
  } catch (fault) {
    say("bad", fault instanceof Refused ? fault.problem.detail : await unknownWords(shown));
  }
}

/**
 * @param {string} shown
 * @returns {Promise<Pickup | undefined>} the pickup of this store that it stands for, if this device can tell
 */
async function knownHere(shown) {
  const ready = readyHere(now());
  const claim = readClaim(shown);
  if (claim) {
    const signed = await isSigned(claim, now().standing?.work?.keys ?? []);
    return signed ? ready.find((each) => each.id === claim.part) : undefined;
  }
  const digits = typedDigits(shown);
  const wanted = shown.trim().toUpperCase();
  if (!digits) return ready.find((each) => each.number.toUpperCase() === wanted);
  const proofs = await Promise.all(ready.map((each) => proofOf(each.id, digits)));
  return ready.find((each, at) => proofs[at] === each.proof);
}

/**
 * Why nothing is opened while nobody else can be asked.
 * @param {string} shown
 */
async function unknownWords(shown) {
  const claim = readClaim(shown);
  if (!claim) return t("Without the network the till knows the pickups on its list alone. This is none of them.");
  const signed = await isSigned(claim, now().standing?.work?.keys ?? []);
  if (signed === null) return t("Without the network this browser cannot check codes. Look the order up in the list.");
  if (!signed) return t("This is no pickup code of this shop. Hand nothing over.");
  if (now().waiting.some((each) => each.kind === "hand-over" && each.body["fulfilment"] === claim.part)) return t("This till has handed it over already.");
  if (claim.until < Date.now()) return t("The code is genuine, but its time is over, and the goods are not on this till’s list any more. Without the network nobody can tell where they are.");
  return t("The code is genuine, but its goods are not on this till’s list. Without the network nobody can tell where they are.");
}

/**
 * What a scan means for pickups: a code, or a piece of the pickup in hand.
 * @param {string} code
 * @returns {boolean} whether it was one
 */
export function hearPickup(code) {
  const { panel, hand } = now();
  if (looksLikeCode(code) || (panel === "pickups" && typedDigits(code))) {
    void openShown(code);
    return true;
  }
  if (!["handover", "camera"].includes(panel) || !hand || hand.step === "done" || hand.step === "kept") return false;
  const line = lineOf(hand.pickup.lines, spelling(code), spelling);
  if (line) tick(line.variant, (hand.taken[line.variant] ?? 0) + 1);
  else say("bad", t("This is not part of the pickup."));
  return true;
}

/**
 * @param {string} variant
 * @param {number} units
 */
export function tick(variant, units) {
  const { hand } = now();
  const line = hand?.pickup.lines.find((each) => each.variant === variant);
  if (!hand || hand.step || !line) return;
  const ticked = { ...hand, taken: { ...hand.taken, [variant]: Math.max(0, Math.min(line.quantity, units)) } };
  set({ note: null, hand: ticked, ...(divided(ticked).leaves ? {} : { panel: "handover" }) });
}

export function tickAll() {
  const { hand } = now();
  tickedAt = performance.now();
  if (hand && !hand.step) set({ hand: { ...hand, taken: Object.fromEntries(hand.pickup.lines.map((line) => [line.variant, line.quantity])) } });
}

/** @param {string} shelf */
export function keepShelf(shelf) {
  const { hand } = now();
  if (hand) set({ hand: { ...hand, shelf } });
}

/**
 * What of a pickup goes along, and what does not.
 * @param {InHand} hand
 */
export function divided({ pickup, taken }) {
  const rows = pickup.lines.map((line) => ({ variant: line.variant, took: taken[line.variant] ?? 0, all: line.quantity }));
  const lines = rows.filter(({ took }) => took > 0).map(({ variant, took }) => ({ variant, quantity: took }));
  const stays = rows.filter(({ took, all }) => took < all).map(({ variant, took, all }) => ({ variant, quantity: all - took }));
  const sum = (/** @type {{quantity: number}[]} */ of) => of.reduce((whole, each) => whole + each.quantity, 0);
  return { lines, stays, takes: sum(lines), leaves: sum(stays) };
}

/** Hand over what is ticked off; what is not goes back to the shelf. */
export async function handOver() {
  const { hand, writer, reachable } = now();
  if (!hand || hand.step || hand.pickup.due || performance.now() - tickedAt < DOUBLE_CLICK) return;
  if (!writer) return say("wait", t("This register sells in another window. Here you can only look."));
  const { lines, stays } = divided(hand);
  if (!lines.length) return;
  const rest = stays.length ? { stays, ...(hand.shelf.trim() ? { shelf: hand.shelf.trim() } : {}) } : {};
  const made = command("hand-over", { fulfilment: hand.pickup.id, by: hand.by, lines, ...rest });
  if (!reachable) made.happened = true;
  const outcome = till.outbox.outcome(made.id);
  advance(made, "busy");
  try {
    await till.outbox.put(made);
  } catch {
    advance(made, "");
    return say("bad", t("This device could not write it down, so nothing is handed over. Load the page again."));
  }
  if (!reachable) return keepOn(made, outcome);
  const silence = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
  const told = /** @type {import("./shapes.js").Outcome | null} */ (await Promise.race([outcome, silence]));
  if (told) return void answered(made, told);
  made.happened = true; // from here on the goods are given out of the hand
  keepOn(made, outcome);
}

/**
 * The till's own word counts: the goods go, and the server hears of it when it can.
 * @param {Command} made
 * @param {Promise<import("./shapes.js").Outcome>} outcome
 */
function keepOn(made, outcome) {
  advance(made, "kept");
  void outcome.then((told) => answered(made, told));
}

/**
 * @param {Command} made
 * @param {import("./shapes.js").Outcome} told
 */
async function answered(made, { answer, problem }) {
  const warning = answer?.["warning"] || (made.happened ? problem?.detail : "");
  if (warning) say("bad", warning);
  else if (answer) set({ note: null });
  if (answer) return advance(made, "done");
  if (made.happened) return; // it stays among what is to be seen to
  advance(made, "");
  say("bad", problem?.detail ?? "");
  await till.outbox.dismiss(made.id);
  await lookAgain();
}

/**
 * @param {Command} made
 * @param {InHand["step"]} step
 */
function advance(made, step) {
  const { hand } = now();
  if (hand && hand.pickup.id === made.body["fulfilment"]) set({ hand: { ...hand, step } });
}

/** Show the pickup in hand as it lies ready now; the list, if it does not any more. */
async function lookAgain() {
  try {
    await reloadWork();
  } catch (fault) {
    if (!(fault instanceof Unreachable)) throw fault;
    return;
  }
  const { hand, work } = now();
  const fresh = work?.ready.find((each) => each.id === hand?.pickup.id);
  if (hand && fresh) set({ hand: { ...hand, pickup: fresh, taken: {} } });
  else if (hand && !hand.step) set({ hand: null, panel: "pickups" });
}

/** Take out what the customer does not want: a manager allows it, and the money goes back by itself. */
export function refuse() {
  const { hand, reachable } = now();
  if (!hand || hand.step) return;
  if (!reachable) return say("wait", t("Money goes back with the network alone. Put it on the shelf, or try again in a moment."));
  const { stays } = divided(hand);
  const made = command("refuse-pickup", { fulfilment: hand.pickup.id, lines: stays });
  askApproval(t("Give money back for what the customer does not want"), made, (allowed) => {
    void order(allowed).then(async (answer) => {
      if (!answer) return;
      await lookAgain();
      say("good", t("%(amount)s goes back the way it was paid. Lay the goods back on the sales shelf.", { amount: answer["back"] }));
    });
  });
}

/** Print the slip of what was handed over. */
export async function printSlip() {
  const { hand } = now();
  if (!hand || hand.step !== "done") return;
  const answer = await ordered("slip", { fulfilment: hand.pickup.id });
  if (!answer) return;
  if (answer["printing"] === "no-printer") return void open(`/till/collected/${hand.pickup.id}`, "_blank", "noopener");
  const said = saidOf(answer["printing"], t("The slip is printed."));
  const after = now().hand;
  if (after?.pickup.id === hand.pickup.id) set({ hand: { ...after, said } });
}

/**
 * @param {import("./shapes.js").Note["kind"]} kind
 * @param {string} text
 */
function say(kind, text) {
  set({ note: { kind, text } });
}
