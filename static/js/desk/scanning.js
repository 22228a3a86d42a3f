// @ts-check
// Scanning at the desk, as at the till: by the camera where the browser reads codes, by a wedge, or typed.
// A code that stands on the page ([data-codes]) counts one more in its row's field ([data-counts]); any
// other goes to the server with all that was typed. Without scripts the server does both.

import { hasCamera, watchThrough } from "../till/camera.js";
import { readCode, spelling } from "../till/codes.js";
import { Wedge } from "../till/scan.js";

const WATCHING = "quayside-scan";
const SENT = "quayside-scan-sent";
const STILL_THERE = 4_000;
const FLASH = 400;

/** @param {ParentNode} root */
export function liven(root) {
  const block = root.querySelector("[data-scanner]");
  const form = block?.closest("form");
  const field = block?.querySelector("[data-scan-field]");
  if (!(block instanceof HTMLElement) || !form || !(field instanceof HTMLInputElement)) return;
  const scanner = new Scanner(block, form, field);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (field.value.trim()) scanner.read(field.value, false);
  });
  new Wedge((code) => scanner.read(code, true), () => field).listen(document);
  scanner.offerCamera();
}

class Scanner {
  /**
   * @param {HTMLElement} block
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} field
   */
  constructor(block, form, field) {
    this.block = block;
    this.form = form;
    this.field = field;
    this.said = block.querySelector("[data-scan-said]");
    this.lens = block.querySelector("[data-lens]");
    this.button = block.querySelector("[data-camera]");
    /** @type {(() => void) | null} */
    this.stop = null;
  }

  /**
   * @param {string} raw
   * @param {boolean} isScanned by a device: each code is one piece
   */
  read(raw, isScanned) {
    const code = readCode(raw);
    if (!code) return;
    const row = this.rowOf(code);
    if (row) return this.countOne(row);
    this.field.value = code;
    const told = this.form.querySelector("[data-scanned]");
    if (told instanceof HTMLInputElement) told.value = isScanned ? "1" : "";
    sessionStorage.setItem(SENT, JSON.stringify({ code, at: Date.now() }));
    const send = this.block.querySelector("[data-scan-send]");
    this.form.requestSubmit(send instanceof HTMLButtonElement ? send : undefined);
  }

  /** @param {string} code */
  rowOf(code) {
    const wanted = spelling(code);
    const rows = [...this.form.querySelectorAll("[data-codes]")].filter((row) => (row.getAttribute("data-codes") ?? "").split("|").some((each) => spelling(each) === wanted));
    return rows.at(-1); // of goods with several lots, the one that was begun last
  }

  /** @param {Element} row */
  countOne(row) {
    const field = document.getElementById(row.getAttribute("data-counts") ?? "");
    if (!(field instanceof HTMLInputElement)) return;
    const units = (Number.parseInt(field.value, 10) || 0) + 1;
    field.value = String(units);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.value = "";
    this.say(`${units} × ${row.getAttribute("data-name") ?? ""}`);
    row.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} words */
  say(words) {
    if (this.said) this.said.textContent = words;
  }

  offerCamera() {
    if (!(this.button instanceof HTMLButtonElement) || !hasCamera()) return;
    this.button.hidden = false;
    this.button.addEventListener("click", () => (this.stop ? this.shut() : void this.open()));
    // Whoever scans one thing after the other finds the camera open on the next page as well.
    if (sessionStorage.getItem(WATCHING) === location.pathname) void this.open();
  }

  async open() {
    const video = this.lens?.querySelector("video");
    if (!(this.lens instanceof HTMLElement) || !video) return;
    this.lens.hidden = false;
    const words = this.said instanceof HTMLElement ? this.said.dataset : {};
    try {
      this.stop = await watchThrough(video, (code) => this.seen(code));
      this.button?.setAttribute("aria-pressed", "true");
      sessionStorage.setItem(WATCHING, location.pathname);
      if (!this.said?.textContent) this.say(words["hold"] ?? "");
    } catch (why) {
      this.shut();
      this.say((/** @type {Error} */ (why).name === "NotAllowedError" ? words["denied"] : words["broken"]) ?? "");
    }
  }

  /** @param {string} code */
  seen(code) {
    // The page that a code led to still has it before the camera: that is the same piece.
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "{}");
    sessionStorage.removeItem(SENT);
    if (sent.code === readCode(code) && Date.now() - sent.at < STILL_THERE) return;
    navigator.vibrate?.(60);
    this.lens?.classList.add("read");
    setTimeout(() => this.lens?.classList.remove("read"), FLASH);
    this.read(code, true);
  }

  shut() {
    this.stop?.();
    this.stop = null;
    sessionStorage.removeItem(WATCHING);
    if (this.lens instanceof HTMLElement) this.lens.hidden = true;
    this.button?.setAttribute("aria-pressed", "false");
  }
}

/** @param {ParentNode} root */
export function livenPrinting(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
