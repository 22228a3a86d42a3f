// @ts-check
// What promotions do for the basket in hand: the server is asked after every change, one question at a time,
// and an answer about a basket that has changed meanwhile is dropped. Without the network promotions do not
// count, and the page says so; what was quoted of a basket that has not changed since stands. Once the clerk
// has begun to take money, nothing but a change of the basket changes the sum.

import { Unreachable, askJson } from "./api.js";
import { isQuoted, saying, withCodes } from "./basket.js";
import { now, set, watch } from "./store.js";
import { till } from "./till.js";
import { t } from "./words.js";

/** @typedef {import("./shapes.js").Basket} Basket */

/** How long a clerk who begins to take money waits for the word of the server. */
const PATIENCE = 2_000;
const MOST_CODES = 5;
const TAKING = new Set(["cash", "split", "card"]);

/** @type {Promise<void> | null} */
let asking = null;
/** The basket that the server would not speak of, or not in time. */
let refused = "";
/** The basket for which money is being taken without its promotions. */
let begun = "";

/** Ask whenever the basket has changed, whatever changed it. */
export function keepQuoted() {
  watch(() => void quote());
  void quote();
}

/** Ask once more about a basket that came to nothing: another page, price or promotion may stand there by now. */
export function askAgain() {
  refused = "";
  void quote();
}

/** Whether the shown sum is the server's, or promotions have nothing to do with it. */
export function isCounted() {
  const { basket, open } = now();
  return Boolean(open) || !isAbout(basket) || isQuoted(basket);
}

/** Whether promotions are left out of the shown sum, because nobody can be asked about them. */
export function isLeftOut() {
  return !isCounted() && !canBeAsked();
}

/**
 * Go on once it is known what the basket costs: at once where it is known, without promotions where nobody answers.
 * @param {() => void} go
 */
export function whenCounted(go) {
  if (isCounted()) return go();
  const begin = () => {
    if (!isCounted()) giveUp();
    go();
  };
  if (isLeftOut()) return begin();
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  void Promise.race([untilCounted(), late]).then(begin);
}

/**
 * Take a code that was typed or scanned; one that is known stays with the basket, also while it takes nothing off.
 * @param {string} typed
 * @param {string} unknown what to say of a code that nobody knows
 * @returns {Promise<string>} why it is not taken, or nothing
 */
export async function enterCode(typed, unknown) {
  const codes = now().basket.codes ?? [];
  if (codes.length >= MOST_CODES) return t("A sale takes %(most)s codes at most.", { most: MOST_CODES });
  try {
    const told = await askJson("quote", asked(withCodes(now().basket, [...codes, typed])));
    const said = told.codes.at(-1);
    if (!said.known) return unknown;
    const { basket, open } = now();
    if (!open && !basket.codes?.includes(said.code)) keep(withCodes(basket, [...(basket.codes ?? []), said.code]));
    return "";
  } catch (fault) {
    return fault instanceof Unreachable ? t("Codes count with the network.") : String(/** @type {Error} */ (fault).message);
  }
}

/** @param {string} code */
export function leaveCodeOut(code) {
  const { basket, open, writer } = now();
  if (!open && writer) keep(withCodes(basket, (basket.codes ?? []).filter((each) => each !== code)));
}

async function untilCounted() {
  while (now().writer && !isCounted() && canBeAsked()) await quote();
}

function canBeAsked() {
  const { basket, panel, reachable } = now();
  const said = saying(basket);
  return reachable && refused !== said && !(begun === said && TAKING.has(panel));
}

/** Take the sum without promotions: what the customer is told is what is sold. */
function giveUp() {
  begun = saying(now().basket);
  refused = begun;
  leaveOut();
}

function leaveOut() {
  const { basket } = now();
  if (basket.quote) keep({ ...basket, quote: null });
}

/** @param {Basket} basket */
function isAbout(basket) {
  return basket.lines.length > 0 && (Boolean(now().standing?.promotions) || Boolean(basket.codes?.length));
}

/** @returns {Promise<void>} */
function quote() {
  if (asking) return asking;
  if (!now().writer || isCounted()) return Promise.resolve();
  if (!canBeAsked()) return Promise.resolve(leaveOut());
  asking = ask(now().basket).finally(() => {
    asking = null;
    void quote(); // it may have changed meanwhile
  });
  return asking;
}

/** @param {Basket} basket */
async function ask(basket) {
  const said = saying(basket);
  try {
    const told = await askJson("quote", asked(basket));
    const { basket: current, open } = now();
    if (!open && saying(current) === said && refused !== said) keep(quoted(current, told));
  } catch (fault) {
    if (fault instanceof Unreachable) set({ reachable: false });
    else refused = said;
  }
}

/** @param {Basket} basket */
function asked({ lines, customer, codes }) {
  return { lines: lines.map(({ item, quantity }) => ({ variant: item.id, quantity })), customer: customer?.id ?? null, codes: codes ?? [] };
}

/**
 * @param {Basket} basket
 * @param {{lines: import("./shapes.js").Promoted[][], codes: import("./shapes.js").ToldCode[]}} told
 * @returns {Basket}
 */
function quoted(basket, { lines, codes }) {
  const said = basket.lines.map(({ key, quantity, item }, index) => [key, { quantity, price_minor: item.price_minor, off: lines[index] ?? [] }]);
  return { ...basket, quote: { of: saying(basket), lines: Object.fromEntries(said), codes } };
}

/** @param {Basket} basket */
function keep(basket) {
  set({ basket });
  void till.shelf.keep("basket", basket);
}
