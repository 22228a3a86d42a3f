// @ts-check
// Forms that count anew by themselves when something is chosen; without scripts their button does it.

/** What other fields, their lists or the total hang on; so it is with what says `data-recount`. */
const TELLING = ["country", "saved", "delivery"];
const STEPS = ["region", "city"];

/** @param {ParentNode} root */
export function liven(root) {
  for (const form of root.querySelectorAll("form:is([data-auto], [data-listing], [data-checkout]):not([data-awake])")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.setAttribute("data-awake", "");
    if (form.hasAttribute("data-auto")) form.addEventListener("change", () => form.requestSubmit());
    if (form.hasAttribute("data-checkout")) form.addEventListener("change", (event) => recount(form, event));
    if (form.hasAttribute("data-checkout")) form.addEventListener("keydown", useCode);
  }
}

/**
 * Enter in the field of a code presses the button beside it, not the first one of the whole form.
 * @param {KeyboardEvent} event
 */
function useCode(event) {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLInputElement) || field.name !== "code") return;
  event.preventDefault();
  field.closest(".code-field")?.querySelector("button")?.click();
}

/** @type {AbortController | undefined} */
let asking;

/** @type {Promise<void> | undefined} a press that goes on: its button must still be there when it ends */
let press;
addEventListener("pointerdown", () => {
  press = new Promise((done) => {
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(done), { once: true });
  });
}, true);

/**
 * Another country, province or delivery has other fields and another total: ask the server at once, and put its
 * answer in place of the form without moving the page or taking the focus.
 * @param {HTMLFormElement} form
 * @param {Event} event
 */
async function recount(form, event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  const step = field instanceof HTMLSelectElement && STEPS.includes(field.name);
  const telling = TELLING.includes(field.name) || field.hasAttribute("data-recount") || step;
  const button = form.querySelector("button[value=recount]");
  if (!telling || !(button instanceof HTMLButtonElement)) return;
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const sent = new FormData(form, button);
  sent.delete("code"); // still being typed: only its own button enters it
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("form[data-checkout]");
    if (!answer.ok || !(fresh instanceof HTMLFormElement)) return form.requestSubmit(button);
    await typed(form, fresh, sent);
    await press;
    if (!signal.aborted) renew(form, fresh, sent, page);
  } catch (fault) {
    if (!(fault instanceof DOMException && fault.name === "AbortError")) form.requestSubmit(button);
  }
}

/**
 * A town that is being typed becomes a list only when the field is left.
 * @param {HTMLFormElement} form
 * @param {HTMLFormElement} fresh
 * @param {FormData} sent
 */
async function typed(form, fresh, sent) {
  const held = document.activeElement;
  if (!(held instanceof HTMLInputElement && form.contains(held)) || held.value === sent.get(held.name)) return;
  if (!(fresh.elements.namedItem(held.id) instanceof HTMLSelectElement)) return;
  await new Promise((done) => held.addEventListener("blur", done, { once: true }));
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLFormElement} fresh
 * @param {FormData} sent what was asked with: what was typed since then stays
 * @param {Document} page the answer: what it says above its form stands in place of what was said before
 */
function renew(form, fresh, sent, page) {
  let settled = null;
  for (const field of form.elements) {
    const other = fresh.elements.namedItem(field.id);
    if (!(field instanceof HTMLInputElement)) continue;
    if (other instanceof HTMLSelectElement && field.value && field.value !== sent.get(field.name)) {
      // A town was typed while the list of towns was on its way: the server finds its place in it.
      other.add(new Option(field.value, field.value, true, true));
      settled = other;
    }
    if (!(other instanceof HTMLInputElement)) continue;
    if (field.type === "checkbox") other.checked = field.checked;
    else if (field.type !== "hidden" && field.value !== sent.get(field.name)) other.value = field.value;
  }
  for (const fold of form.querySelectorAll("details[id]")) {
    const other = fresh.querySelector(`#${CSS.escape(fold.id)}`);
    if (fold instanceof HTMLDetailsElement && other instanceof HTMLDetailsElement) other.open = fold.open;
  }
  const held = document.activeElement;
  const place = held instanceof HTMLElement && form.contains(held) ? where(held) : null;
  form.replaceChildren(...fresh.childNodes);
  const destination = page.querySelector(".shop-header .destination");
  if (destination) document.querySelector(".shop-header .destination")?.replaceWith(destination);
  for (const told of document.querySelectorAll("#main > .notice")) told.remove();
  document.getElementById("main")?.prepend(...page.querySelectorAll("#main > .notice"));
  const again = place && find(form, place);
  if (place && again) {
    again.focus({ preventScroll: true });
    if (again instanceof HTMLInputElement && place.caret !== null) again.setSelectionRange(place.caret, place.caret);
    scrollBy({ top: again.getBoundingClientRect().top - place.top, behavior: "instant" });
  }
  settled?.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLElement} held
 * @returns {{id: string, name: string, value: string, caret: number | null, top: number}}
 */
function where(held) {
  const { top } = held.getBoundingClientRect();
  const words = held instanceof HTMLInputElement && /^(text|tel)$/.test(held.type);
  const name = held.getAttribute("name") ?? "";
  return { id: held.id, name, value: held.getAttribute("value") ?? "", caret: words ? held.selectionStart : null, top };
}

/**
 * @param {HTMLFormElement} form
 * @param {{id: string, name: string, value: string}} place
 * @returns {HTMLElement | null}
 */
function find(form, place) {
  const named = place.id ? `#${CSS.escape(place.id)}` : `[name="${CSS.escape(place.name)}"][value="${CSS.escape(place.value)}"]`;
  return form.querySelector(named);
}
