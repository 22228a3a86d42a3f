// @ts-check
// A keyboard wedge types what it scans. It is told from fingers by its speed: six characters or more, half
// of the gaps 35 ms or less, ended by Enter or Tab or by 80 ms of quiet. It works with the focus anywhere:
// what the scanner typed into a field is taken out again.

const LEAST = 6;
const GAP = 35;
const QUIET = 80;
const MOST = 256;

/** @typedef {{field: HTMLInputElement | HTMLTextAreaElement, value: string, at: number | null}} Before */

export class Wedge {
  /**
   * @param {(code: string) => void} onScan
   * @param {() => HTMLInputElement | null} home the field that is typed into when none has the focus
   */
  constructor(onScan, home) {
    this.onScan = onScan;
    this.home = home;
    /** @type {{character: string, at: number}[]} */
    this.ring = [];
    /** @type {Before[]} */
    this.before = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {EventTarget} target */
  listen(target) {
    target.addEventListener("keydown", (event) => event instanceof KeyboardEvent && this.key(event), true);
  }

  /** Whether keys come faster than fingers type: shortcuts must then keep still. */
  get bursting() {
    return this.ring.length > 1 && this.fast();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    const at = event.timeStamp;
    const lastAt = this.ring.at(-1)?.at ?? -Infinity;
    if (at - lastAt > QUIET) this.begin();
    if (event.key === "Enter" || event.key === "Tab") {
      if (this.complete()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.finish();
      } else this.begin();
      return;
    }
    const character = characterOf(event);
    if (!character) return;
    this.ring.push({ character, at });
    if (this.ring.length > MOST) this.ring.shift();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.complete() && this.finish(), QUIET);
  }

  begin() {
    clearTimeout(this.timer);
    this.ring = [];
    const fields = [document.activeElement, this.home()].filter((each) => each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement);
    this.before = [...new Set(fields)].map((field) => ({ field, value: field.value, at: selectionOf(field) }));
  }

  complete() {
    return this.ring.length >= LEAST && this.fast();
  }

  fast() {
    const gaps = this.ring.slice(1).map((key, index) => key.at - (this.ring[index]?.at ?? 0));
    const sorted = gaps.sort((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? Infinity) <= GAP;
  }

  finish() {
    clearTimeout(this.timer);
    const code = this.ring.map((key) => key.character).join("");
    this.ring = [];
    for (const { field, value, at } of this.before) {
      if (field.value === value) continue;
      field.value = value;
      if (at !== null && field === document.activeElement) field.setSelectionRange(at, at);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.onScan(code);
  }
}

/** @param {HTMLInputElement | HTMLTextAreaElement} field */
function selectionOf(field) {
  try {
    return field.selectionStart;
  } catch {
    return null; // number and e-mail fields tell no selection
  }
}

/**
 * Digits by their place on the keyboard, because scanners type as an American one: AZERTY has them shifted.
 * @param {KeyboardEvent} event
 */
function characterOf(event) {
  if (event.ctrlKey && event.code === "BracketRight") return "\u001d";
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit && !event.shiftKey) return digit;
  return event.key.length === 1 ? event.key : "";
}
