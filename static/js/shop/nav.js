// @ts-check
// On a phone the departments stand in a line that scrolls: the one the page belongs to comes into view.

/** @param {ParentNode} root */
export function liven(root) {
  const here = root.querySelector(".shop-header nav [aria-current]");
  const line = here?.closest("nav");
  if (!(here instanceof HTMLElement) || !line || line.scrollWidth <= line.clientWidth) return;
  line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
