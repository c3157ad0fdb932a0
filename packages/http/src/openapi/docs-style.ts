/** The style of the documentation page; follows the reader's light or dark preference. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --bg: light-dark(#ffffff, #14171c);
  --panel: light-dark(#f5f6f8, #1c2027);
  --line: light-dark(#dde1e7, #313843);
  --text: light-dark(#1b2430, #dfe4ec);
  --faint: light-dark(#5d6a7a, #96a2b3);
  --accent: light-dark(#0b62d6, #6cb0ff);
  --get: light-dark(#0b62d6, #6cb0ff);
  --post: light-dark(#16803c, #5fd38a);
  --put: light-dark(#a35a00, #f0b35c);
  --delete: light-dark(#c22b2b, #ff8080);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
code, pre, textarea, .path { font-family: ui-monospace, SFMono-Regular, Menlo, monospace; font-size: 13px; }
header { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; align-items: center;
  padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); background: var(--panel); }
h1 { font-size: 1.25rem; margin: 0; }
header p { margin: 0; color: var(--faint); }
input, textarea, select { font: inherit; color: inherit; background: var(--bg); border: 1px solid var(--line);
  border-radius: 6px; padding: .4rem .6rem; }
input:focus-visible, textarea:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px; }
#layout { display: grid; grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr); }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto; padding: 1rem;
  border-right: 1px solid var(--line); }
nav input { width: 100%; }
nav h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--faint); margin: 1.2rem 0 .3rem; }
nav a { display: flex; gap: .5rem; padding: .2rem 0; color: inherit; text-decoration: none; }
nav a:hover { color: var(--accent); }
main { padding: 1rem 1.5rem 6rem; max-width: 60rem; }
details.operation { border: 1px solid var(--line); border-radius: 10px; margin: .75rem 0; background: var(--panel); }
details.operation > summary { display: flex; gap: .75rem; align-items: baseline; padding: .7rem 1rem; cursor: pointer; }
details.operation > div { padding: 0 1rem 1rem; border-top: 1px solid var(--line); background: var(--bg);
  border-radius: 0 0 10px 10px; }
.method { font: 700 12px/1 ui-monospace, monospace; min-width: 3.6rem; }
nav .method { min-width: 3.2rem; padding-top: .35rem; font-size: 11px; }
.GET { color: var(--get); } .POST { color: var(--post); }
.PUT, .PATCH { color: var(--put); } .DELETE { color: var(--delete); }
.path { overflow-wrap: anywhere; }
.faint { color: var(--faint); }
h3 { font-size: .95rem; margin: 1.2rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
td input { width: 100%; min-width: 10rem; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; overflow: auto;
  max-height: 28rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; }
textarea { width: 100%; min-height: 9rem; }
button { font: inherit; font-weight: 600; color: #fff; background: light-dark(#0b62d6, #2f6fc2); border: 0;
  border-radius: 6px; padding: .45rem 1rem; cursor: pointer; margin-top: .6rem; }
@media (max-width: 50rem) { #layout { grid-template-columns: 1fr; } nav { position: static; max-height: 16rem;
  border-right: 0; border-bottom: 1px solid var(--line); } }
`;
