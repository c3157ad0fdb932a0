import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { CONSOLE_ASSETS, CONSOLE_CSP } from "./console-page.ts";

function contentOf(path: string): string {
  const asset = CONSOLE_ASSETS.find((candidate) => candidate.path === path);
  assert.ok(asset, path);
  return asset.content;
}

test("the page loads its own files and nothing else, so it works offline", () => {
  const html = contentOf("/console");
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url);
  assert.deepEqual(loaded, ["/console/console.css", "/console/console.js"]);
  for (const { content } of CONSOLE_ASSETS) assert.doesNotMatch(content, /https?:\/\//);
});

test("nothing stands in the page that its policy would refuse", () => {
  assert.match(CONSOLE_CSP, /^default-src 'none'/);
  assert.doesNotMatch(CONSOLE_CSP, /unsafe/);
  const html = contentOf("/console");
  assert.doesNotMatch(html, /<style|\son\w+=|style=|<script>/);
});

test("the script stands on its own: it runs where nothing of ours is in scope", () => {
  const element = { textContent: "", focus: () => {} };
  const window = {
    document: { getElementById: () => element, createElement: () => element },
    location: { hash: "", host: "127.0.0.1", protocol: "http:" },
    history: { replaceState: () => {} },
  };
  runInNewContext(contentOf("/console/console.js"), { window, TextDecoder, TextEncoder });
  assert.match(element.textContent, /ask for a new console session/);
});

test("the script draws what the guest says and sends what is typed", () => {
  const browser = fakeBrowser();
  runInNewContext(contentOf("/console/console.js"), {
    window: browser.window,
    TextDecoder,
    TextEncoder,
  });
  assert.deepEqual(browser.opened, [
    { url: "ws://127.0.0.1:1/console/socket", protocols: ["signalbox.console.v1", "ticket.T"] },
  ]);
  browser.emit("open", {});
  browser.emit("message", { data: new TextEncoder().encode("login: \u001b[6n").buffer });
  browser.emit("keydown", {
    key: "r",
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    preventDefault: () => {},
  });
  assert.equal(browser.drawn().trimEnd(), "login:");
  assert.deepEqual(browser.sent, ["\u001b[1;8R", "r"]);
  browser.emit("close", { code: 4000, reason: "closed after a long silence" });
  assert.match(browser.status(), /closed after a long silence/);
});

interface Element {
  textContent: string;
  className: string;
  children: Element[];
}

/** The parts of a browser that the page touches: nodes, a socket, one event table. */
function fakeBrowser() {
  const listeners = new Map<string, (event: unknown) => void>();
  const opened: { url: string; protocols: readonly string[] }[] = [];
  const sent: string[] = [];
  const on = (name: string, listener: (event: unknown) => void): void => {
    listeners.set(name, listener);
  };
  const createElement = (): Element => {
    const element: Element = { textContent: "", className: "", children: [] };
    return Object.assign(element, {
      clientWidth: 800,
      clientHeight: 400,
      scrollTop: 0,
      scrollHeight: 400,
      append: (child: Element) => element.children.push(child),
      replaceChildren: (...children: Element[]) => {
        element.children = children;
      },
      getBoundingClientRect: () => ({ width: 100, height: 20 }),
      focus: () => {},
    });
  };
  const elements = new Map(["screen", "status", "probe"].map((id) => [id, createElement()]));
  class Socket {
    readyState = 1;
    binaryType = "";
    addEventListener = on;
    constructor(url: string, protocols: string[]) {
      opened.push({ url, protocols: [...protocols] });
    }
    send(data: Uint8Array): void {
      sent.push(Buffer.from(data).toString());
    }
  }
  const text = (element: Element): string =>
    element.textContent + element.children.map(text).join("");
  return {
    window: {
      document: { getElementById: (id: string) => elements.get(id), createElement },
      location: { hash: "#T", host: "127.0.0.1:1", protocol: "http:" },
      history: { replaceState: () => {} },
      WebSocket: Socket,
      addEventListener: on,
      requestAnimationFrame: (callback: () => void) => callback(),
    },
    opened,
    sent,
    emit: (name: string, event: unknown) => listeners.get(name)?.(event),
    drawn: () => text(elements.get("screen") ?? createElement()),
    status: () => elements.get("status")?.textContent ?? "",
  };
}
