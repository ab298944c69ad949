import { whenRead } from "./ready.js";


// Tables that can be sorted by a click on a heading; figures by value, words by Danish order, what is not there last.
const danish = new Intl.Collator("da");

function keyOf(row, column) {
  const cell = row.cells[column];
  const figure = cell.querySelector("data");
  if (figure) return figure.value === "" ? null : Number(figure.value.split("/")[0]);
  return cell.textContent.trim() || null;
}

function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : danish.compare(String(a), String(b));
}

function sort(table, column, direction) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
  rows.sort(([a], [b]) => (a === null) - (b === null) || (a === null ? 0 : direction * compare(a, b)));
  body.append(...rows.map(([, row]) => row));
}

function prepare(table) {
  if (table.dataset.sortable) return;
  table.dataset.sortable = "ready";
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      sort(table, column, up ? 1 : -1);
    });
  });
}

/** Tables are made ready for sorting when they are seen: those in a closed part of the page when it is opened. */
export function startTables() {
  const prepareIn = (part) => {
    for (const table of part.querySelectorAll("table[data-sortable]")) {
      const closed = table.closest("details:not([open])");
      if (!closed) prepare(table);
    }
  };
  document.addEventListener("toggle", (event) => prepareIn(event.target), true);
  whenRead(() => prepareIn(document));
}
