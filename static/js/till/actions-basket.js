// @ts-check
// What a clerk does with the basket. Every change is kept on the device, so a reload loses nothing.

import { askJson } from "./api.js";
import { emptyBasket, put, setAside, withDiscount, withQuantity, without } from "./basket.js";
import { hearPickup } from "./actions-pickup.js";
import { hearTask } from "./actions-task.js";
import { isReceipt, readCode } from "./codes.js";
import { parkedHere } from "./parked.js";
import { enterCode } from "./quoting.js";
import { now, set } from "./store.js";
import { command, sent, till } from "./till.js";
import { settleTyped } from "./views/closing.js";
import { named, t } from "./words.js";

/** @typedef {import("./shapes.js").Basket} Basket */
/** @typedef {import("./shapes.js").Item} Item */

/**
 * @param {Basket} basket
 * @param {Partial<import("./shapes.js").State>} [more]
 */
export function setBasket(basket, more = {}) {
  set({ basket, approval: null, ...more }); // a manager allows what they saw, not what it became
  void till.shelf.keep("basket", basket);
}

/** Whether the basket may change; says why not. */
function free() {
  const { open, writer } = now();
  if (!writer) return false;
  if (!open) return true;
  set({ note: { kind: "wait", text: t("This sale is half paid. Finish it or give it up first.") } });
  return false;
}

/**
 * @param {Item} item
 * @param {number} [quantity]
 */
export function add(item, quantity = 1) {
  if (!free()) return;
  const { basket, key } = put(now().basket, item, quantity);
  const { panel } = now();
  const stays = ["cash", "split", "discount", "camera"].includes(panel);
  setBasket(basket, { selected: key, query: "", note: null, done: null, panel: stays ? panel : "keys" });
  void lookUpStock([item.id]);
}

/** @param {string} raw what a scanner sent */
export async function scan(raw) {
  const code = readCode(raw);
  const { standing, clerk } = now();
  if (!standing?.shift || !clerk) return;
  settleTyped();
  if (now().panel === "return") return set({ asked: code });
  if (isReceipt(code, standing.series)) {
    set({ panel: "sales", query: code });
    return;
  }
  if (hearPickup(code) || hearTask(code)) return;
  const item = await till.catalogue.byCode(code);
  if (item) return add(item);
  const unknown = t("Nothing here has the code %(code)s.", { code });
  const wrong = now().open ? unknown : await enterCode(code, unknown);
  set({ note: wrong ? { kind: "bad", text: wrong } : null });
}

/**
 * @param {string} key
 * @param {number} quantity
 */
export function setQuantity(key, quantity) {
  const line = now().basket.lines.find((each) => each.key === key);
  if (!line || line.quantity === quantity || !free()) return;
  if (quantity < 1) remove(key);
  else setBasket(withQuantity(now().basket, key, quantity), { selected: key });
}

/** @param {string} key */
export function remove(key) {
  const before = now().basket;
  const line = before.lines.find((each) => each.key === key);
  if (!line || !free()) return;
  const after = without(before, key);
  const undo = () => setBasket(before, { selected: key, note: null });
  setBasket(after, {
    selected: after.lines.at(-1)?.key ?? "",
    note: { kind: "info", text: t("%(name)s was taken out.", { name: named(line.item.name) }), undo },
  });
}

/**
 * @param {string} key a line's, or nothing for the whole basket
 * @param {import("./shapes.js").Discount | null} discount
 */
export function discount(key, discount) {
  if (!free()) return;
  setBasket(withDiscount(now().basket, key, discount), { panel: "keys", note: null });
}

/** @param {number} step */
export function move(step) {
  const { basket, selected } = now();
  const at = basket.lines.findIndex((line) => line.key === selected);
  const next = basket.lines[Math.max(0, Math.min(basket.lines.length - 1, at + step))];
  if (next) set({ selected: next.key });
}

/** @param {string} label */
export async function park(label) {
  const { basket } = now();
  if (!basket.lines.length || !free()) return;
  const made = command("park", { label, ...setAside(basket) }, { basket });
  set({ basket: emptyBasket(), selected: "", panel: "keys", note: { kind: "good", text: t("The basket is parked.") } });
  const { problem } = await sent(made, { basket: emptyBasket() });
  if (problem) giveBack(made.id, basket, problem.detail);
}

