// Provkör: the residents' own chat on one side, why it answered so on the other.

const trying = {
  area: byId("prova"),
  chat: null,
  sender: null,
  turns: [],
  thresholds: { sure: 0, lead: 0 },
};

function startTrying(about) {
  trying.thresholds = about.thresholds;
  if (trying.chat) return;
  server.said = (sender) => doing(trying.area, () => showTurns(sender))();
  trying.chat = Object.assign(make("hjalpsam-chatt"), { server });
  trying.chat.dataset.opened = "";
  byId("chat").append(trying.chat);
  byId("restart").onclick = doing(trying.area, restart);
  byId("again").onclick = doing(trying.area, sendAgain);
  byId("back").onclick = doing(trying.area, takeBack);
  byId("share").onclick = doing(trying.area, copyLink);
  byId("save").onsubmit = doing(trying.area, saveCase);
  byId("now").onchange = doing(trying.area, () => pretend(byId("now").value || null));
  byId("present").onclick = doing(trying.area, () => pretend(null));
  enableTools();
  const shared = new URLSearchParams(location.hash.split("?")[1]).get("samtal");
  if (shared) doing(trying.area, () => replay(JSON.parse(shared)))();
}

// Everything the tools need is there once something has been typed.
const typed = () => trying.turns.slice(1).filter(({ by_itself: isOwn }) => !isOwn);

function enableTools() {
  for (const id of ["again", "back", "share"]) byId(id).disabled = !typed().length;
  byId("save").querySelector("button").disabled = !typed().length;
}

async function showTurns(sender) {
  const { turns } = await server.call("POST", "/turns", { sender });
  trying.sender = sender;
  trying.turns = turns;
  const latest = turns.findLastIndex(({ by_itself: isOwn }) => !isOwn);
  const shown = turns.map((turn, index) => explained(turn, index + 1, trying.thresholds, { isOpen: index >= latest }));
  byId("turns").replaceChildren(...shown.reverse());
  enableTools();
  const { intent } = turns[latest];
  trying.area.querySelector(".done").textContent = latest ? `Förstods som: ${intent.words}, ${percent(intent.confidence)}.` : "";
}

function restart() {
  trying.turns = [];
  byId("saved").replaceChildren();
  enableTools();
  trying.chat.restart();
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
  const link = new URL(`#prova?samtal=${encodeURIComponent(JSON.stringify(recipe()))}`, location.href).href;
  await copy(link);
  return "Länken är kopierad. Den som öppnar den och loggar in får samma samtal.";
}

async function copy(text) {
  try { await navigator.clipboard.writeText(text); } catch { throw Object.assign(new Error(), { problem: `Kopiera själv: ${text}` }); }
}

async function replay({ now, turns }) {
  await pretend(now ?? null);
  let { sender, messages: shown } = await server.session();
  for (const { says, presses } of turns) {
    const buttons = shown.flatMap(({ buttons }) => buttons ?? []);
    shown = await server.say(sender, says ?? buttons.find(({ title }) => title === presses)?.payload ?? presses);
  }
  const { messages } = await server.call("POST", "/turns", { sender });
  trying.chat.resume({ sender, messages });
  await showTurns(sender);
}

async function saveCase() {
  const name = byId("casename").value;
  const { case: kept, yaml, story } = await server.call("POST", "/case", { sender: trying.sender, name });
  keepCase({ case: kept, yaml });
  const offer = (words, content, file) => make("button", { type: "button", onclick: () => download(content, file, "application/yaml") }, words);
  byId("saved").replaceChildren(
    offer("Ladda ner testfallet", yaml, "testfall.yml"),
    offer("Ladda ner som Rasa-berättelse", story, "berattelse.yml"),
    make("button", { type: "button", onclick: doing(trying.area, async () => { await copy(yaml); return "Testfallet är kopierat."; }) }, "Kopiera testfallet"),
  );
  byId("casename").value = "";
  return `${quoted(name)} ligger nu under Testfall.`;
}
