// @ts-check
// A pad for six digits: for thumbs, and for the keys of a keyboard.

import { html } from "../../../vendor/js/htm-preact.js";
import { useLayoutEffect, useRef, useState } from "../../../vendor/js/preact-hooks.js";
import { t } from "../words.js";
import { Icon } from "./parts.js";

const DIGITS = 6;
const PAUSE = 150;

/** @param {{onPin: (pin: string) => Promise<import("../actions-shift.js").Refusal | null>, label: string}} props `onPin` says what is wrong, or nothing */
export function PinPad({ onPin, label }) {
  const [pin, setPin] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [locked, setLocked] = useState(false);
  /** @type {{current: HTMLInputElement | null}} */
  const field = useRef(null);
  useLayoutEffect(() => field.current?.focus(), [locked]);

  /** @type {{current: ReturnType<typeof setTimeout> | undefined}} */
  const timer = useRef(undefined);
  useLayoutEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {
    const tell = () => setWrong(t("This came as fast as a scanner types and does not count. Type the PIN by hand."));
    addEventListener("till:too-fast", tell);
    return () => removeEventListener("till:too-fast", tell);
  }, []);

  /** @param {string} typed */
  const type = (typed) => {
    const digits = typed.replace(/\D/g, "").slice(0, DIGITS);
    setPin(digits);
    clearTimeout(timer.current);
    // Whoever reads the keys says whether a scanner typed them: they must not count as a wrong PIN, nor a
    // PIN be looked up as a code and stand on the screen.
    const byHand = () => dispatchEvent(new Event("till:pin-typed", { cancelable: true }));
    if (digits.length === DIGITS && !busy) timer.current = setTimeout(() => byHand() && void show(digits), PAUSE);
  };

  /** @param {string} digits */
  const show = async (digits) => {
    setBusy(true);
    const fault = await onPin(digits);
    setBusy(false);
    setPin("");
    setWrong(fault?.said ?? "");
    setLocked(Boolean(fault?.locked));
    field.current?.focus();
  };

  if (locked) {
    return html`<div class="pin-pad shut">
      <p class="notice bad" role="alert"><${Icon} name="lock" /><span>${wrong}</span></p>
      <a class="button main wide" href="/till/unlock">${t("Unlock with a manager’s password")}</a>
      <button type="button" class="button quiet wide" onClick=${() => (setWrong(""), setLocked(false))}>${t("Try again")}</button>
    </div>`;
  }

  return html`<div class="pin-pad">
    <label class="field"><span class="label">${label}</span>
      <input ref=${field} class="pin-field" type="password" inputmode="numeric" autocomplete="off" maxlength=${DIGITS} value=${pin} aria-invalid=${wrong ? "true" : undefined} aria-describedby="pin-wrong"
        onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => type(event.currentTarget.value)} /></label>
    <p class="error" id="pin-wrong" role="alert">${wrong}</p>
    <div class="pad" role="group" aria-label=${label}>
      ${["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => html`<button type="button" disabled=${busy} onClick=${() => type(pin + digit)}>${digit}</button>`)}
      <button type="button" disabled=${busy} aria-label=${t("Clear")} onClick=${() => type("")}><${Icon} name="x" /></button>
      <button type="button" disabled=${busy} onClick=${() => type(`${pin}0`)}>0</button>
      <button type="button" disabled=${busy} aria-label=${t("Take back a digit")} onClick=${() => type(pin.slice(0, -1))}><${Icon} name="arrow-left" /></button>
    </div>
  </div>`;
}
