// @ts-check
// Commands on their way to the server: written down first, then sent in order, one at a time, as often as
// it takes. Sending again is harmless: a command keeps its name, and the server answers it alike.

import { Refused, Unreachable, askJson } from "./api.js";
import { newId } from "./ids.js";

/** @typedef {import("./shapes.js").Command} Command */
/** @typedef {import("./shapes.js").Outcome} Outcome */

/** How long the customer of a sale waits for the server's word before they are believed to have left. */
const LEFT_AFTER = 10;
const LONGEST_WAIT = 315_000_000;
/** What keeps a sale that happened waiting instead of refusing it: a PIN, or a drawer to write it into. */
const KEPT = new Set(["clerk-unknown", "register-closed"]);
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** The server answers, and knows this device no more. */
class NoTill extends Unreachable {}

export class Outbox {
  /**
   * @param {import("./database.js").Shelf} shelf
   * @param {(reachable: boolean, lost?: boolean) => void} onChange called after every change of what waits; `lost` says that this device is no till any more
   * @param {(command: Command) => void} onDone called when the server has done a command, before `onChange`
   */
  constructor(shelf, onChange, onDone) {
    this.shelf = shelf;
    this.onChange = onChange;
    this.onDone = onDone;
    /** How many commands were answered: what the server told before the last of them is stale. */
    this.answered = 0;
    /** @type {Command[]} */
    this.queue = [];
    /** @type {Command[]} */
    this.refused = [];
    /** When this page made its commands, by a clock that nobody sets. @type {Map<string, number>} */
    this.made = new Map();
    /** @type {Map<string, (outcome: Outcome) => void>} */
    this.listeners = new Map();
    this.sending = false;
    this.pause = FIRST_PAUSE;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Take up what an earlier page left behind. */
  async load() {
    for (const command of await this.shelf.commands()) {
      (command.state === "refused" ? this.refused : this.queue).push(command);
    }
    this.onChange(true);
    this.wake();
  }

  /**
   * Write a command down with what the page looks like afterwards; when this returns, it will happen.
   * @param {Command} command
   * @param {Record<string, unknown>} [page]
   */
  async put(command, page = {}) {
    this.made.set(command.id, performance.now());
    command.seq = await this.shelf.add(command, page);
    this.queue.push(command);
    this.onChange(true);
    this.wake();
  }

  /**
   * @param {string} id
   * @returns {Promise<Outcome>} once the server has answered, however long that takes
   */
  outcome(id) {
    return new Promise((resolve) => this.listeners.set(id, resolve));
  }

  /** Send now, without waiting for the next try. */
  wake() {
    clearTimeout(this.timer);
    if (!this.sending) void this.run();
  }

  /**
   * Send a refused command once more: with a manager's approval, or with another badge.
   * @param {string} id
   * @param {{approval?: string, badge?: string, happened?: boolean}} change
   */
  async again(id, change) {
    const command = this.refused.find((each) => each.id === id);
    if (!command) return;
    Object.assign(command, change, { state: "waiting", problem: null });
    this.refused = this.refused.filter((each) => each !== command);
    await this.shelf.change(command);
    this.queue.push(command);
    this.onChange(true);
    this.wake();
  }

  /**
   * Take a refused command off the list: the clerk has seen to it.
   * @param {string} id
   */
  async dismiss(id) {
    const command = this.refused.find((each) => each.id === id);
    if (!command?.seq) return;
    await this.shelf.drop(command.seq);
    this.refused = this.refused.filter((each) => each !== command);
    this.onChange(true);
  }

  /**
   * Write down that a sale is given up, and send nothing more of it.
   * @param {string} sale
   * @param {Command} command that gives it up
   * @param {Record<string, unknown>} page
   */
  async withdraw(sale, command, page) {
    const gone = this.queue.filter(({ id, body }) => id === sale || body["sale"] === sale);
    this.queue = this.queue.filter((each) => !gone.includes(each));
    for (const { id } of gone) this.listeners.delete(id);
    await this.put(command, page);
    for (const { seq } of gone) if (seq) await this.shelf.drop(seq);
  }

  /**
   * Keep that a provisional paper of a sale was printed; the server is told once it has the sale.
   * @param {Command} command
   * @param {string} badge whose hands it came from
   */
  async notePaper(command, badge) {
    command.papers = [...(command.papers ?? []), { id: newId(), at: new Date().toISOString(), badge }];
    if (command.seq) await this.shelf.change(command);
  }

  /** Tell of the papers of a sale that is posted; each keeps its name, so telling again changes nothing. @param {Command} command */
  async tellPapers({ id: sale, papers = [] }) {
    for (const { id, at, badge } of papers) {
      await this.put({ id, kind: "provisional", badge, approval: "", body: { sale }, basket: null, state: "waiting", problem: null, at, happened: true });
    }
  }

  async run() {
    this.sending = true;
    try {
      while (this.queue[0]) {
        await this.send(this.queue[0]);
        this.pause = FIRST_PAUSE;
      }
    } catch (fault) {
      if (!(fault instanceof Unreachable)) throw fault;
      this.onChange(false, fault instanceof NoTill);
      const jitter = 0.5 + Math.random() / 2;
      this.timer = setTimeout(() => this.wake(), this.pause * jitter);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    } finally {
      this.sending = false;
    }
  }

  /** Send once more what waited for a reason that is gone, such as an unknown badge. @param {string} code @param {{badge?: string}} [change] */
  async retry(code, change = {}) {
    for (const each of this.refused.filter((one) => one.problem?.code === code)) await this.again(each.id, change);
  }

  /**
   * How long ago it was done, and whether nobody can be asked any more: the page was loaded anew since, or
   * the answer kept the customer waiting too long. The device's clock may be wrong or be set meanwhile.
   * @param {Command} command
   */
  age({ id, at, happened }) {
    const made = this.made.get(id);
    const seconds = Math.max((Date.now() - Date.parse(at)) / 1000, made === undefined ? 0 : (performance.now() - made) / 1000, 0);
    return { waited: Math.min(Math.floor(seconds), LONGEST_WAIT), happened: Boolean(happened) || made === undefined || seconds >= LEFT_AFTER };
  }

  /** @param {Command} command */
  async send(command) {
    const { id, kind, badge, approval, body } = command;
    const age = this.age(command);
    try {
      const told = await askJson("commands", { id, kind, badge, approval, body, ...age });
      await this.tellPapers(command);
      if (told.answer.warning) await this.warn(command, told.answer.warning);
      else if (command.seq) await this.shelf.drop(command.seq);
      this.settle(command, { answer: told.answer, problem: null });
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      // A device that is no till any more keeps what it has until it is one again.
      if (fault.problem.code === "till-not-enrolled") throw new NoTill();
      if (!this.queue.includes(command)) return; // it was withdrawn while it was on its way
      command.state = "refused";
      command.problem = fault.problem;
      command.happened = age.happened;
      await this.shelf.change(command);
      this.refused.push(command);
      if (isSettled(command) && KEPT.has(fault.problem.code)) {
        this.queue = this.queue.filter((each) => each !== command);
        this.onChange(true);
      } else this.settle(command, { answer: null, problem: fault.problem });
    }
  }

  /**
   * Keep what was done, and still has somebody to see to it, until a clerk has.
   * @param {Command} command
   * @param {string} detail
   */
  async warn(command, detail) {
    Object.assign(command, { state: "refused", problem: { status: 200, code: "done-with-warning", detail } });
    await this.shelf.change(command);
    this.refused.push(command);
  }

  /**
   * @param {Command} command
   * @param {Outcome} outcome
   */
  settle(command, outcome) {
    this.answered += 1;
    this.queue = this.queue.filter((each) => each !== command);
    if (outcome.answer) this.onDone(command);
    this.onChange(true);
    if (outcome.answer) this.made.delete(command.id);
    this.listeners.get(command.id)?.(outcome);
    this.listeners.delete(command.id);
  }
}

/**
 * Whether it is done for the clerk before the server knows of it: cash pays all of a sale, or goods were handed over.
 * @param {Command} command
 */
export function isSettled({ kind, body }) {
  if (kind === "hand-over") return true;
  if (kind !== "sale") return false;
  const cash = body["tenders"].filter((/** @type {any} */ each) => each.kind === "cash");
  return cash.length === body["tenders"].length && cash.reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.amount_minor, 0) === body["total_minor"];
}
