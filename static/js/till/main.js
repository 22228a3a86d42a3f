// @ts-check
// Start the till: what the device kept first, then what the server says.

import { html, render } from "../../vendor/js/htm-preact.js";
import { lookUpStock, scan } from "./actions-basket.js";
import { takeUpDone, takeUpOpen } from "./actions-open.js";
import { lock, lockWhenIdle, refresh, touched } from "./actions-shift.js";
import { emptyBasket } from "./basket.js";
import { Catalogue } from "./catalogue.js";
import { Shelf } from "./database.js";
import { useCurrency } from "./money.js";
import { Outbox } from "./outbox.js";
import { askAgain, keepQuoted } from "./quoting.js";
import { takeUpRelease } from "./releasing.js";
import { noteParking } from "./parked.js";
import { Wedge } from "./scan.js";
import { listenForKeys } from "./shortcuts.js";
import { now, set, watch } from "./store.js";
import { till } from "./till.js";
import { noteHandOver, recallWork } from "./work.js";
import { App } from "./views/app.js";
import { useIcons } from "./views/parts.js";
import { speak } from "./words.js";
import { holdRegister } from "./writer.js";

const HEARTBEAT = 15_000;
const CATALOGUE_EVERY = 5 * 60_000;

async function start() {
  const root = document.getElementById("till");
  if (!root) return;
  const boot = JSON.parse(root.dataset["boot"] ?? "{}");
  speak(boot);
  useIcons(boot.icons);
  till.heading = boot.heading;
  till.release = boot.release;
  till.shelf = await Shelf.open(boot.register);
  till.catalogue = new Catalogue(till.shelf);
  till.outbox = new Outbox(till.shelf, outboxChanged, (command) => (noteParking(command), noteHandOver(command)));
  set({ hints: hintsWanted() });
  await recall();
  keepDone();
  const takeOver = holdRegister(boot.register, (writer) => void becomeWriter(writer));
  root.replaceChildren();
  render(html`<${App} takeOver=${takeOver} />`, root);
  const wedge = new Wedge((code) => void (isForPad(code) ? dispatchEvent(new Event("till:too-fast")) : scan(code)), () => /** @type {HTMLInputElement | null} */ (document.getElementById("find")));
  wedge.listen(document);
  addEventListener("till:pin-typed", (event) => wedge.giveUp() && event.preventDefault());
  listenForKeys(wedge);
  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, touched, { capture: true, passive: true });
  keepQuoted();
  await beat();
  lockWhenIdle(); // not before it is known whether anybody could unlock it
  void refreshGoods();
  setInterval(() => void beat(), HEARTBEAT);
  setInterval(lockWhenIdle, 1_000);
  setInterval(() => void refreshGoods(), CATALOGUE_EVERY);
  addEventListener("online", () => void beat());
  addEventListener("till:goods", () => void refreshGoods());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void beat());
  document.documentElement.dataset["ready"] = "true";
}

/**
 * Whether keys as fast as a scanner's were meant for a PIN pad: it then says why it took none of them.
 * @param {string} code
 */
function isForPad(code) {
  return document.activeElement?.matches(".pin-field") && (!now().clerk || /^\d{6}$/.test(code));
}

/**
 * @param {boolean} reachable
 * @param {boolean} [lost] whether this device is no till any more
 */
function outboxChanged(reachable, lost = false) {
  const { queue, refused } = till.outbox;
  set({ reachable, waiting: [...queue], refused: [...refused], ...(lost ? { enrolled: false } : {}) });
  // A badge that the server does not know is no good for anything else: the PIN makes another.
  const { clerk } = now();
  if (clerk && refused.some((each) => each.problem?.code === "clerk-unknown" && each.badge === clerk.badge)) lock();
}

/** What the device kept: selling begins before the network answers. */
async function recall() {
  const { shelf, catalogue } = till;
  const standing = await shelf.kept("standing");
  if (standing) useCurrency(standing.currency, standing.digits);
  const clerk = await shelf.kept("clerk");
  set({ standing: standing ?? null, clerk: clerk ?? null, basket: (await shelf.kept("basket")) ?? emptyBasket() });
  set({ selected: now().basket.lines.at(-1)?.key ?? "" });
  await recallWork();
  await catalogue.recall();
  set({ goods: catalogue.items.size });
}

/**
 * The page that sells sends; what another page left behind is taken up with it.
 * @param {boolean} writer
 */
async function becomeWriter(writer) {
  till.outbox.queue = [];
  till.outbox.refused = [];
  if (writer) {
    set({ basket: (await till.shelf.kept("basket")) ?? emptyBasket() });
    await till.outbox.load();
  }
  set({ writer });
  if (!writer) return;
  await takeUpOpen();
  await takeUpDone();
}

/** Keep how the last sale ended for as long as it is shown: a reload must not take it from the clerk. */
function keepDone() {
  let kept = now().done;
  watch(() => {
    const { done } = now();
    if (done === kept) return;
    kept = done;
    void till.shelf.keep("done", done);
  });
}

async function beat() {
  await refresh();
  if (!now().reachable) return;
  takeUpRelease();
  till.outbox.wake();
  askAgain();
}

async function refreshGoods() {
  try {
    await till.catalogue.refresh();
    set({ goods: till.catalogue.items.size });
    const { basket } = now();
    const lines = basket.lines.map((line) => ({ ...line, item: till.catalogue.items.get(line.item.id) ?? line.item }));
    if (lines.length) set({ basket: { ...basket, lines } });
    await lookUpStock(lines.map((line) => line.item.id));
  } catch {
    // The catalogue of the last time stands.
  }
}

function hintsWanted() {
  try {
    return localStorage.getItem("quayside-till-hints") !== "off";
  } catch {
    return true;
  }
}

void start();
