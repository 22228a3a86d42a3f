// @ts-check
// The one place that holds what the page shows. Actions change it; views are told.

import { emptyBasket } from "./basket.js";

/** @typedef {import("./shapes.js").State} State */

/** @type {State} */
let state = {
  standing: null,
  clerk: null,
  basket: emptyBasket(),
  selected: "",
  panel: "keys",
  open: null,
  done: null,
  reading: null,
  refusal: null,
  slip: null,
  closed: null,
  note: null,
  approval: null,
  query: "",
  reachable: true,
  waiting: [],
  refused: [],
  writer: false,
  enrolled: true,
  busy: false,
  goods: 0,
  stock: {},
  asked: "",
  parked: [],
  work: null,
  hand: null,
  task: "",
  hints: true,
};

/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {State} */
export function now() {
  return state;
}

/**
 * Whoever opens something else has let go of what a manager was asked for, and of the part of an order in hand.
 * @param {Partial<State>} change
 */
export function set(change) {
  const turned = change.panel !== undefined && change.panel !== state.panel;
  state = { ...state, ...(turned ? { approval: null, ...letGo(change.panel) } : {}), ...change };
  for (const listener of listeners) listener();
}

/** @param {() => void} listener */
export function watch(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * The camera scans for whatever is in hand.
 * @param {State["panel"] | undefined} panel
 */
function letGo(panel) {
  return { ...(panel === "handover" || panel === "camera" ? {} : { hand: null }), ...(panel === "task" || panel === "camera" ? {} : { task: "" }) };
}
