// Building what is seen: elements, never markup from strings.
function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const hidden = (text) => make("span", { className: "unseen" }, text);

const telephone = (number) => `tel:${number.replace(/[^\d+]/g, "")}`;

// A message as paragraphs and lists, with web addresses and the bot's own phone numbers as links.
function rendered(text, numbers) {
  const parts = [];
  for (const line of text.split("\n")) {
    const item = line.match(/^[•*-]\s+(.*)/);
    if (!item) parts.push(make("p", { dir: "auto" }, ...linked(line, numbers)));
    else {
      if (parts.at(-1)?.tagName !== "UL") parts.push(make("ul", { dir: "auto" }));
      parts.at(-1).append(make("li", {}, ...linked(item[1], numbers)));
    }
  }
  return parts;
}

function linked(line, numbers) {
  const known = numbers.map((number) => number.replace("+", "\\+")).join("|") || "(?!)";
  const links = new RegExp(`(https?://[^\\s]*[^\\s.,;:!?)])|(?<!\\d)(${known})(?!\\d)`, "g");
  const parts = [];
  let end = 0;
  for (const { 0: found, 1: address, index } of line.matchAll(links)) {
    const words = address?.match(/\/\/(?:www\.)?([^/?#]+)/)?.[1] ?? found;
    parts.push(line.slice(end, index), make("a", { href: address ?? telephone(found) }, words));
    end = index + found.length;
  }
  return [...parts, line.slice(end)];
}

// What is too faint to read is told to whoever builds the page.
// WCAG 2.2, 1.4.3: a contrast of 4.5 to 1, between relative luminances.
function warnOfFaintColours(element) {
  if (!element.isConnected) return; // what is not on the page has no colours
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const { color, backgroundColor } = getComputedStyle(element);
  const [dark, light] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other);
  const ratio = (light + 0.05) / (dark + 0.05);
  if (ratio < 4.5) {
    console.warn(`hjalpsam: ${color} on ${backgroundColor} has a contrast of ${ratio.toFixed(1)}, but needs 4.5.`);
  }
}
