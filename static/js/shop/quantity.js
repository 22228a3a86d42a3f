// @ts-check
// One less, one more: two buttons beside a number field.

/** @param {ParentNode} root */
export function liven(root) {
  for (const box of root.querySelectorAll("[data-quantity]:not([data-live])")) {
    const input = box.querySelector("input");
    if (!input) continue;
    box.setAttribute("data-live", "");
    const buttons = [...box.querySelectorAll("button")];
    for (const button of buttons) {
      button.addEventListener("click", () => step(input, Number(button.dataset["step"]), buttons));
    }
    input.addEventListener("change", () => mark(input, buttons));
    mark(input, buttons);
  }
}

/**
 * @param {HTMLInputElement} input
 * @param {number} by
 * @param {HTMLButtonElement[]} buttons
 */
function step(input, by, buttons) {
  if (by > 0) input.stepUp();
  else input.stepDown();
  mark(input, buttons);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Say where the ends are, without taking the focus away from a button that reached one.
 * @param {HTMLInputElement} input
 * @param {HTMLButtonElement[]} buttons
 */
function mark(input, buttons) {
  const value = input.valueAsNumber;
  for (const button of buttons) {
    const end = button.dataset["step"] === "-1" ? Number(input.min) : Number(input.max || Infinity);
    button.setAttribute("aria-disabled", String(value === end));
  }
}
