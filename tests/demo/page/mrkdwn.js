// Slack's markup as elements: emphasis, code, links, mentions, and dates in the reader's zone and language.

import { element } from "./dom.js";

const marked = (sign, name) =>
  `(?<![\\p{L}\\p{N}])${sign}(?<${name}>\\S|\\S[^\\n]*?\\S)${sign}(?![\\p{L}\\p{N}])`;

const MARKS = new RegExp(
  [
    "```(?<block>[^]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<angled>[^<>]+)>",
    marked("\\*", "bold"),
    marked("_", "italic"),
    marked("~", "struck"),
  ].join("|"),
  "gu",
);

/** Return nodes that show a text in Slack's markup; `users` are names by id. */
export function mrkdwn(text, users) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    nodes.push(...lines(text.slice(end, match.index)), shown(match.groups, users));
    end = match.index + match[0].length;
  }
  return [...nodes, ...lines(text.slice(end))];
}

function shown({ block, code, angled, bold, italic, struck }, users) {
  if (block) return element("pre", {}, plain(block.trim()));
  if (code) return element("code", {}, plain(code));
  if (bold) return element("strong", {}, ...mrkdwn(bold, users));
  if (italic) return element("em", {}, ...mrkdwn(italic, users));
  if (struck) return element("s", {}, ...mrkdwn(struck, users));
  const [what, label] = split(angled, "|");
  if (what.startsWith("@")) {
    return element("span", { class: "mention" }, `@${users[what.slice(1)] ?? "unknown"}`);
  }
  if (what.startsWith("!date^")) return time(what, label ?? "");
  if (what.startsWith("!") || what.startsWith("#")) {
    return element("span", { class: "mention" }, plain(label ?? what));
  }
  if (!/^(https?|mailto):/.test(what)) return plain(label ?? what);
  return element("a", { href: plain(what), target: "_blank", rel: "noopener" }, plain(label ?? what));
}

function lines(text) {
  return plain(text)
    .split("\n")
    .flatMap((line, number) => (number ? [element("br"), line] : [line]))
    .filter((node) => node !== "");
}

function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function split(text, sign) {
  const at = text.indexOf(sign);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function time(what, fallback) {
  const [, seconds, form] = what.split("^");
  const moment = new Date(Number(seconds) * 1000);
  let known = true;
  const text = (form ?? "").replace(/\{(\w+)\}/g, (_, name) => {
    const part = datePart(name, moment);
    known &&= part !== null;
    return part;
  });
  return element("time", { datetime: moment.toISOString() }, known ? text : plain(fallback));
}

const DATES = {
  date: { dateStyle: "long" },
  date_short: { dateStyle: "medium" },
  date_long: { dateStyle: "full" },
  time: { timeStyle: "short" },
  time_secs: { timeStyle: "medium" },
};

function datePart(name, moment) {
  if (name === "date_num") return moment.toLocaleDateString("sv");
  if (name.endsWith("_pretty")) return near(moment) ?? datePart(name.replace("_pretty", ""), moment);
  return name in DATES ? new Intl.DateTimeFormat(undefined, DATES[name]).format(moment) : null;
}

function near(moment) {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((midnight(moment) - midnight(new Date())) / 86_400_000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  return Math.abs(days) <= 1 ? words.format(days, "day") : null;
}
