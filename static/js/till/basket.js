// @ts-check
// The basket as a value: every change returns a new one. What it costs is reckoned here as the server
// reckons it (commerce/registers/pricing.py), which refuses any other total.

import { newId } from "./ids.js";
import { halfUp, share } from "./money.js";

/** @typedef {import("./shapes.js").Basket} Basket */
/** @typedef {import("./shapes.js").Line} Line */
/** @typedef {import("./shapes.js").Discount} Discount */
/** @typedef {import("./shapes.js").Promoted} Promoted */

export const MOST = 9999;

/** @returns {Basket} */
export function emptyBasket() {
  return { lines: [], discount: null, customer: null, codes: [], quote: null };
}

/**
 * Put units of an item in; a line of the same item without a discount takes them.
 * @param {Basket} basket
 * @param {import("./shapes.js").Item} item
 * @param {number} [quantity]
 * @returns {{basket: Basket, key: string}}
 */
export function put(basket, item, quantity = 1) {
  const same = basket.lines.find((line) => line.item.id === item.id && !line.discount);
  if (same) return { basket: withQuantity(basket, same.key, same.quantity + quantity), key: same.key };
  const line = { key: newId(), item, quantity, discount: null };
  return { basket: { ...basket, lines: [...basket.lines, line] }, key: line.key };
}

/**
 * @param {Basket} basket
 * @param {string} key
 * @param {number} quantity
 * @returns {Basket}
 */
export function withQuantity(basket, key, quantity) {
  if (quantity < 1) return without(basket, key);
  const held = Math.min(quantity, MOST);
  return { ...basket, lines: basket.lines.map((line) => (line.key === key ? { ...line, quantity: held } : line)) };
}

/**
 * @param {Basket} basket
 * @param {string} key
 * @returns {Basket}
 */
export function without(basket, key) {
  const lines = basket.lines.filter((line) => line.key !== key);
  return lines.length ? { ...basket, lines } : { ...basket, lines, discount: null, codes: [], quote: null };
}

/**
 * @param {Basket} basket
 * @param {string} key a line's, or nothing for the whole basket
 * @param {Discount | null} discount
 * @returns {Basket}
 */
export function withDiscount(basket, key, discount) {
  if (!key) return { ...basket, discount };
  return { ...basket, lines: basket.lines.map((line) => (line.key === key ? { ...line, discount } : line)) };
}

/**
 * @param {Basket} basket
 * @param {import("./shapes.js").Whose | null} customer
 * @returns {Basket}
 */
export function withCustomer(basket, customer) {
  return { ...basket, customer };
}

/**
 * @param {Basket} basket
 * @param {string[]} codes
 * @returns {Basket}
 */
export function withCodes(basket, codes) {
  return { ...basket, codes };
}

/**
 * What promotions depend on, in one line of text: a quote is good for the basket that says the same.
 * @param {Basket} basket
 */
export function saying({ lines, customer, codes }) {
  const goods = lines.map(({ key, item, quantity }) => [key, item.id, quantity, item.price_minor]);
  return JSON.stringify([goods, customer?.id ?? "", codes ?? []]);
}

/**
 * Whether the server has said what promotions do for this very basket.
 * @param {Basket} basket
 */
export function isQuoted(basket) {
  return basket.quote?.of === saying(basket);
}

/**
 * What promotions take off a line, never more than it costs. Until the server has spoken of a changed basket,
 * the lines that did not change keep what was said of them, so that the sum does not jump up and down.
 * @param {Basket} basket
 * @param {Line} line
 * @returns {Promoted[]}
 */
export function promotedOn({ quote }, { key, item, quantity }) {
  const said = quote?.lines[key];
  return said && said.quantity === quantity && said.price_minor === item.price_minor ? said.off : [];
}

/** @param {Promoted[]} off */
function sumOf(off) {
  return off.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
}

/**
 * @param {number} full
 * @param {Discount | null} discount
 */
function taken(full, discount) {
  if (!discount) return 0;
  const wanted = discount.amount_minor || halfUp(BigInt(full) * BigInt(discount.basis_points), 10_000n);
  return Math.min(wanted, full);
}

/**
 * @typedef {object} Sum
 * @property {number} total
 * @property {number} discount
 * @property {number} tax
 * @property {{rate: string, net: number, tax: number}[]} taxes what each rate comes to, the lowest first
 * @property {boolean} taxed whether a rate applies to any of it: without one there is no tax to speak of
 * @property {boolean} taxIncluded
 * @property {number} units
 * @property {Map<string, {full: number, off: number, promoted: number, total: number}>} lines `off` the clerk gave, after what is `promoted`
 */

/**
 * Promotions come first, off the marked prices; what the clerk gives is off what they left.
 * @param {Basket} basket
 * @param {string} rounding "line" or "total"
 * @returns {Sum}
 */
