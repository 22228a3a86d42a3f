// @ts-check
// A keyboard wedge types what it scans. It is told from fingers by its speed: six characters or more, half
// of the gaps 35 ms or less, ended by Enter or Tab, or by quiet where the scanner sends neither. A machine
// that has other things to do tears a code into runs; what is as fast on both sides of the pause is joined
// again. It works with the focus anywhere: what the scanner typed into a field is taken out again.

const LEAST = 6;
const GAP = 35;
const MOST = 256;
/** A longer pause between two keys begins another run. */
const TORN = 80;
/** So long a code may be held up in the middle, and before its Enter. */
const HELD_UP = 1_000;
/** So long where a single key came before the pause, whose speed nobody can tell. */
const HELD_UP_EARLY = 150;
/** What ends the codes of a scanner that has been seen to send no Enter. */
const QUIET = 200;

/**
 * @typedef {{character: string, at: number}} Stroke
 * @typedef {{field: HTMLInputElement | HTMLTextAreaElement, value: string, at: number | null}} Before
 * @typedef {{keys: Stroke[], before: Before[]}} Run keys without a pause, and the fields as they were
 */

export class Wedge {
  /**
   * @param {(code: string) => void} onScan
   * @param {() => HTMLInputElement | null} home the field that is typed into when none has the focus
   */
  constructor(onScan, home) {
    this.onScan = onScan;
    this.home = home;
    /** @type {Run[]} */
    this.runs = [];
    this.lastAt = -Infinity;
    /** When the Enter of a code was given up, which may still come. */
    this.endedAt = -Infinity;
    this.quiet = HELD_UP;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {EventTarget} target */
  listen(target) {
    target.addEventListener("keydown", (event) => event instanceof KeyboardEvent && this.key(event), true);
  }

  /**
   * Whether this key comes faster than fingers type: shortcuts must then keep still.
   * @param {KeyboardEvent} event
   */
  isBursting(event) {
    const keys = strokes(this.burst());
    return keys.length > 1 && isFast(keys) && event.timeStamp - this.lastAt <= TORN;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing) return;
    const at = event.timeStamp;
    if (event.key === "Enter" || event.key === "Tab") return this.end(event);
    const character = characterOf(event);
    if (!character) return;
    if (at - this.lastAt > HELD_UP) this.runs = [];
    if (!this.runs.length || at - this.lastAt > TORN) this.runs.push({ keys: [], before: fieldsNow(this.home()) });
    const { keys } = /** @type {Run} */ (this.runs.at(-1));
    keys.push({ character, at });
    if (keys.length > MOST) keys.shift();
    this.lastAt = at;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fallQuiet(), this.quiet);
  }

  /** @param {KeyboardEvent} event Enter or Tab */
  end(event) {
    const pause = event.timeStamp - this.lastAt;
    const late = event.timeStamp - this.endedAt <= HELD_UP;
    this.endedAt = -Infinity;
    if (this.complete() && pause <= HELD_UP) {
      if (pause <= TORN) this.quiet = HELD_UP;
      this.finish();
    } else {
      this.reset();
      if (!late) return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** End what was typed so far, now; tell whether it was as fast as a scanner's code, which is then told. */
  giveUp() {
    const isCode = this.complete();
    if (isCode) this.fallQuiet();
    else this.reset();
    return isCode;
  }

  fallQuiet() {
    if (!this.complete()) return;
    this.endedAt = this.quiet === HELD_UP ? performance.now() : -Infinity;
    this.quiet = QUIET;
    this.finish();
  }

  /** The last run, and what was torn off before it. */
  burst() {
    let first = this.runs.length - 1;
    while (first > 0 && this.isTorn(first - 1)) first -= 1;
    return this.runs.slice(Math.max(first, 0));
  }

  /**
   * Whether a run was torn off the one after it, and is not what fingers typed before a scan.
   * @param {number} index
   */
  isTorn(index) {
    const [before, run, after] = [this.runs[index - 1], this.runs[index], this.runs[index + 1]];
    if (!run || !after) return false;
    if (run.keys.length > 1) return isFast(run.keys);
    if (before) return before.keys.length > 1 && isFast(before.keys);
    const pause = (after.keys[0]?.at ?? Infinity) - (run.keys.at(-1)?.at ?? 0);
    return pause <= HELD_UP_EARLY && /[0-9A-Za-z]/.test(run.keys[0]?.character ?? "");
  }

  complete() {
    const keys = strokes(this.burst());
    return keys.length >= LEAST && isFast(keys);
  }

  finish() {
    const burst = this.burst();
    this.reset();
    for (const { field, value, at } of burst[0]?.before ?? []) {
      if (field.value === value) continue;
      field.value = value;
      if (at !== null && field === document.activeElement) field.setSelectionRange(at, at);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.onScan(
      strokes(burst)
        .map((key) => key.character)
        .join(""),
    );
  }

  reset() {
    clearTimeout(this.timer);
    this.runs = [];
    this.lastAt = -Infinity;
  }
}

/** @param {Run[]} runs */
function strokes(runs) {
  return runs.flatMap((run) => run.keys);
}

/** @param {Stroke[]} keys */
function isFast(keys) {
  const gaps = keys.slice(1).map((key, index) => key.at - (keys[index]?.at ?? 0));
  const sorted = gaps.sort((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Infinity) <= GAP;
}

/**
 * What stands in the fields that a key may go to.
 * @param {HTMLInputElement | null} home
 * @returns {Before[]}
 */
function fieldsNow(home) {
  const fields = [document.activeElement, home].filter((each) => each instanceof HTMLInputElement || each instanceof HTMLTextAreaElement);
  return [...new Set(fields)].map((field) => ({ field, value: field.value, at: selectionOf(field) }));
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
