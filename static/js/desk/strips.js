// @ts-check
// Rows and lists that scroll begin where the reader is: the room, the tab, the first category that is ticked.

for (const strip of document.querySelectorAll(".desk-side nav, .tabs")) {
  const here = strip.querySelector("[aria-current]")?.getBoundingClientRect();
  const room = strip.getBoundingClientRect();
  if (here) strip.scrollLeft += here.left + here.width / 2 - (room.left + room.width / 2);
}
for (const list of document.querySelectorAll(".ticks")) {
  const first = list.querySelector(":checked")?.closest("label")?.getBoundingClientRect();
  const room = list.getBoundingClientRect();
  if (first && first.bottom > room.bottom) list.scrollTop += first.top - room.top - room.height / 3;
}
