// The calendars side by side: one row for what belongs together, on each side its entry or a gap.

import { $, call, confirmed, element, icon, tell } from "./dom.js";
import { editEvent } from "./editor.js";

const SIDES = { google: "Google", odoo: "Odoo" };
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric" });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

let who;
let shown = "";
let known = new Map();

/** Show a person's two calendars. */
export function showCalendars(person, { rows }) {
  const now = JSON.stringify([person, rows]);
  if (now === shown) return;
  const first = person !== who;
  [who, shown] = [person, now];
  showAgreement(rows);
  const before = first ? null : known;
  known = new Map();
  const focused = document.activeElement?.dataset?.key;
  const days = byDay(rows);
  for (const side of Object.keys(SIDES)) {
    const parts = days.map(([day, ofDay]) => oneDay(side, day, ofDay, before));
    if (!parts.length) parts.push(element("p", { class: "when" }, "No events yet."));
    $(`#${side}-days`).replaceChildren(...parts);
  }
  if (focused) focusOn(focused);
}

/** Bring the focus back to a button that was made anew, or near where it has gone. */
function focusOn(key) {
  const [side] = key.split(":");
  (document.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? $(`.add[data-side=${side}]`)).focus();
}

function showAgreement(rows) {
  const differing = rows.filter(({ same }) => !same).length;
  const text = differing ? `Calendars differ (${differing})` : "Both calendars agree";
  if ($("#agreement").textContent !== text) $("#agreement").textContent = text;
  $("#agreement").classList.toggle("differ", differing > 0);
}

function byDay(rows) {
  const dayOf = ({ google, odoo }) => midnight((google ?? odoo).start).getTime();
  const order = ({ google, odoo }) => {
    const { allDay, start, title } = google ?? odoo;
    return `${allDay ? "" : new Date(start).toISOString()} ${title}`;
  };
  const days = new Map();
  for (const row of rows) days.set(dayOf(row), [...(days.get(dayOf(row)) ?? []), row]);
  for (const ofDay of days.values()) ofDay.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return [...days].sort(([a], [b]) => a - b);
}

/** Return the begin of the day, here, on which a day or a moment lies. */
function midnight(text) {
  const date = text.includes("T") ? new Date(text) : new Date(`${text}T00:00`);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

function oneDay(side, day, rows, before) {
  const entries = rows.map((row) => (row[side] ? entry(side, row, before) : gap()));
  const empty = rows.every((row) => !row[side]);
  return element(
    "div",
    { class: `day ${empty ? "empty-day" : ""}` },
    element("h4", {}, DAY.format(new Date(day))),
    element("ul", {}, ...entries),
  );
}

function gap() {
  return element("li", { class: "gap", "aria-hidden": "true" }, "not here");
}

function entry(side, row, before) {
  const event = row[side];
  const key = `${side}:${event.id}`;
  const content = JSON.stringify(event);
  known.set(key, content);
  const fresh = before && before.get(key) !== content ? "fresh" : "";
  const where = `${event.title} in ${SIDES[side]}`;
  const mark = row.same ? [] : [element("span", { class: "mark" }, row.google && row.odoo ? "differs" : "only here")];
  return element(
    "li",
    { class: `entry ${fresh}` },
    element(
      "div",
      {},
      element("p", { class: "title", dir: "auto", title: event.title }, event.title || "(No title)"),
      element("p", { class: "when" }, ...mark, [times(event), event.location].filter(Boolean).join(" · ")),
    ),
    action("edit", `Edit ${where}`, `${key}:edit`, () => edit(side, event)),
    action("delete", `Delete ${where}`, `${key}:delete`, () => call("DELETE", path(side, event))),
  );
}

function action(name, label, key, onclick) {
  const attributes = { type: "button", class: "icon", "aria-label": label, title: label, "data-key": key };
  return element("button", { ...attributes, onclick }, icon(name));
}

function times({ allDay, start, end }) {
  if (!allDay) return CLOCK.formatRange(new Date(start), new Date(end));
  const [first, last] = [midnight(start), midnight(end)];
  last.setDate(last.getDate() - 1);
  return first < last ? `All day, ${SHORT_DAY.formatRange(first, last)}` : "All day";
}

function path(side, event) {
  return `/people/${who}/${side}/events${event ? `/${encodeURIComponent(event.id)}` : ""}`;
}

async function edit(side, event) {
  const changes = await editEvent(`Edit in ${SIDES[side]}`, event);
  focusOn(`${side}:${event.id}:edit`);
  if (changes) await call("PATCH", path(side, event), changes);
}

async function add(side) {
  const fields = await editEvent(`Add in ${SIDES[side]}`);
  if (fields) await call("POST", path(side), fields);
}

for (const button of document.querySelectorAll(".add")) {
  button.addEventListener("click", () => add(button.dataset.side));
}

$("#clean-up").addEventListener("click", async () => {
  const asked = await confirmed({
    title: "Clean up the Google calendar?",
    text: "All its events are deleted, as somebody might do by mistake. See what calsync makes of it.",
    yes: "Delete all",
    no: "Leave it",
    danger: true,
  });
  if (asked && (await call("DELETE", path("google")))) tell("Google’s calendar is empty now.");
});
