import { runConsolePage } from "./console-browser.ts";
import { CONSOLE_PATH, CONSOLE_PROTOCOL, CONSOLE_SOCKET_PATH } from "./console-protocol.ts";
import { keyInput } from "./key-input.ts";
import { TerminalScreen } from "./terminal-screen.ts";

/** One file of the page. */
export interface ConsoleAsset {
  readonly path: string;
  readonly contentType: string;
  readonly content: string;
}

/** Nothing but the page's own files and its own socket; no frame may hold it. */
export const CONSOLE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SCRIPT_PATH = `${CONSOLE_PATH}/console.js`;
const STYLE_PATH = `${CONSOLE_PATH}/console.css`;

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>console</title>
<link rel="stylesheet" href="${STYLE_PATH}">
<header><span id="status" role="status">connecting</span></header>
<pre id="screen" tabindex="0" aria-label="serial console"></pre>
<span id="probe" aria-hidden="true">MMMMMMMMMM</span>
<script src="${SCRIPT_PATH}"></script>
</html>
`;

const COLOURS = [
  ["#1d1f21", "#cc6666", "#b5bd68", "#f0c674", "#81a2be", "#b294bb", "#8abeb7", "#c5c8c6"],
  ["#666666", "#ff7b7b", "#d0e07a", "#ffe08a", "#9cc4ea", "#d8b4e2", "#a6e0d8", "#ffffff"],
].flat();

const STYLE = `html, body { margin: 0; height: 100%; background: #101214; color: #d0d3d6; }
body { display: flex; flex-direction: column; font: 14px/1.25 ui-monospace, monospace; }
header { padding: 4px 10px; background: #1d2024; color: #9aa3ab; }
#screen { flex: 1; margin: 0; padding: 6px 10px; overflow-y: auto; outline: none; font: inherit; white-space: pre; }
#screen div { min-height: 1.25em; }
#probe { position: absolute; visibility: hidden; }
.bold { font-weight: bold; }
.inverse { background: #d0d3d6; color: #101214; }
${COLOURS.map((colour, index) => `.f${index} { color: ${colour}; }\n.b${index} { background: ${colour}; }`).join("\n")}
`;

/**
 * The page's script is the source text of the tested functions themselves: types are stripped
 * from them already, from the sources as in a build, and no bundler is needed.
 */
const SCRIPT = `"use strict";
(() => {
const TerminalScreen = ${TerminalScreen.toString()};
const keyInput = ${keyInput.toString()};
(${runConsolePage.toString()})(window, {
  Screen: TerminalScreen,
  keyInput,
  socketPath: ${JSON.stringify(CONSOLE_SOCKET_PATH)},
  protocol: ${JSON.stringify(CONSOLE_PROTOCOL)},
});
})();
`;

/** Every file of the console page. Nothing is loaded from elsewhere, so it works offline. */
export const CONSOLE_ASSETS: readonly ConsoleAsset[] = Object.freeze([
  { path: CONSOLE_PATH, contentType: "text/html; charset=utf-8", content: HTML },
  { path: SCRIPT_PATH, contentType: "text/javascript; charset=utf-8", content: SCRIPT },
  { path: STYLE_PATH, contentType: "text/css; charset=utf-8", content: STYLE },
]);
