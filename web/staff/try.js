// Provkör: the residents' own chat on one side, why it answered so on the other.
const trying = {
  area: byId("prova"),
  chat: null,
  sender: null,
  turns: [],
  thresholds: { sure: 0, lead: 0 },
};

async function startTrying(about) {
  trying.thresholds = about.thresholds;
  if (!trying.chat) {
    server.said = (sender) => showTurns(sender).catch(tellTrouble);
    server.erased = () => { trying.turns = []; showExplained([], 0); };
    trying.chat = Object.assign(make("hjalpsam-chatt"), { server });
    trying.chat.dataset.opened = "";
    const before = keptSender();
    byId("now").value = server.pretended ?? "";
    byId("chat").append(trying.chat);
    byId("restart").onclick = doing(trying.area, restart);
    byId("again").onclick = doing(trying.area, sendAgain);
    byId("back").onclick = doing(trying.area, takeBack);
    byId("share").onclick = doing(trying.area, copyLink);
    byId("save").onsubmit = doing(trying.area, saveCase);
    byId("clock").onsubmit = doing(trying.area, () => pretend(byId("now").value));
    byId("present").onclick = doing(trying.area, () => pretend(null));
    enableTools();
    if (before) await showTurns(before).catch(() => {}); // it may be over
  }
  const shared = new URLSearchParams(location.hash.split("?")[1]).get("samtal");
  if (!shared) return "";
  history.replaceState(null, "", "#prova");
  return replay(shared);
}

const tellTrouble = (error) => { trying.area.querySelector(".problem").textContent = inWords(error); };

// Whose conversation the chat goes on with after a reload.
function keptSender() {
  try { return JSON.parse(sessionStorage.getItem(server.key))?.sender; } catch { return null; }
}

// Everything the tools need is there once something has been typed.
const typed = () => trying.turns.slice(1).filter(({ by_itself: isOwn }) => !isOwn);

function enableTools() {
  for (const id of ["again", "back", "share"]) byId(id).disabled = !typed().length;
  byId("save").querySelector("button").disabled = !typed().length;
}

async function showTurns(sender) {
  const { turns } = await server.call("POST", "/turns", { sender });
  const known = trying.sender === sender && turns.length > trying.turns.length ? trying.turns.length : 0;
  trying.sender = sender;
  trying.turns = turns;
  showExplained(turns, known);
  const { intent } = typed().at(-1) ?? {};
  if (intent) trying.area.querySelector(".done").textContent = `Förstods som: ${intent.words}, ${percent(intent.confidence)}.`;
}

// The newest on top and open; the first `known` are there already.
function showExplained(turns, known) {
  const list = byId("turns");
  const latest = turns.findLastIndex(({ by_itself: isOwn }) => !isOwn);
  for (const older of list.children) older.open = false;
  const added = turns.slice(known).map((turn, index) => explained(turn, known + index + 1, trying.thresholds, { isOpen: known + index >= latest }));
  if (known) list.prepend(...added.reverse());
  else list.replaceChildren(...(added.length ? added.reverse() : [make("p", { className: "hint" }, "Här visas varje meddelande när du har skrivit något.")]));
  enableTools();
}

function restart() {
  byId("saved").replaceChildren();
  trying.chat.restart();
  return server.pretended ? "Ett nytt samtal. Den låtsade tiden är kvar." : "Ett nytt samtal.";
}

async function pretend(now) {
  byId("now").value = now ?? "";
  server.pretended = now;
  await trying.chat.refresh();
  return now ? "Klockan står still i det här samtalet." : "Klockan går som vanligt.";
}

function sendAgain() {
  const { text, pressed } = typed().at(-1);
  trying.chat.ask(pressed ?? text, text);
}

async function takeBack() {
  const { sender, messages } = await server.call("POST", "/back", { sender: trying.sender });
  trying.chat.resume({ sender, messages });
  await showTurns(sender);
  return "Det senaste meddelandet är borta ur samtalet.";
}

// What was done, and when: enough for somebody else to have the same conversation.
const recipe = () => ({
  now: server.pretended ?? undefined,
  turns: typed().map(({ text, pressed }) => (pressed ? { presses: pressed } : { says: text })),
});

async function copyLink() {
  await copy(new URL(`#prova?samtal=${encodeURIComponent(JSON.stringify(recipe()))}`, location.href).href);
  return "Länken är kopierad. Den som öppnar den och loggar in får samma samtal.";
}

async function replay(shared) {
  let now, turns;
  try { ({ now, turns } = JSON.parse(shared)); } catch { /* told below */ }
  if (!Array.isArray(turns)) throw fault("Länken är trasig. Be om en ny.");
  await pretend(now ?? null);
  const { sender, messages: shown } = await server.session();
  for (const { says, presses } of turns) {
    const button = shown.flatMap(({ buttons }) => buttons ?? []).findLast(({ title }) => title === presses);
    shown.push(...(await server.say(sender, says ?? button?.payload ?? presses)));
  }
  const { messages } = await server.call("POST", "/turns", { sender });
  trying.chat.resume({ sender, messages });
  await showTurns(sender);
  return "Det här är samtalet i länken.";
}

async function saveCase() {
  const name = byId("casename").value.trim();
  const { case: kept, yaml, story } = await server.call("POST", "/case", { sender: trying.sender, name });
  if (!keepCase({ case: kept, yaml })) return "Inget är sparat. Välj ett annat namn.";
  const file = name.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase();
  const offer = (words, content, suffix) => make("button", { type: "button", onclick: () => download(content, `${file}${suffix}.yml`, "application/yaml") }, words);
  byId("saved").replaceChildren(
    offer("Ladda ner testfallet", yaml, ""),
    offer("Ladda ner som Rasa-berättelse", story, "-rasa"),
    make("button", { type: "button", onclick: doing(trying.area, async () => { await copy(yaml); return "Testfallet är kopierat."; }) }, "Kopiera testfallet"),
  );
  byId("casename").value = "";
  return `${quoted(name)} ligger nu under Testfall.`;
}
