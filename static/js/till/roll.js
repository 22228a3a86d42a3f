// @ts-check
// Paper from a roll is as long as what is printed on it, and CSS has no word for that: a width of paper asks for a
// length beside it. So the paper is measured before it is printed; a browser that takes no style sheet from here
// keeps the length that till.css names.

const PER_MM = 96 / 25.4;
/** A page that is wider than long would be turned. */
const SHORTEST = 82;
const SPARE = 2;

/** @type {CSSStyleSheet | null} */
let sheet = null;

/** @param {HTMLElement} paper a receipt or report, of the width of the roll, shown or not */
export function fitRoll(paper) {
  const { display } = paper.style;
  paper.style.display = "block";
  const length = Math.ceil(paper.getBoundingClientRect().height / PER_MM) + SPARE;
  paper.style.display = display;
  sheet ??= adopted();
  sheet.replaceSync(`@page receipt { size: 80mm ${Math.max(length, SHORTEST)}mm; margin: 3mm; }`);
}

function adopted() {
  const made = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, made];
  return made;
}
