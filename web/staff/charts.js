// Pictures of numbers. Each stands beside the numbers themselves, and is hidden from screen readers.
function draw(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const percent = (share) => `${Math.round(100 * share)} %`;

// A share of 1 as a bar, perhaps with lines at other shares.
function bar(share, { marks = [], kind = "" } = {}) {
  const lines = marks.map((at) => draw("line", { class: "mark", x1: 100 * at, x2: 100 * at, y1: 0, y2: 10 }));
  return draw("svg", { viewBox: "0 0 100 10", height: 14, preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "ground", width: 100, height: 10 }), draw("rect", { class: `bar ${kind}`, width: 100 * share, height: 10 }), ...lines);
}

// A table of [name, number, what else], with a bar for each number against the largest, or against `of`.
function bars(caption, rows, { of = Math.max(...rows.map(([, number]) => number), 1), head = ["", "Antal"] } = {}) {
  return make("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": caption },
    make("table", {},
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, head[0] || "Vad"), make("th", { scope: "col" }, head[1]), make("td", {}))),
      make("tbody", {}, ...rows.map(([name, number, kind]) =>
        make("tr", {}, make("th", { scope: "row" }, name), make("td", { className: "number" }, String(number)),
          make("td", { className: "picture" }, bar(number / of, { kind })))))));
}

const WIDTH = 600;
const HEIGHT = 160;
const BELOW = 20; // pixels for the words under the columns

// Columns beside each other: `columns` of {name, parts: [numbers], shaded?}; `kinds`: the words of the parts.
function columns(caption, columns, kinds, { every = 1, shadedAs } = {}) {
  const highest = Math.max(1, ...columns.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)));
  const step = WIDTH / Math.max(columns.length, 1);
  const classes = ["bar", "bar second", "bar third"];
  const drawn = columns.flatMap(({ name, parts, shaded }, index) => {
    let top = HEIGHT;
    const rects = parts.map((part, kind) => {
      const height = (part / highest) * (HEIGHT - 15);
      top -= height;
      return draw("rect", { class: classes[kind], x: index * step + step * 0.1, y: top, width: step * 0.8, height });
    });
    const ground = shaded ? [draw("rect", { class: "ground", x: index * step, y: 0, width: step, height: HEIGHT })] : [];
    const words = index % every ? [] : [draw("text", { x: index * step + step / 2, y: HEIGHT + 15, "text-anchor": "middle" }, name)];
    return [...ground, ...rects, ...words];
  });
  const key = (kind, words) =>
    make("li", {}, draw("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, draw("rect", { class: kind, width: 10, height: 10 })), words);
  const total = (parts) => parts.reduce((sum, part) => sum + part, 0);
  return make("figure", { className: "figure" },
    make("figcaption", {}, make("h2", {}, caption)),
    make("ul", { className: "key" }, ...kinds.map((words, kind) => key(classes[kind], words)), ...(shadedAs ? [key("ground", shadedAs)] : [])),
    draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + BELOW}`, "aria-hidden": "true" },
      ...drawn, draw("line", { class: "axis", x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }), draw("text", { x: 0, y: 11 }, `högst ${highest}`)),
    make("details", {}, make("summary", {}, "Siffrorna"), numbers(caption, columns, kinds, total)));
}

function numbers(caption, columns, kinds, total) {
  return make("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": `Siffrorna: ${caption}` },
    make("table", {},
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "När"), ...kinds.map((words) => make("th", { scope: "col" }, words)))),
      make("tbody", {}, ...columns.filter(({ parts }) => total(parts)).map(({ name, full, parts }) =>
        make("tr", {}, make("th", { scope: "row" }, full ?? name), ...parts.map((part) => make("td", { className: "number" }, String(part))))))));
}
