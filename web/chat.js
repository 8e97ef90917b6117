// The chat on the page: plain JavaScript, no markup from strings, nothing kept but the
// conversation's id and what was said, in this tab.
"use strict";

const API = "/webhooks/web";
const STORED = "hjalpsam";
const ADDRESS = "https?://[^\\s]+[^\\s.,;:!?)]";

const element = (id) => document.getElementById(id);
const log = element("log");
const field = element("message");

let sender = null;
let history = []; // {who: "bot" | "me", text, buttons?}
let numbers = []; // the phone numbers the bot may give

async function call(method, path, body) {
  const response = await fetch(API + path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (response.ok) return response.status === 204 ? null : response.json();
  const { error } = await response.json().catch(() => ({}));
  throw Object.assign(new Error(error || ""), { status: response.status });
}

function remember() {
  try {
    sessionStorage.setItem(STORED, JSON.stringify({ sender, history: history.slice(-50) }));
  } catch { /* the chat works without memory */ }
}

function forgetHere() {
  sender = null;
  history = [];
  log.replaceChildren();
  try { sessionStorage.removeItem(STORED); } catch { /* nothing was kept */ }
}

// Addresses and the bot's own phone numbers become links.
function withLinks(text) {
  const parts = document.createDocumentFragment();
  const known = numbers.map((number) => number.replace(/[+]/g, "[+]")).join("|") || "(?!)";
  let end = 0;
  for (const match of text.matchAll(new RegExp(`(${ADDRESS})|(?<!\\d)(${known})(?!\\d)`, "g"))) {
    const link = document.createElement("a");
    link.href = match[1] || "tel:" + match[2].replace(/[^\d+]/g, "");
    link.textContent = match[1] ? new URL(match[1]).hostname.replace(/^www\./, "") : match[2];
    parts.append(text.slice(end, match.index), link);
    end = match.index + match[0].length;
  }
  parts.append(text.slice(end));
  return parts;
}

function show({ who, text, buttons = [] }) {
  const said = document.createElement("div");
  said.className = `said ${who}`;
  const speaker = document.createElement("span");
  speaker.className = "visually-hidden";
  speaker.textContent = who === "bot" ? "Chattboten: " : "Du: ";
  said.append(speaker, who === "bot" ? withLinks(text) : text);
  log.append(said);
  if (buttons.length) {
    const choices = document.createElement("div");
    choices.className = "choices";
    for (const { title, payload } of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => { inTurn(() => send(payload, title)); field.focus({ preventScroll: true }); });
      choices.append(button);
    }
    log.append(choices);
  }
  log.scrollTop = log.scrollHeight;
}

function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  element("announcer").append(line);
  setTimeout(() => line.remove(), 1000); // what stays is read again when the region is visited
}

function add(message) {
  history.push(message);
  show(message);
  if (message.who === "bot") {
    announce(["Chattboten: " + message.text, ...(message.buttons || []).map((b) => "Val: " + b.title)].join("\n"));
  }
}

const received = (messages) => messages.forEach(({ text, buttons }) => add({ who: "bot", text, buttons }));

async function begin() {
  const answer = await call("POST", "/session", {});
  sender = answer.sender;
  received(answer.messages);
  remember();
}

// `payload` goes to the server, `words` are what the resident sees of it.
async function send(payload, words = payload) {
  element("problem").textContent = "";
  log.querySelectorAll(".choices").forEach((choices) => choices.remove());
  add({ who: "me", text: words });
  const typing = setTimeout(() => { element("typing").textContent = "Chattboten skriver …"; }, 600);
  try {
    received(await say(payload, words));
  } catch (error) {
    report(error);
  } finally {
    clearTimeout(typing);
    element("typing").textContent = "";
    remember();
  }
}

async function say(message, words) {
  try {
    return await call("POST", "/webhook", { sender, message });
  } catch (error) {
    if (error.status !== 401) throw error;
    await begin(); // the server has forgotten the conversation: go on in a new one,
    return call("POST", "/webhook", { sender, message: words }); // which has not offered the button
  }
}

// One thing at a time: a message that is still on its way must not land in a deleted conversation.
let last = Promise.resolve();
const inTurn = (work) => (last = last.then(work, work));

async function startAgain() {
  element("problem").textContent = "";
  try {
    if (sender) await call("DELETE", "/session", { sender });
  } catch (error) {
    if (error.status !== 401) return report(error); // 401: it is gone already
  }
  forgetHere();
  await begin().catch(report);
  field.focus();
}

// The server's own words if it answered; the browser's are English and say nothing to a resident.
function report(error) {
  element("problem").textContent = (error.status && error.message) ||
    "Det går inte att nå chatten just nu. Kontrollera nätet och försök igen. Telefonnumren här på sidan gäller ändå.";
}

async function refreshStatus() {
  try {
    const { text, numbers: given } = await call("GET", "/helpline");
    numbers = given;
    element("status").textContent = text;
    element("status").hidden = false;
  } catch { /* number and hours stand there already */ }
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  inTurn(() => send(text));
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    element("form").requestSubmit();
  }
});
element("restart").addEventListener("click", () => inTurn(startAgain));

async function start() {
  element("chat").hidden = false;
  await refreshStatus();
  setInterval(refreshStatus, 60_000);
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(STORED)); } catch { /* start afresh */ }
  if (!kept?.sender) return begin().catch(report);
  ({ sender, history } = kept);
  history.forEach((message, index) => show(index === history.length - 1 ? message : { ...message, buttons: [] }));
}

start();
