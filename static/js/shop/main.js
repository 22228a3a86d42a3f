// @ts-check
// What the shop adds when scripts run. Every page works without it; htmx brings new fragments to life again.

import { liven as livenFilters } from "./filters.js";
import { comeBack } from "./focus.js";
import { liven as livenForms } from "./forms.js";
import { liven as livenGallery } from "./gallery.js";
import { liven as livenNav } from "./nav.js";
import { liven as livenQuantity } from "./quantity.js";
import { liven as livenSubmit } from "../submit.js";

/** @param {ParentNode} root */
function liven(root) {
  livenFilters(root);
  livenForms(root);
  livenNav(root);
  livenQuantity(root);
  livenGallery(root);
  livenSubmit(root);
}

liven(document);
comeBack();
document.addEventListener("htmx:after:swap", () => liven(document));
