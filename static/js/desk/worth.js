// @ts-check
// What is given back follows the goods that are chosen, until somebody types an amount of their own.

/** @param {ParentNode} root */
export function liven(root) {
  for (const form of root.querySelectorAll("[data-worth]")) {
    const amount = form.querySelector("[name=amount]");
    if (!(form instanceof HTMLElement) || !(amount instanceof HTMLInputElement)) continue;
    const whole = amount.value;
    let told = whole;
    form.addEventListener("input", (event) => {
      const field = event.target;
      if (!(field instanceof HTMLInputElement) || !field.dataset["total"] || amount.value !== told) return;
      told = worth(form, whole);
      amount.value = told;
    });
  }
}

/**
 * The goods chosen in `form` in major units; all that is left of the order when everything is, or nothing.
 * @param {HTMLElement} form
 * @param {string} whole
 */
function worth(form, whole) {
  const digits = Number(form.dataset["digits"]);
  let minor = 0;
  let chosen = 0;
  let left = 0;
  for (const field of form.querySelectorAll("[data-total]")) {
    if (!(field instanceof HTMLInputElement)) continue;
    const units = Math.min(Number(field.max), Math.max(0, Math.trunc(Number(field.value)) || 0));
    minor += Math.floor((Number(field.dataset["total"]) * units) / Number(field.dataset["of"]));
    chosen += units;
    left += Number(field.max);
  }
  const most = Math.round(Number(form.dataset["most"]));
  if (chosen === 0 || chosen === left || minor > most) return whole;
  return (minor / 10 ** digits).toFixed(digits);
}
