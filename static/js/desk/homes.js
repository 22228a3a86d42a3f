// @ts-check
// <select data-homes='{"CH": ["CHF", ["Europe/Zurich"]]}'>: a country proposes the currency and the time zone beside
// it. Where a country has several zones, they come first and one is to be chosen. What was chosen by hand stays.

const country = document.querySelector("[data-homes]");
if (country instanceof HTMLSelectElement) begin(country);

/** @param {HTMLSelectElement} chosen */
function begin(chosen) {
  /** @type {Record<string, [string, string[]]>} */
  const homes = JSON.parse(chosen.dataset["homes"] ?? "{}");
  const [currency, zone] = ["currency", "time_zone"].map((id) => document.getElementById(id));
  if (!(currency instanceof HTMLSelectElement) || !(zone instanceof HTMLSelectElement)) return;
  const first = { country: chosen.value, zone: zone.value };
  for (const field of [currency, zone]) field.addEventListener("change", () => (field.dataset["byHand"] = "true"));
  chosen.addEventListener("change", () => {
    const [money, zones] = homes[chosen.value] ?? ["", []];
    if (!currency.dataset["byHand"] && [...currency.options].some(({ value }) => value === money)) currency.value = money;
    if (zone.dataset["byHand"]) return;
    const proposed = chosen.value === first.country ? first.zone : zones.length === 1 ? (zones[0] ?? "") : "";
    offer(zone, zones, proposed);
    tell(chosen, zone.value ? `${currency.value} · ${zone.value}` : currency.value);
  });
}

/**
 * Put the zones of a country on top, and choose the proposed one; with none, the reader has to choose.
 * @param {HTMLSelectElement} field
 * @param {string[]} zones
 * @param {string} proposed
 */
function offer(field, zones, proposed) {
  for (const old of field.querySelectorAll("[data-offered]")) old.remove();
  const offered = proposed ? zones : ["", ...zones];
  field.prepend(
    ...offered.map((zone) => {
      const option = new Option(zone || (field.dataset["choose"] ?? ""), zone);
      option.dataset["offered"] = "true";
      return option;
    }),
  );
  field.value = proposed;
}

/**
 * @param {HTMLSelectElement} chosen
 * @param {string} what
 */
function tell(chosen, what) {
  const told = document.querySelector("[data-proposed]");
  if (told instanceof HTMLElement) told.textContent = `${chosen.selectedOptions[0]?.text ?? ""}: ${what}`;
}
