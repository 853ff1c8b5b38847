// The few helpers the other modules share: making elements, calling the server, asking and telling.

export const $ = (selector) => document.querySelector(selector);

/** Make an element; `attributes` may hold `class`, `on…` listeners and anything else that an element takes. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

let clearing;

/** Say something at the foot of the page for a while. */
export function tell(text) {
  $("#notice").textContent = text;
  clearTimeout(clearing);
  clearing = setTimeout(() => ($("#notice").textContent = ""), 8000);
}

/** Ask the demo's server to do something; what goes wrong is told, and answered with false. */
export async function call(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    if (answer.ok) return true;
    tell((await answer.json()).error);
  } catch {
    tell("The demo does not answer. Has it been stopped?");
  }
  return false;
}

/** Ask for a confirmation in a dialog of Slack's kind. */
export function confirmed({ title, text, yes, no, danger }) {
  const dialog = $("#confirm");
  $("#confirm-title").textContent = title;
  $("#confirm-text").textContent = text;
  $("#confirm-yes").textContent = yes;
  $("#confirm-no").textContent = no;
  $("#confirm-yes").classList.toggle("danger", danger);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