/** @param {string} id of the parked basket */
export async function resume(id) {
  if (!free()) return;
  if (!now().reachable) return set({ note: { kind: "wait", text: t("Parked baskets come back with the network.") } });
  if (now().basket.lines.length) await park("");
  const known = parkedHere(now()).find((each) => each.id === id)?.customer;
  const { answer, problem } = await sent(command("resume", { basket: id }));
  if (problem) {
    set({ note: { kind: "bad", text: problem.status === 404 ? t("Another till has taken this basket.") : problem.detail } });
    await forgetRefused();
    return;
  }
  takeUp(/** @type {import("./shapes.js").Parked} */ (answer), answer?.["customer"] ? (known ?? { id: answer["customer"], name: t("Customer"), contact: "", mails: true }) : null);
}

/**
 * Go on with a parked basket; when the answer came so late that another is in hand, set it aside again.
 * @param {import("./shapes.js").Parked} parked
 * @param {import("./shapes.js").Whose | null} customer
 */
function takeUp({ lines, codes = [], discount = null }, customer) {
  if (now().basket.lines.length || now().open) {
    void sent(command("park", { label: "", lines, codes, discount, customer: customer?.id ?? null }));
    return;
  }
  const known = lines.map(({ promotions: _, ...line }) => ({ ...line, item: till.catalogue.items.get(line.item.id) ?? line.item }));
  setBasket({ lines: known, discount, customer, codes }, { panel: "keys", selected: known.at(-1)?.key ?? "", note: null, done: null });
  void lookUpStock(known.map((line) => line.item.id));
}

/**
 * Throw a parked basket away: it is taken out of the list, and not taken up.
 * @param {string} id
 */
export async function throwAway(id) {
  if (!now().reachable) return set({ note: { kind: "wait", text: t("Parked baskets come back with the network.") } });
  const { problem } = await sent(command("resume", { basket: id }));
  if (problem) await forgetRefused();
  set({ note: { kind: "info", text: problem?.status === 404 ? t("Another till has taken this basket.") : (problem?.detail ?? t("The parked basket is thrown away.")) } });
}

/** Take everything out of the basket at once, its customer and codes too. */
export function clearBasket() {
  const before = now().basket;
  if (!free()) return;
  const undo = () => setBasket(before, { selected: before.lines.at(-1)?.key ?? "", note: null });
  setBasket(emptyBasket(), { selected: "", panel: "keys", note: { kind: "info", text: t("The basket is empty."), undo } });
}

/** A basket that another till took is nothing to see to. */
async function forgetRefused() {
  for (const each of now().refused.filter((one) => one.kind === "resume")) await till.outbox.dismiss(each.id);
}

/**
 * Return a basket to the clerk after a refusal; one that is in use by now stays on the list of refusals.
 * @param {string} id
 * @param {Basket} basket
 * @param {string} why
 * @param {{label: string, go: () => void}} [act] what else can be done with it
 */
export function giveBack(id, basket, why, act) {
  if (now().basket.lines.length || now().open) {
    set({ note: { kind: "bad", text: why } });
    return;
  }
  // What it was quoted may be what was refused.
  setBasket({ ...basket, quote: null }, { selected: basket.lines.at(-1)?.key ?? "", panel: "keys", done: null, note: act ? { kind: "bad", text: why, act } : { kind: "bad", text: why } });
  void till.outbox.dismiss(id);
}

/** @param {string[]} ids */
export async function lookUpStock(ids) {
  const wanted = ids.filter((id) => till.catalogue.items.get(id)?.tracked !== false);
  if (!wanted.length) return;
  try {
    const told = await askJson(`stock?${wanted.map((id) => `variant=${id}`).join("&")}`);
    set({ stock: { ...now().stock, ...told.stock } });
  } catch {
    // Without the network the levels last seen stand.
  }
}

/**
 * @param {string} id
 * @returns {{here: number, elsewhere: number} | null} null when nobody has told
 */
export function levels(id) {
  const { stock, standing } = now();
  const known = stock[id];
  if (!known || !standing) return null;
  const here = known[standing.store.id] ?? 0;
  const all = Object.values(known).reduce((sum, units) => sum + Math.max(0, units), 0);
  return { here, elsewhere: all - Math.max(0, here) };
}