export function reckon(basket, rounding) {
  const fulls = basket.lines.map((line) => line.item.price_minor * line.quantity);
  const promoted = basket.lines.map((line, index) => Math.min(sumOf(promotedOn(basket, line)), fulls[index] ?? 0));
  const marked = fulls.map((full, index) => full - (promoted[index] ?? 0));
  const own = basket.lines.map((line, index) => taken(marked[index] ?? 0, line.discount));
  const left = marked.map((amount, index) => amount - (own[index] ?? 0));
  const whole = left.reduce((sum, each) => sum + each, 0);
  const spread = share(taken(whole, basket.discount), left);
  const amounts = left.map((each, index) => each - (spread[index] ?? 0));
  const taxes = taxesOf(basket.lines, amounts, rounding);
  /** @type {Sum["lines"]} */
  const lines = new Map();
  /** @type {Map<string, {rate: string, net: number, tax: number}>} */
  const rates = new Map();
  let total = 0;
  let tax = 0;
  basket.lines.forEach((line, index) => {
    const amount = amounts[index] ?? 0;
    const owed = taxes[index] ?? 0;
    total += line.item.includes_tax ? amount : amount + owed;
    tax += owed;
    const net = line.item.includes_tax ? amount - owed : amount;
    const one = rates.get(line.item.rate) ?? { rate: line.item.rate, net: 0, tax: 0 };
    rates.set(line.item.rate, { ...one, net: one.net + net, tax: one.tax + owed });
    lines.set(line.key, { full: fulls[index] ?? 0, off: (own[index] ?? 0) + (spread[index] ?? 0), promoted: promoted[index] ?? 0, total: amount });
  });
  return {
    total,
    tax,
    taxes: [...rates.values()].sort((one, other) => Number(one.rate) - Number(other.rate)),
    lines,
    discount: [...lines.values()].reduce((sum, line) => sum + line.off + line.promoted, 0),
    taxed: basket.lines.some((line) => millionths(line.item.rate) > 0n),
    taxIncluded: basket.lines.every((line) => line.item.includes_tax),
    units: basket.lines.reduce((sum, line) => sum + line.quantity, 0),
  };
}

/**
 * Whether the clerk makes a line cheaper by more than they may decide, of what promotions left.
 * @param {Basket} basket
 * @param {number} limit basis points
 */
export function exceedsLimit(basket, limit) {
  return [...reckon(basket, "line").lines.values()].some((line) => (line.off - 1) * 10_000 > limit * (line.full - line.promoted));
}

/**
 * The lines as a sale command names them; a share of the basket's discount becomes each line's own.
 * @param {Basket} basket
 */
export function linesOf(basket) {
  const { lines } = reckon(basket, "line");
  return basket.lines.map((line) => {
    const off = lines.get(line.key)?.off ?? 0;
    const reasons = [line.discount?.reason, basket.discount?.reason].filter(Boolean);
    const promotions = promotedOn(basket, line).map(({ promotion, amount_minor, code }) => ({ promotion, amount_minor, code }));
    return {
      variant: line.item.id,
      quantity: line.quantity,
      discount: off ? { reason: reasons.join(" · "), amount_minor: off } : null,
      shown_minor: line.item.price_minor,
      ...(promotions.length ? { promotions } : {}),
    };
  });
}

/**
 * The basket as it is set aside: as the clerk left it, with what promotions come to for the list.
 * @param {Basket} basket
 */
export function setAside(basket) {
  const told = linesOf(basket);
  const lines = basket.lines.map((line, index) => ({ ...line, promotions: told[index]?.promotions ?? [] }));
  return { lines, customer: basket.customer?.id ?? null, codes: basket.codes ?? [], discount: basket.discount };
}

/**
 * What a basket that was set aside comes to, as far as the till knows: at the prices of now, and with the promotions of
 * then where a price is still the same. They are asked about anew once it is taken up.
 * @param {import("./shapes.js").Parked} parked
 * @param {Map<string, import("./shapes.js").Item>} items
 * @param {string} rounding
 */
export function parkedTotal({ lines, discount = null }, items, rounding) {
  const told = lines.map(({ key, quantity, item, promotions = [] }) => [key, { quantity, price_minor: item.price_minor, off: promotions }]);
  const known = lines.map((line) => ({ ...line, item: items.get(line.item.id) ?? line.item }));
  return reckon({ lines: known, discount, quote: { of: "", codes: [], lines: Object.fromEntries(told) } }, rounding).total;
}

const SCALE = 1_000_000n;

/** @param {string} rate */
function millionths(rate) {
  const [whole = "0", fraction = ""] = rate.split(".");
  return BigInt(whole) * SCALE + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

/**
 * @param {number} amount
 * @param {bigint} rate
 * @param {boolean} included
 */
function taxOf(amount, rate, included) {
  return halfUp(BigInt(amount) * rate, included ? SCALE + rate : SCALE);
}

/**
 * @param {Line[]} lines
 * @param {number[]} amounts
 * @param {string} rounding
 */
function taxesOf(lines, amounts, rounding) {
  if (rounding !== "total") {
    return lines.map((line, index) => taxOf(amounts[index] ?? 0, millionths(line.item.rate), line.item.includes_tax));
  }
  const taxes = lines.map(() => 0);
  /** @type {Map<string, number[]>} */
  const groups = new Map();
  lines.forEach(({ item }, index) => {
    const key = `${item.rate} ${item.includes_tax}`;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  for (const members of groups.values()) {
    const first = lines[members[0] ?? 0];
    if (!first) continue;
    const parts = members.map((index) => amounts[index] ?? 0);
    const whole = taxOf(parts.reduce((sum, part) => sum + part, 0), millionths(first.item.rate), first.item.includes_tax);
    share(whole, parts).forEach((part, at) => (taxes[members[at] ?? 0] = part));
  }
  return taxes;
}
