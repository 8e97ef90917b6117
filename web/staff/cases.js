// Testfall: conversations in which the bot must answer the same next time, run on one model or on two.
const STORED_CASES = "hjalpsam.testfall";

const suite = {
  list: document.querySelector("[aria-labelledby=suite]"),
  area: document.querySelector("[aria-labelledby=running]"),
  cases: [], // {case, yaml}
  isKept: true, // whether they have been downloaded
  outcomes: {}, // by model, each a list of what the server said of a case
  stopping: null,
};

function startCases() {
  try { suite.cases = JSON.parse(sessionStorage.getItem(STORED_CASES)) ?? []; } catch { /* an empty list */ }
  suite.isKept = !suite.cases.length;
  byId("files").onchange = doing(suite.list, readFiles);
  byId("fetch").onclick = doing(suite.list, () => {
    download(suite.cases.map(({ yaml }) => yaml).join("\n"), "alla-testfall.yml", "application/yaml");
    suite.isKept = true;
  });
  byId("empty").onclick = doing(suite.list, () => {
    if (!mayLose("Töm listan ändå?")) return;
    clearOutcomes();
    keepCases([]);
  });
  byId("run").onsubmit = doing(suite.area, runAll);
  byId("stop").onclick = () => suite.stopping?.abort();
  showCases();
}

const mayLose = (question) => suite.isKept || confirm(`Du har ${suite.cases.length} testfall som inte är nedladdade. ${question}`);

async function showModels() {
  const models = await server.call("GET", "/models");
  const options = models.map(({ name, made, live }) => {
    const day = new Date(made * 1000).toLocaleString("sv-SE", { dateStyle: "medium", timeStyle: "short" });
    return make("option", { value: name, defaultSelected: live }, live ? `den som är i gång, tränad ${day}` : `tränad ${day}`);
  });
  byId("model").replaceChildren(...options);
  byId("other").replaceChildren(make("option", { value: "" }, "ingen"), ...options.map((option) => option.cloneNode(true)));
  byId("other").value = "";
}

// Whether it is in the list then: one of the same name is replaced only if that is meant.
function keepCase(kept) {
  const { name } = kept.case;
  const others = suite.cases.filter((one) => one.case.name !== name);
  if (others.length < suite.cases.length && !confirm(`Det finns redan ett testfall som heter ${quoted(name)}. Byta ut det?`)) return false;
  keepCases([...others, kept]);
  return true;
}

function keepCases(cases) {
  suite.cases = cases;
  suite.isKept = !cases.length;
  try { sessionStorage.setItem(STORED_CASES, JSON.stringify(cases)); } catch { /* the list is there as long as the page */ }
  showCases();
}

function showCases() {
  const { cases } = suite;
  for (const id of ["fetch", "empty"]) byId(id).disabled = !cases.length;
  byId("run").querySelector("button").disabled = !cases.length;
  const rows = cases.map(({ case: { name, now, turns } }) =>
    make("li", {}, `${name} `, make("span", { className: "hint" }, `(${turns.length} ${turns.length > 1 ? "meddelanden" : "meddelande"}${now ? `, klockan ${now.replace("T", " ")}` : ""})`)));
  byId("list").replaceChildren(cases.length ? make("ul", {}, ...rows) : make("p", {}, "Inga testfall än."));
}

async function readFiles({ target }) {
  const files = [...target.files];
  target.value = "";
  for (const file of files) {
    const found = await server.call("POST", "/cases", { yaml: await file.text() });
    found.forEach(keepCase);
  }
  return `${suite.cases.length} testfall i listan.`;
}

async function runAll() {
  const models = [byId("model").value, byId("other").value].filter(Boolean);
  const [start, stop, progress] = [byId("run").querySelector("button"), byId("stop"), byId("progress")];
  clearOutcomes();
  suite.stopping = new AbortController();
  stop.hidden = false;
  start.disabled = true;
  progress.max = models.length * suite.cases.length;
  progress.value = 0;
  suite.area.querySelector(".done").textContent = `Kör ${suite.cases.length} testfall …`;
  try {
    for (const model of models) await runOn(model, (index) => { progress.value += 1; showOutcome(index); });
  } finally {
    stop.hidden = true;
    start.disabled = false;
  }
  return inShort(models);
}

