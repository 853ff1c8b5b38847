// The Slack side of the page: conversations, messages in Block Kit, and typing commands.

import { $, call, confirmed, element, icon } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const HOME = "home";
let who, state, channel;

/** Show a person's conversations; what has not changed stays as it is, focus and all. */
export function showChat(person, now) {
  if (person !== who) $("#messages").replaceChildren();
  [who, state] = [person, now];
  if (!now.channels.some(({ id }) => id === channel)) channel = now.channels[0].id;
  $("#composer").hidden = channel === HOME;
  showTabs();
  showMessages();
}

function showTabs() {
  const tabs = $("#channels");
  const counts = state.channels.map(({ id, name, messages }) => [id, name, messages.length]);
  const wanted = JSON.stringify([channel, counts]);
  if (tabs.dataset.shown === wanted) return;
  tabs.dataset.shown = wanted;
  const focused = tabs.contains(document.activeElement);
  tabs.replaceChildren(
    ...state.channels.map(({ id, name, messages }) => {
      const chosen = id === channel;
      const badge = !chosen && messages.length ? [element("span", { class: "badge" }, String(messages.length))] : [];
      const attributes = { type: "button", role: "tab", "aria-controls": "conversation" };
      const choice = { "aria-selected": String(chosen), tabindex: chosen ? 0 : -1, onclick: () => chooseChannel(id) };
      return element("button", { ...attributes, ...choice }, name, ...badge);
    }),
  );
  if (focused) tabs.querySelector("[aria-selected=true]").focus();
}

function chooseChannel(id) {
  channel = id;
  $("#composer").hidden = id === HOME;
  if (id === HOME) call("POST", `/people/${who}/home`);
  $("#messages").replaceChildren();
  showTabs();
  showMessages();
}

function showMessages() {
  const { messages } = state.channels.find(({ id }) => id === channel);
  const list = $("#messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const old = new Map([...list.children].map((item) => [item.dataset.ts, item]));
  let changed = false;
  messages.forEach((message, number) => {
    const content = JSON.stringify(message);
    let item = old.get(message.ts);
    old.delete(message.ts);
    if (item?.dataset.content !== content) {
      const fresh = element("li", { "data-ts": message.ts, "data-content": content }, ...shown(message));
      item ? item.replaceWith(fresh) : list.insertBefore(fresh, list.children[number] ?? null);
      changed = true;
    }
  });
  old.forEach((item) => item.remove());
  $("#quiet").hidden = messages.length > 0;
  if (changed && atEnd) list.scrollTop = list.scrollHeight;
}

function shown(message) {
  if (channel === HOME) return [element("div", { class: "said" }, ...body(message))];
  const mine = message.user === state.me;
  const name = state.users[message.user];
  const at = new Date(Number(message.ts) * 1000);
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(at);
  const time = element("time", { datetime: at.toISOString() }, clock);
  const seal = message.ephemeral && !mine;
  return [
    element("span", { class: `avatar ${mine ? "mine" : ""}`, "aria-hidden": "true" }, name[0].toUpperCase()),
    element(
      "div",
      { class: "said" },
      element("p", { class: "from" }, element("strong", {}, name), " ", time),
      ...(mine ? [element("p", { dir: "auto" }, element("code", {}, message.text))] : body(message)),
      ...(seal ? [element("p", { class: "seal" }, icon("eye"), "Only visible to you")] : []),
    ),
  ];
}

function body(message) {
  if (!message.blocks.length) return [paragraph({ type: "mrkdwn", text: message.text })];
  return message.blocks.map((block) => {
    switch (block.type) {
      case "section":
        return element(
          "div",
          { class: "section" },
          ...(block.text ? [paragraph(block.text)] : []),
          ...(block.fields ? [element("div", { class: "fields" }, ...block.fields.map(paragraph))] : []),
          ...(block.accessory ? [control(message, block.accessory, block.text?.text)] : []),
        );
      case "header":
        return element("p", { class: "header", dir: "auto" }, block.text.text);
      case "context":
        return element("div", { class: "context" }, ...block.elements.filter(({ text }) => text).map(paragraph));
      case "actions":
        return element("div", { class: "actions" }, ...block.elements.map((one) => control(message, one)));
      case "divider":
        return element("hr");
      default:
        return element("p", { class: "context" }, `(${block.type})`);
    }
  });
}

function paragraph({ type, text }) {
  return element("p", { dir: "auto" }, ...(type === "mrkdwn" ? mrkdwn(text, state.users) : [text]));
}

function control(message, one, beside = "") {
  const label = beside.split("\n")[0].replaceAll("*", "") || one.action_id.split(".").at(-1).replaceAll("_", " ");
  const choose = (values) => choice({ ts: message.ts, action_id: one.action_id, values });
  switch (one.type) {
    case "button":
      return button(message, one);
    case "static_select": {
      const options = one.options.map(({ text, value }) => element("option", { value }, text.text));
      const onchange = ({ target }) => choose([target.value]);
      const menu = element("select", { class: "plain", dir: "auto", "aria-label": label, onchange }, ...options);
      if (one.initial_option) menu.value = one.initial_option.value;
      return menu;
    }
    case "checkboxes": {
      const held = new Set((one.initial_options ?? []).map(({ value }) => value));
      const group = element("div", { role: "group", class: "boxes", "aria-label": label });
      const ticked = () => [...group.querySelectorAll("input:checked")].map(({ value }) => value);
      group.append(
        ...one.options.map(({ text, value }) => {
          const box = element("input", { type: "checkbox", value, onchange: () => choose(ticked()) });
          box.checked = held.has(value);
          return element("label", { dir: "auto" }, box, " ", text.text);
        }),
      );
      return group;
    }
    default:
      return element("p", { class: "context" }, `(${one.type})`);
  }
}

function button(message, { text, style, url, confirm, action_id, value }) {
  const press = () => send({ ts: message.ts, action_id, value: value ?? null });
  const look = { class: style === "primary" ? "go" : style === "danger" ? "danger" : "plain" };
  if (url) return element("a", { ...look, href: url, target: "_blank", rel: "noopener", onclick: press }, text.text);
  const ask = () =>
    confirmed({
      title: confirm.title.text,
      text: confirm.text.text,
      yes: confirm.confirm.text,
      no: confirm.deny.text,
      danger: confirm.style === "danger",
    });
  const onclick = async () => (!confirm || (await ask())) && press();
  return element("button", { ...look, type: "button", onclick }, text?.text ?? "(not shown here)");
}

function send(order) {
  return call("POST", `/people/${who}/presses`, { channel, ...order });
}

function choice(order) {
  return call("POST", `/people/${who}/choices`, { channel, ...order });
}

function type(line) {
  $("#messages").scrollTop = $("#messages").scrollHeight;
  return call("POST", `/people/${who}/commands`, { channel, line });
}

$("#composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const line = $("#line").value.trim();
  if (!line) return;
  $("#line").value = "";
  if (!(await type(line))) $("#line").value ||= line;
});

$("#chips").addEventListener("click", ({ target }) => target.ariaLabel?.startsWith("/") && type(target.ariaLabel));

$("#channels").addEventListener("keydown", ({ key }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (!step) return;
  const at = state.channels.findIndex(({ id }) => id === channel);
  chooseChannel(state.channels.at((at + step) % state.channels.length).id);
  $("#channels [aria-selected=true]").focus();
});
