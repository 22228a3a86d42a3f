// @ts-check
// Whose sale is it? Found by telephone, e-mail address or name; the sale then stands in her history.

import { Unreachable, askJson } from "./api.js";
import { setBasket } from "./actions-basket.js";
import { withCustomer } from "./basket.js";
import { now, set } from "./store.js";
import { t } from "./words.js";

/** @typedef {import("./shapes.js").Person} Person */

const LEAST = 3;
const WIDE = /[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff]/;

/**
 * Whether enough was typed to look for one person: three letters, or two Chinese characters.
 * @param {string} words
 */
export function isTelling(words) {
  return [...words].filter((each) => /[\p{L}\p{N}]/u.test(each)).reduce((sum, each) => sum + (WIDE.test(each) ? 2 : 1), 0) >= LEAST;
}

/**
 * @param {string} words
 * @returns {Promise<Person[] | string>} or why nobody can be asked
 */
export async function findPeople(words) {
  try {
    return (await askJson("customers", { badge: now().clerk?.badge ?? "", words })).customers;
  } catch (fault) {
    return (fault instanceof Unreachable && fault.why) || t("The server cannot be reached. Try again in a moment.");
  }
}

/** @param {Person} person */
export function attach({ id, name, contact, mails }) {
  if (now().open || !now().writer) return;
  setBasket(withCustomer(now().basket, { id, name, contact, mails }), { panel: "keys", note: null });
  document.getElementById("find")?.focus();
}

export function detach() {
  if (now().open || !now().writer) return;
  setBasket(withCustomer(now().basket, null));
}

/** The basket's customer cannot change once it is half paid. */
export function askCustomer() {
  const { open, standing } = now();
  if (!open && standing?.shift) set({ panel: "customer", query: "", note: null });
}
