// @ts-check
// Commands on their way to the server: written down first, then sent in order, one at a time, as often as
// it takes. Sending again is harmless: a command keeps its name, and the server answers it alike.

import { Refused, Unreachable, askJson } from "./api.js";

/** @typedef {import("./shapes.js").Command} Command */
/** @typedef {import("./shapes.js").Outcome} Outcome */

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

export class Outbox {
  /**
   * @param {import("./database.js").Shelf} shelf
   * @param {(reachable: boolean) => void} onChange called after every change of what waits
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
   * @param {{approval?: string, badge?: string}} change
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

  async run() {
    this.sending = true;
    try {
      while (this.queue[0]) {
        await this.send(this.queue[0]);
        this.pause = FIRST_PAUSE;
      }
    } catch (fault) {
      if (!(fault instanceof Unreachable)) throw fault;
      this.onChange(false);
      const jitter = 0.5 + Math.random() / 2;
      this.timer = setTimeout(() => this.wake(), this.pause * jitter);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    } finally {
      this.sending = false;
    }
  }

  /** @param {Command} command */
  async send(command) {
    const { id, kind, badge, approval, body } = command;
    try {
      const told = await askJson("commands", { id, kind, badge, approval, body });
      if (command.seq) await this.shelf.drop(command.seq);
      this.settle(command, { answer: told.answer, problem: null });
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      command.state = "refused";
      command.problem = fault.problem;
      await this.shelf.change(command);
      this.refused.push(command);
      this.settle(command, { answer: null, problem: fault.problem });
    }
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
    this.listeners.get(command.id)?.(outcome);
    this.listeners.delete(command.id);
  }
}