async function runOn(model, onOutcome) {
  const outcomes = (suite.outcomes[model] = []);
  const yaml = suite.cases.map((kept) => kept.yaml).join("\n");
  const response = await server.fetch("POST", "/run", { yaml, model }, suite.stopping.signal);
  for await (const line of linesOf(response)) {
    const outcome = JSON.parse(line);
    if (outcome.problem) throw fault(outcome.problem);
    outcomes.push(outcome);
    onOutcome(outcomes.length - 1);
  }
  if (outcomes.length < suite.cases.length) throw fault("Körningen avbröts innan alla testfall var klara. Kör igen.");
}

async function* linesOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop();
    yield* lines.filter(Boolean);
    if (done) return;
  }
}

const passedOf = (outcomes) => outcomes.filter(({ passed }) => passed).length;

function inShort(models) {
  const words = models.map((model) => `${passedOf(suite.outcomes[model])} av ${suite.outcomes[model].length} gick bra`);
  if (models.length < 2) return `${words[0]}.`;
  const differing = suite.cases.filter((_, index) => differs(index)).length;
  return `Modellen: ${words[0]}. Den andra: ${words[1]}. ${differing} samtal skiljer sig.`;
}

const replies = (outcome) => outcome.turns.flatMap(({ reply }) => reply.split("\n"));

function differs(index) {
  const [one, other] = Object.values(suite.outcomes).map((outcomes) => outcomes[index]);
  return Boolean(one && other) && JSON.stringify(replies(one)) !== JSON.stringify(replies(other));
}

function clearOutcomes() {
  suite.outcomes = {};
  byId("outcomes").replaceChildren();
}

// A new one at the end, or in place of the one without the other model's outcome.
function showOutcome(index) {
  const outcomes = Object.values(suite.outcomes).map((ofModel) => ofModel[index]);
  const made = outcomeOf(suite.cases[index], outcomes, index);
  const shown = byId("outcomes").children[index];
  if (shown) shown.replaceWith(made);
  else byId("outcomes").append(made);
}

function outcomeOf(kept, outcomes, index) {
  const marks = outcomes.map(({ passed }) => make("span", { className: passed ? "passed" : "failed" }, passed ? "gick bra" : "gick inte bra"));
  const words = marks.flatMap((mark, number) => [number ? ", den andra: " : "", mark]);
  const isWorthALook = outcomes.some(({ passed }) => !passed) || differs(index);
  return make("details", { open: isWorthALook },
    make("summary", {}, `${kept.case.name}: `, ...words, differs(index) ? ", svaren skiljer sig" : ""),
    make("div", { className: outcomes.length > 1 ? "two" : "" }, ...outcomes.map((outcome, number) => conversation(kept, outcome, number ? outcomes[0] : null))),
    ...(outcomes[0].passed ? [] : [make("button", { type: "button", onclick: doing(suite.area, () => approve(kept, outcomes[0])) }, "Godkänn det nya: spara svaren som de är nu")]));
}

// Each turn with what is wrong; against another model, or else against what the case wants, line by line.
function conversation({ case: { turns } }, outcome, other) {
  const shown = outcome.turns.flatMap((turn, number) => {
    const wanted = turn.faults.length ? turns[number].must ?? [] : [];
    const before = other ? other.turns[number]?.reply.split("\n") ?? [] : wanted;
    return [
      make("h3", {}, quoted(turn.said)),
      ...turn.faults.map((words) => make("p", { className: "failed" }, words)),
      changes(before, turn.reply.split("\n").filter(Boolean)),
    ];
  });
  return make("div", {}, ...(other ? [make("p", { className: "hint" }, "Den andra modellen")] : []), ...shown);
}

// The lines of a reply, with those marked that are new, and those that are gone.
function changes(before, after) {
  const line = (kind, words, text) => make("li", { className: kind }, ...(words ? [make("strong", {}, words)] : []), text);
  const gone = before.filter((text) => text && !after.some((other) => other.includes(text)));
  const isNew = (text) => before.length > 0 && !before.some((other) => other && text.includes(other));
  return make("ul", { className: "change" },
    ...gone.map((text) => line("gone", "Borta: ", text)),
    ...after.map((text) => (isNew(text) ? line("new", "Nytt: ", text) : line("", "", text))));
}

async function approve({ case: old }, { turns: done }) {
  const turns = old.turns.map((turn, number) =>
    done[number] ? { ...turn, may: undefined, must: done[number].reply.split("\n").filter(Boolean), intent: done[number].intent } : turn);
  const [kept] = await server.call("POST", "/cases", { yaml: JSON.stringify([{ ...old, turns }]) });
  keepCases(suite.cases.map((one) => (one.case.name === old.name ? kept : one)));
  clearOutcomes();
  return `${quoted(old.name)} är uppdaterat. Kör igen för att se att det stämmer.`;
}
