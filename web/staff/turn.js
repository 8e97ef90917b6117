// One message explained: how it was understood, what was done, and which facts stand behind the answer.
const ENTITIES = {
  milieu: "miljö", belief: "tro eller parti", violence: "våld", guilt: "skuld", call: "om samtalet",
  role: "roll", time: "tid",
};
const SLOTS = { milieu: "miljö", role: "roll", language: "språk", topic: "ämne", also: "nästa fråga" };
const WHOLE = ["language", "also"]; // found in the message as a whole

function explained(turn, number, thresholds, { isOpen }) {
  const { intent } = turn;
  const said = saidIn(turn);
  return make("details", { open: isOpen, className: "turn" },
    make("summary", {}, `${number}. `, make("span", { lang: languageOf(turn) }, said)),
    make("p", { className: "verdict" }, make("strong", {}, intent.words), " ", code(intent.name), ` ${percent(intent.confidence)}`),
    ...dangerOf(turn), ...readAs(turn), ...wholeOf(turn), ...guessesOf(turn, thresholds),
    stepsOf(turn), ...slotsOf(turn), ...factsOf(turn), ...timeOf(turn), rawOf(turn));
}

const languageOf = ({ entities }) => entities.find(({ entity }) => entity === "language")?.value;

function saidIn({ text, pressed, by_itself: isOwn, intent }) {
  if (isOwn) return `Frågade också: ${intent.words}`;
  if (pressed) return `Knappen ${quoted(pressed)}`;
  return text.startsWith("/") ? `Chatten själv: ${intent.words}` : quoted(text);
}

function dangerOf({ danger, second_net: isSecond, alarm: isAlarm }) {
  if (!danger) return [];
  const why = isSecond ? "så som det lät" : `farovakten slog till på ${quoted(danger)}`;
  const words = isAlarm ? `Fara: ${why}.` : `Kanske fara: ${why}. En rad om vart man ringer står först i svaret, en gång i samtalet.`;
  return [make("p", { className: "danger" }, words)];
}

// The text as it was read, mended and without greetings, with what was found in it marked.
function readAs({ text, pressed, read_as: read, entities }) {
  if (!read || pressed) return [];
  const found = entities.filter(({ entity }) => !WHOLE.includes(entity)).sort((one, other) => one.start - other.start);
  const parts = [];
  let end = 0;
  for (const { entity, words, start, end: next } of found) {
    if (start < end) continue;
    const label = [ENTITIES[entity] ?? entity, words].filter(Boolean).join(": ");
    parts.push(read.slice(end, start), make("mark", {}, read.slice(start, next), " ", make("small", {}, label)));
    end = next;
  }
  if (!found.length && read === text) return [];
  return [make("p", {}, "Läst som: ", ...parts, read.slice(end))];
}

// What was found in the message as a whole, and which times it names.
function wholeOf({ entities, times, by_itself: isOwn }) {
  const language = entities.find(({ entity }) => entity === "language");
  const lines = [...(language && !isOwn ? [`Språk: ${language.words}`] : []), ...times.map((time) => `Tid som menas: ${time}`)];
  return lines.map((line) => make("p", {}, line));
}

function guessesOf({ ranking, pressed, by_itself: isOwn }, { sure, lead }) {
  if (pressed || isOwn || ranking.length < 2) return [];
  const rows = ranking.map(({ name, words, confidence }) =>
    make("tr", {}, make("th", { scope: "row" }, words, " ", code(name)), make("td", { className: "number" }, percent(confidence)),
      make("td", { className: "picture" }, bar(confidence, { marks: [sure] }))));
  const rule = `Boten svarar när den är minst ${percent(sure)} säker (strecket) och minst ${Math.round(100 * lead)} procentenheter säkrare än på nästa.`;
  return [table("Troligaste tolkningarna", ["Tolkning", "Säkerhet", ""], rows), make("p", { className: "hint" }, rule)];
}

function table(caption, head, rows) {
  return scroll(caption, make("table", {}, make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...head.map((words) => (words ? make("th", { scope: "col" }, words) : make("td", {}))))),
    make("tbody", {}, ...rows)));
}

function stepsOf({ steps }) {
  const rows = steps.map(({ name, policy, confidence, rule }) =>
    make("tr", {}, make("th", { scope: "row" }, code(name)), make("td", {}, rule ?? "flera regler"),
      make("td", {}, `${policy ?? "–"}, ${percent(confidence ?? 1)}`)));
  return table("Vad boten gjorde", ["Svar eller åtgärd", "Regel", "Vald av"], rows);
}

function slotsOf({ slots }) {
  if (!slots.length) return [];
  const inCell = (value) => make("td", {}, value == null || value === "nothing" ? "–" : String(value));
  const rows = slots.map(({ name, before, after }) => {
    const changed = JSON.stringify(before) !== JSON.stringify(after);
    return make("tr", {}, make("th", { scope: "row" }, SLOTS[name] ?? name, " ", code(name)), inCell(before), inCell(after), make("td", {}, changed ? "ändrat" : ""));
  });
  return [table("Vad boten minns", ["Vad", "Före", "Efter", ""], rows)];
}

function factsOf({ facts }) {
  if (!facts.length) return [];
  const rows = facts.map(({ name, value, source, url, as_of: day }) =>
    make("tr", {}, make("th", { scope: "row" }, code(name)), make("td", {}, value ?? "räknas ut ur öppettiderna"),
      make("td", {}, ...(url ? [make("a", { href: url, rel: "noopener" }, source)] : [source]), ` ${day}`)));
  return [table("Uppgifter i svaret, ur facts.yml", ["Uppgift", "Värde", "Källa och datum"], rows)];
}

function timeOf({ milliseconds: time }) {
  return time ? [make("p", {}, `Tid: ${Math.round(time.all)} ms, varav ${Math.round(time.understanding)} ms för att förstå.`)] : [];
}

function rawOf({ events }) {
  const text = make("pre", { tabIndex: 0, role: "group", lang: "en", "aria-label": "Rådata" });
  const raw = make("details", { ontoggle: () => (text.textContent ||= JSON.stringify(events, null, 2)) }, make("summary", {}, "Rådata (JSON)"), text);
  return raw;
}
