// The form in which an event is added or edited.

import { $ } from "./dom.js";

const dialog = $("#editor");
const form = $("#editor-form");

/** Let somebody fill in the form; returns what was changed, as the server takes it, or null. */
export function editEvent(title, event) {
  $("#editor-title").textContent = title;
  form.reset();
  fill(event ?? { title: "", ...nextHour(), allDay: false, location: "", description: "" });
  const before = read();
  dialog.returnValue = "cancel";
  dialog.showModal();
  form.elements.title.focus();
  return new Promise((resolve) => {
    const done = () => resolve(dialog.returnValue === "save" ? changed(event ? before : {}, read()) : null);
    dialog.addEventListener("close", done, { once: true });
  });
}

function nextHour() {
  const start = new Date();
  start.setHours(start.getHours() + 1, 0, 0, 0);
  return { start: start.toISOString(), end: new Date(start.getTime() + 3_600_000).toISOString() };
}

function fill({ title, allDay, start, end, location, description }) {
  form.elements.title.value = title;
  form.elements.location.value = location;
  form.elements.description.value = asText(description);
  form.elements.allDay.checked = allDay;
  showKind();
  form.elements.start.value = allDay ? start : local(new Date(start));
  form.elements.end.value = allDay ? nextDay(end, -1) : local(new Date(end));
}

/** Return what the form holds; all-day events end on the day after their last, as calendars count. */
function read() {
  const { title, allDay, start, end, location, description } = form.elements;
  const texts = { title: title.value, location: location.value, description: description.value };
  if (allDay.checked) return { ...texts, start: start.value, end: end.value && nextDay(end.value, 1) };
  const moment = ({ value }) => value && new Date(value).toISOString();
  return { ...texts, start: moment(start), end: moment(end) };
}

function changed(before, after) {
  const result = Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value));
  if ("start" in result || "end" in result) Object.assign(result, { start: after.start, end: after.end });
  return Object.keys(result).length ? result : null;
}

function local(date) {
  return `${day(date)}T${date.toTimeString().slice(0, 5)}`;
}

function day(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function nextDay(text, step) {
  const date = new Date(`${text}T00:00`);
  date.setDate(date.getDate() + step);
  return day(date);
}

function asText(html) {
  const marked = html.replace(/<br\s*\/?>|<\/(p|div|li)>/gi, "\n$&");
  return new DOMParser().parseFromString(marked, "text/html").body.textContent.trim();
}

/** Show days or moments, and keep what was filled in as far as it fits. */
function showKind() {
  const { allDay, start, end } = form.elements;
  for (const [field, hour] of [[start, "09:00"], [end, "10:00"]]) {
    const held = field.value.slice(0, 10);
    field.type = allDay.checked ? "date" : "datetime-local";
    if (held) field.value = allDay.checked ? held : `${held}T${hour}`;
  }
}

$("#editor-cancel").addEventListener("click", () => dialog.close());

form.elements.allDay.addEventListener("change", showKind);

form.elements.start.addEventListener("change", () => {
  const { start, end } = form.elements;
  if (end.value && end.value < start.value) end.value = start.value;
});
