// Puts the page together: who one is, the stream of what there is to show, faults and counts.

import { $, call, tell } from "./dom.js";
import { showCalendars } from "./calendars.js";
import { showChat } from "./chat.js";

const PEOPLE = [...document.querySelectorAll("input[name=who]")];
let stream;

function become(who) {
  stream?.close();
  stream = new EventSource(`/people/${who}/state`);
  stream.onmessage = ({ data }) => show(who, JSON.parse(data));
  stream.onerror = () => tell("The demo does not answer. Has it been stopped?");
  history.replaceState(null, "", `#${who}`);
}

function show(who, state) {
  showChat(who, state);
  showCalendars(who, state);
  for (const [name, on] of Object.entries(state.faults)) $(`input[name=${name}]`).checked = on;
  for (const [name, { all, writes }] of Object.entries(state.requests)) {
    $(`#count-${name}`).textContent = `${counted(all, "request")}, ${counted(writes, "write")}`;
  }
}

function counted(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

for (const input of PEOPLE) input.addEventListener("change", () => become(input.value));

$("#faults").addEventListener("change", ({ target }) => {
  call("PUT", `/faults/${target.name}`, { on: target.checked });
});

$("#show-log").addEventListener("click", async () => {
  $("#log-text").textContent = await (await fetch("/log")).text();
  $("#log").showModal();
  $("#log-text").scrollTop = $("#log-text").scrollHeight;
});

const asked = PEOPLE.find(({ value }) => location.hash === `#${value}`) ?? PEOPLE[0];
asked.checked = true;
become(asked.value);
