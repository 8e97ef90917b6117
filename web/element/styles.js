// Adopted by the shadow root, so that the page's Content-Security-Policy and styles do not touch it.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host {
  all: initial;
  --paper: #fff; --ink: #1c2a33; --soft: #e6eeeb; --line: #62737c; --alarm: #96191b;
  --accent: var(--hjalpsam-color, #0b5a4a); --on-accent: var(--hjalpsam-on-color, #fff);
  --link: var(--accent);
  color-scheme: light dark;
  font: medium/1.5 var(--hjalpsam-font, system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) {
  :host {
    --paper: #16201e; --ink: #eef3f1; --soft: #263531; --line: #93a5a0; --alarm: #ffb4ab;
    --accent: var(--hjalpsam-color-dark, #7fd6bf); --on-accent: var(--hjalpsam-on-color-dark, #06231c);
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; box-shadow: 0 0 0 2px var(--paper); }
p, ul, h2 { margin: 0; }
a { color: var(--link); }
button {
  min-height: 44px; min-width: 44px; padding: .4em .9em; cursor: pointer; font: inherit; text-align: start;
  color: var(--accent); background: var(--paper); border: 2px solid var(--accent); border-radius: .75em;
}
.launcher, dialog { position: fixed; inset: auto 1em 1em auto; z-index: 2147483000; }
:host([data-position="left"]) :is(.launcher, dialog) { right: auto; left: 1em; }
.launcher, .send, .me { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.launcher { min-height: 3.25em; padding-inline: 1.25em; font-weight: 600; border-radius: 2em; box-shadow: 0 2px 10px #0006; }
.launcher:focus-visible { box-shadow: 0 0 0 8px var(--paper); }
dialog[open] { display: flex; flex-direction: column; }
dialog {
  width: min(26em, 100vw - 2em); height: min(44em, 100dvh - 2em); max-width: none; max-height: none;
  margin: 0; padding: 0; overflow: clip; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: var(--hjalpsam-radius, 1em); box-shadow: 0 4px 24px #0006;
}
.head { padding: .5em .75em; background: var(--soft); border-bottom: 1px solid var(--line); }
.top, .lines { display: flex; flex-wrap: wrap; gap: 0 .5em; align-items: center; }
h2 { flex: 1; font-size: 1.15em; }
.top button { padding: .2em .6em; font-size: .875em; }
.lines { column-gap: 1em; font-size: .9em; }
.lines a { display: inline-flex; align-items: center; min-height: 44px; font-weight: 700; }
.danger a { margin-inline-start: .3em; color: var(--alarm); }
.state { font-size: .85em; }
.notice { margin-top: .25em; padding: .4em .6em; border: 2px solid var(--alarm); border-radius: .5em; }
.notice:empty { display: none; }
.log { flex: 1; display: flex; flex-direction: column; gap: .6em; padding: .75em; overflow-y: auto; }
.log:focus-visible { outline-offset: -3px; }
.said { position: relative; max-width: 88%; padding: .55em .8em; border-radius: .75em; overflow-wrap: anywhere; }
.said ul { padding-inline-start: 1.2em; }
.said p:empty { height: .6em; }
.said a { display: inline-block; min-height: 1.5em; }
.bot { align-self: flex-start; background: var(--soft); }
.me { align-self: flex-end; white-space: pre-wrap; }
.note { align-self: center; text-align: center; font-size: .9em; border: 1px solid var(--line); }
.choices, .rate, .tools { display: flex; flex-wrap: wrap; gap: .5em; align-items: center; }
.rate { font-size: .9em; }
.rate p { flex-basis: 100%; }
.typing, .problem { margin-inline: .75em; } /* there even when empty: a live region must be known before it speaks */
.typing { font-style: italic; font-size: .9em; }
.problem { color: var(--alarm); font-weight: 600; }
.foot { padding: .5em .75em .6em; border-top: 1px solid var(--line); }
label { font-weight: 600; }
.row { display: flex; gap: .5em; align-items: stretch; }
textarea {
  flex: 1; min-width: 0; padding: .5em; font: inherit; color: inherit; background: var(--paper);
  border: 2px solid var(--line); border-radius: .5em; resize: none; field-sizing: content; max-height: 8em;
}
.advice { font-size: .85em; }
.tools { margin-top: .25em; gap: 0 .5em; }
.tools button { padding: .2em .3em; font-size: .85em; text-decoration: underline; border-color: transparent; background: none; }
@media (max-width: 30rem), (max-height: 30rem) {
  dialog { inset: var(--from, 0) 0 auto !important; width: 100%; height: var(--seen, 100dvh); overflow-y: auto; border: 0; border-radius: 0; }
  .log { flex: 1 0 8em; }
}
@media (max-width: 30rem) { .top button { padding-inline: .4em; font-size: .8em; } }
@supports not (field-sizing: content) { textarea { min-height: 4.5em; } }
@media (prefers-reduced-motion: no-preference) {
  .said { animation: come .15s ease-out; }
  @keyframes come { from { opacity: 0; transform: translateY(.3em); } }
}
@media (forced-colors: active) {
  .said, .launcher { border: 2px solid; }
  :focus-visible { outline-color: Highlight; }
}
`);
