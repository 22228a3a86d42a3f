// @ts-check
// Amounts are whole minor units. The same rules as commerce/kernel/money.py, so that both say the same total.

import { locale } from "./words.js";

let currency = "CNY";
let digits = 2;
/** @type {Intl.NumberFormat | null} */
let format = null;

/**
 * @param {string} code
 * @param {number} places
 */
export function useCurrency(code, places) {
  currency = code;
  digits = places;
  format = null;
}

/**
 * An amount with its currency, as `money` in commerce/web/formats.py writes it on every other page and on paper.
 * @param {number} minor
 */
export function money(minor) {
  format ??= new Intl.NumberFormat(locale() === "zh-CN" ? "zh-CN" : "en-US", {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return named(format.format(minor / 10 ** digits)).replace("-", "−");
}

/**
 * In this house ¥ alone is the yuan in both languages, and the yen says so.
 * @param {string} text
 */
function named(text) {
  if (currency === "CNY") return text.replace("CN¥", "¥");
  return currency === "JPY" && !text.includes("JP¥") ? text.replace("¥", "JP¥") : text;
}

/**
 * By how much something is off, with its sign: +¥1.00, −¥2.00. As `difference` in commerce/web/formats.py.
 * @param {number} minor
 */
export function difference(minor) {
  const written = money(Math.abs(minor));
  return minor === 0 ? written : `${minor > 0 ? "+" : "−"}${written}`;
}

/**
 * An amount without its currency and without idle decimals, as on a note.
 * @param {number} minor
 */
export function plain(minor) {
  const whole = minor % 10 ** digits === 0;
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: whole ? 0 : digits, maximumFractionDigits: digits }).format(minor / 10 ** digits);
}

/**
 * Read what a clerk typed: "70", "70.5", "70,50", and thousands as the keys write them, "1,000"; null when it is no amount.
 * @param {string} text
 * @returns {number | null}
 */
export function readAmount(text) {
  const typed = plainDigits(text).replace(/，/g, ",").replace(/[．。]/g, ".").trim();
  const whole = /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(typed) ? typed.replaceAll(",", "") : typed;
  const match = /^(\d{1,9})(?:[.,](\d*))?$/.exec(whole);
  if (!match) return null;
  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  return Number(match[1]) * 10 ** digits + Number(fraction.padEnd(digits, "0") || 0);
}

/**
 * Digits as a Chinese keyboard may write them, as a cash register does.
 * @param {string} text
 */
export function plainDigits(text) {
  return text.replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10));
}

/**
 * @param {string} text
 * @returns {number | null} null where no whole number stands
 */
export function readCount(text) {
  const match = /^\s*(\d{1,9})\s*$/.exec(plainDigits(text));
  return match ? Number(match[1]) : null;
}

/**
 * Half up, exactly, for what is not below zero.
 * @param {bigint} numerator
 * @param {bigint} denominator
 */
export function halfUp(numerator, denominator) {
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/**
 * Split by weights to the last minor unit: largest remainder, ties to the earlier part.
 * @param {number} whole
 * @param {number[]} weights
 */
export function share(whole, weights) {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total === 0n) return weights.map((_, index) => (index === 0 ? whole : 0));
  const exact = weights.map((weight) => BigInt(whole) * BigInt(weight));
  const parts = exact.map((each) => Number(each / total));
  const order = exact.map((each, index) => ({ index, rest: each % total })).sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const left = whole - parts.reduce((sum, part) => sum + part, 0);
  for (const { index } of order.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/**
 * What cash pays beyond an amount, or less: there is no smaller coin than `step`. As `CashRules` in
 * commerce/registers/tenders.py: one half up, and what costs something never becomes free.
 * @param {number} amount
 * @param {number} step
 */
export function coinRounding(amount, step) {
  return Math.max(Math.floor((2 * amount + step) / (2 * step)), 1) * step - amount;
}

/**
 * Whether an amount received is so far above what is due that a slip of the finger, or a code in the wrong field, is likelier.
 * @param {number} change what would go back
 * @param {number} amount what was received
 * @param {number[]} notes
 */
export function isOdd(change, amount, notes) {
  const largest = notes[0] ?? 0;
  return largest > 0 && change >= largest * 10 && change > amount / 4;
}

/**
 * What a customer is likely to hand over for `due`: the sum itself, then the next round amounts.
 * @param {number} due
 * @param {number[]} notes
 */
export function quickAmounts(due, notes) {
  const largest = notes[0] ?? 0;
  // Nobody counts out small notes for a large sum: what is below a hundredth of it takes the room of likelier amounts.
  const steps = [...notes, largest * 2, largest * 5, largest * 10].filter((step) => step > 0 && (step >= largest || step * 100 >= due));
  const rounded = steps.map((step) => Math.ceil(due / step) * step).filter((amount) => amount > due && amount - due < largest * 10);
  return [due, ...[...new Set(rounded)].sort((a, b) => a - b).slice(0, 5)];
}
