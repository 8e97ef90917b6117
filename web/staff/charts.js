// Pictures of numbers. Each stands beside the numbers themselves, and is hidden from screen readers.
function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const percent = (share) => `${Math.round(100 * share)} %`;

// Told apart by pattern, too, not by colour alone.
const KINDS = [{ class: "bar first" }, { class: "bar", fill: "url(#stripes)" }, { class: "bar", fill: "url(#dots)" }];

// A share of 1 as a bar, perhaps with lines at other shares.
function bar(share, { marks = [], kind = 0 } = {}) {
  const lines = marks.map((at) => draw("line", { class: "mark", x1: 100 * at, x2: 100 * at, y1: 0, y2: 10 }));
  return draw("svg", { viewBox: "0 0 100 10", height: 14, preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "ground", width: 100, height: 10 }), draw("rect", { class: ["first", "second", "third"][kind], width: 100 * share, height: 10 }), ...lines);
}

// A table of [name, number, kind], with a bar for each number against the largest, or against `of`.
function bars(caption, rows, { of = Math.max(...rows.map(([, number]) => number), 1) } = {}) {
  return scroll(caption, make("table", {},
    make("caption", {}, make("h2", {}, caption)),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Vad"), make("th", { scope: "col" }, "Antal"), make("td", {}))),
    make("tbody", {}, ...rows.map(([name, number, kind]) =>
      make("tr", {}, make("th", { scope: "row" }, name), make("td", { className: "number" }, String(number)),
        make("td", { className: "picture" }, bar(number / of, { kind })))))));
}

const WIDTH = 480; // of a picture; it is shown no smaller, so that its words can be read
const HEIGHT = 150;
const BELOW = 20; // for the words under the columns

// Columns beside each other: `columns` of {name, full, parts: [numbers], shaded?}; `kinds`: the words of the parts.
function columns(caption, columns, kinds, { every = 1, shadedAs } = {}) {
  const highest = Math.max(1, ...columns.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)));
  const step = WIDTH / Math.max(columns.length, 1);
  const drawn = columns.flatMap(({ name, parts, shaded }, index) => {
    let top = HEIGHT;
    const rects = parts.map((part, kind) => {
      const height = (part / highest) * (HEIGHT - 15);
      top -= height;
      return draw("rect", { ...KINDS[kind], x: index * step + step * 0.1, y: top, width: step * 0.8, height });
    });
    const ground = shaded ? [draw("rect", { class: "ground", x: index * step, y: 0, width: step, height: HEIGHT })] : [];
    const words = index % every ? [] : [draw("text", { x: index ? index * step + step / 2 : 0, y: HEIGHT + 15, "text-anchor": index ? "middle" : "start" }, name)];
    return [...ground, ...rects, ...words];
  });
  const key = (kind, words) =>
    make("li", {}, draw("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, draw("rect", { ...kind, width: 10, height: 10 })), words);
  const picture = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + BELOW}`, "aria-hidden": "true" },
    ...drawn, draw("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }), draw("text", { x: 0, y: 11 }, `högst ${highest}`));
  return make("figure", { className: "figure" },
    make("figcaption", {}, make("h2", {}, caption)),
    make("ul", { className: "key" }, ...kinds.map((words, kind) => key(KINDS[kind], words)), ...(shadedAs ? [key({ class: "ground" }, shadedAs)] : [])),
    scroll(caption, picture),
    make("details", {}, make("summary", {}, `Siffrorna: ${caption.toLowerCase()}`), numbers(caption, columns, kinds, shadedAs)));
}

function numbers(caption, columns, kinds, shadedAs) {
  const heads = [...kinds, ...(shadedAs ? [shadedAs] : [])];
  const rows = columns.filter(({ parts, shaded }) => shaded || parts.some(Boolean)).map(({ name, full, parts, shaded }) =>
    make("tr", {}, make("th", { scope: "row" }, full ?? name), ...parts.map((part) => make("td", { className: "number" }, String(part))),
      ...(shadedAs ? [make("td", {}, shaded ? "ja" : "nej")] : [])));
  return scroll(`Siffrorna: ${caption}`, make("table", {},
    make("caption", { className: "unseen" }, caption),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "När"), ...heads.map((words) => make("th", { scope: "col" }, words)))),
    make("tbody", {}, ...rows)));
}
