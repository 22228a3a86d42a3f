// @ts-check
// Forms that count anew by themselves when something is chosen; without scripts their button does it.

/** @param {ParentNode} root */
export function liven(root) {
  for (const form of root.querySelectorAll("form:is([data-auto], [data-listing], [data-checkout]):not([data-awake])")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.setAttribute("data-awake", "");
    if (form.hasAttribute("data-auto")) form.addEventListener("change", () => form.requestSubmit());
    if (form.hasAttribute("data-checkout")) form.addEventListener("change", (event) => recount(form, event));
  }
}

/**
 * Another country or delivery has other fields and another total: ask the server at once.
 * @param {HTMLFormElement} form
 * @param {Event} event
 */
function recount(form, event) {
  const changed = event.target;
  const field = changed instanceof HTMLInputElement || changed instanceof HTMLSelectElement ? changed.name : "";
  const lists = changed instanceof HTMLSelectElement && (field === "region" || field === "city");
  if (field !== "country" && field !== "delivery" && !lists) return;
  const button = form.querySelector("button[value=recount]");
  if (button instanceof HTMLButtonElement) form.requestSubmit(button);
}
