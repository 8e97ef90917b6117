// Adopted by the shadow root, so that the page's Content-Security-Policy and styles do not touch it.
const STYLES = `
:host {
  --paper: #fff; --ink: #1c2a33; --soft: #e6eeeb; --line: #62737c; --alarm: #96191b;
  --accent: var(--hjalpsam-color, #0b5a4a); --on-accent: var(--hjalpsam-on-color, #fff);
  --link: var(--accent);
  color-scheme: light dark;
  font: 1rem/1.5 var(--hjalpsam-font, system-ui, sans-serif);
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
  min-height: 44px; min-width: 44px; padding: .4rem .9rem; cursor: pointer; font: inherit; text-align: start;
  color: var(--accent); background: var(--paper); border: 2px solid var(--accent); border-radius: .75rem;
}
.launcher, dialog { position: fixed; bottom: 1rem; z-index: 2147483000; inset-inline: auto 1rem; }
:host([data-position="left"]) :is(.launcher, dialog) { inset-inline: 1rem auto; }
.launcher, .send, .me { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.launcher { min-height: 3.25rem; padding-inline: 1.25rem; font-weight: 600; border-radius: 2rem; box-shadow: 0 2px 10px #0006; }
dialog[open] { display: flex; flex-direction: column; }
dialog {
  width: min(26rem, 100vw - 2rem); height: min(44rem, 100dvh - 2rem); max-width: none; max-height: none;
  margin: 0; padding: 0; overflow: clip; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: var(--hjalpsam-radius, 1rem); box-shadow: 0 4px 24px #0006;
}
.head { padding: .5rem .75rem; background: var(--soft); border-bottom: 1px solid var(--line); }
.top, .lines { display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: center; }
h2 { flex: 1; font-size: 1.15rem; }
.top button { padding: .2rem .6rem; font-size: .875rem; }
.lines { column-gap: 1rem; font-size: .9rem; }
.lines a { display: inline-flex; align-items: center; min-height: 44px; font-weight: 700; }
.danger a { margin-inline-start: .3rem; color: var(--alarm); }
.state { font-size: .85rem; }
.notice { margin-top: .25rem; padding: .4rem .6rem; border: 2px solid var(--alarm); border-radius: .5rem; }
.notice:empty, .problem:empty { display: none; }
.log { flex: 1; display: flex; flex-direction: column; gap: .6rem; padding: .75rem; overflow-y: auto; }
.log:focus-visible { outline-offset: -3px; }
.said { max-width: 88%; padding: .55rem .8rem; border-radius: .75rem; overflow-wrap: anywhere; }
.said ul { padding-inline-start: 1.2rem; }
.said p:empty { height: .6rem; }
.said a { display: inline-block; min-height: 1.5rem; }
.bot { align-self: flex-start; background: var(--soft); }
.me { align-self: flex-end; }
.note { align-self: center; text-align: center; font-size: .9rem; border: 1px solid var(--line); }
.choices, .rate, .tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.rate { font-size: .9rem; }
.rate p { flex-basis: 100%; }
.typing { padding-inline: .75rem; font-style: italic; font-size: .9rem; }
.typing:empty { display: none; }
.problem { padding: .25rem .75rem; color: var(--alarm); font-weight: 600; }
.foot { padding: .5rem .75rem .6rem; border-top: 1px solid var(--line); }
label { font-weight: 600; }
.row { display: flex; gap: .5rem; align-items: stretch; }
textarea {
  flex: 1; min-width: 0; padding: .5rem; font: inherit; color: inherit; background: var(--paper);
  border: 2px solid var(--line); border-radius: .5rem; resize: none; field-sizing: content; max-height: 8rem;
}
.advice { font-size: .85rem; }
.tools { margin-top: .25rem; gap: 0 .5rem; }
.tools button { padding: .2rem .3rem; font-size: .85rem; text-decoration: underline; border-color: transparent; background: none; }
@media (max-width: 30rem), (max-height: 30rem) {
  dialog { inset: 0 !important; width: 100%; height: var(--seen, 100dvh); border: 0; border-radius: 0; }
}
@media (max-width: 30rem) { .top button { padding-inline: .4rem; font-size: .8rem; } }
@media (max-height: 30rem) {
  dialog[open] { display: block; overflow-y: auto; }
  .log { max-height: none; overflow: visible; }
}
@media (prefers-reduced-motion: no-preference) {
  .said { animation: come .15s ease-out; }
  @keyframes come { from { opacity: 0; transform: translateY(.3rem); } }
}
@media (forced-colors: active) {
  .said, .launcher { border: 2px solid; }
  :focus-visible { outline-color: Highlight; }
}
`;
