// The third measure: one municipality against the whole country, chosen from a list; the choice is in the address.
import { redraw } from "./charts.js";

export function startTrend() {
  const form = document.querySelector("[data-trend]");
  if (!form) return;
  const chart = document.getElementById(form.dataset.trend).querySelector(".chart");
  const heading = chart.closest(".chart-card").querySelector("[data-chosen]");
  const choose = form.querySelector("select");
  let all;
  const draw = async () => {
    all ??= await fetch(form.dataset.rows).then((answer) => answer.json());
    const rows = [...(all[choose.value] ?? []), ...all["000"]];
    chart.rows = rows;
    await redraw(chart, rows);
    heading.textContent = choose.value ? choose.selectedOptions[0].textContent : "";
  };
  const asked = new URLSearchParams(window.location.search).get("kommune");
  if (asked && [...choose.options].some((option) => option.value === asked)) {
    choose.value = asked;
    draw();
  }
  choose.addEventListener("change", () => {
    const address = new URL(window.location.href);
    if (choose.value) address.searchParams.set("kommune", choose.value);
    else address.searchParams.delete("kommune");
    window.history.replaceState(null, "", address);
    draw();
  });
}
