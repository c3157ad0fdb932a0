import type { KeyPress } from "./key-input.ts";
import type { Cell, CellStyle, TerminalScreen } from "./terminal-screen.ts";

/** The few parts of a browser that the page uses; the package is compiled without the DOM. */
interface PageElement {
  textContent: string;
  className: string;
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientWidth: number;
  readonly clientHeight: number;
  append(child: PageElement): void;
  replaceChildren(...children: PageElement[]): void;
  getBoundingClientRect(): { readonly width: number; readonly height: number };
  focus(): void;
}

interface PageEvent extends KeyPress {
  preventDefault(): void;
  readonly data: ArrayBuffer;
  readonly code: number;
  readonly reason: string;
  readonly clipboardData: { getData(type: string): string };
}

interface PageSocket {
  binaryType: string;
  readonly readyState: number;
  send(data: Uint8Array): void;
  addEventListener(name: string, listener: (event: PageEvent) => void): void;
}

export interface BrowserWindow {
  readonly document: {
    getElementById(id: string): PageElement;
    createElement(name: string): PageElement;
  };
  readonly location: { readonly hash: string; readonly host: string; readonly protocol: string };
  readonly history: { replaceState(state: null, title: string, url: string): void };
  readonly WebSocket: new (url: string, protocols: string[]) => PageSocket;
  addEventListener(name: string, listener: (event: PageEvent) => void): void;
  requestAnimationFrame(callback: () => void): void;
}

export interface BrowserParts {
  readonly Screen: typeof TerminalScreen;
  readonly keyInput: (press: KeyPress) => string | undefined;
  readonly socketPath: string;
  readonly protocol: string;
}

/**
 * Runs the console page: shows what the socket says, sends what is typed.
 *
 * The browser runs the source text of this function, so it must not refer to anything outside.
 */
export function runConsolePage(
  window: BrowserWindow,
  { Screen, keyInput, socketPath, protocol }: BrowserParts,
): void {
  const { document, location } = window;
  const view = document.getElementById("screen");
  const status = document.getElementById("status");
  const probe = document.getElementById("probe");
  const screen = new Screen(80, 24);
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const ticket = location.hash.slice(1);
  // A ticket works once: keep it out of the history.
  window.history.replaceState(null, "", "#");
  if (ticket === "") {
    status.textContent = "This page needs a console ticket: ask for a new console session.";
    return;
  }

  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const url = `${scheme}//${location.host}${socketPath}`;
  const socket = new window.WebSocket(url, [protocol, `ticket.${ticket}`]);
  socket.binaryType = "arraybuffer";

  const send = (text: string): void => {
    if (socket.readyState === 1) socket.send(encoder.encode(text));
  };

  const classOf = (style: CellStyle, isCursor: boolean): string => {
    const { foreground, background, bold, inverse } = style;
    const names = [
      foreground === undefined ? "" : `f${foreground}`,
      background === undefined ? "" : `b${background}`,
      bold ? "bold" : "",
      inverse !== isCursor ? "inverse" : "",
    ];
    return names.filter((name) => name !== "").join(" ");
  };

  const lineElement = (line: readonly Cell[], cursor: number): PageElement => {
    const element = document.createElement("div");
    const plain = Screen.plain();
    const length = Math.max(line.length, cursor + 1);
    let run: { name: string; text: string } | undefined;
    const flush = (): void => {
      if (run === undefined) return;
      const span = document.createElement("span");
      span.className = run.name;
      span.textContent = run.text;
      element.append(span);
    };
    for (let column = 0; column < length; column++) {
      const cell = line[column] ?? { character: " ", style: plain };
      const name = classOf(cell.style, column === cursor);
      if (run !== undefined && run.name === name) run.text += cell.character;
      else {
        flush();
        run = { name, text: cell.character };
      }
    }
    flush();
    return element;
  };

  let isDrawing = false;
  const draw = (): void => {
    if (isDrawing) return;
    isDrawing = true;
    window.requestAnimationFrame(() => {
      isDrawing = false;
      const isAtEnd = view.scrollTop + view.clientHeight >= view.scrollHeight - 4;
      const cursorLine = screen.top + screen.cursorRow;
      const first = Math.max(0, screen.lines.length - 1000);
      view.replaceChildren(
        ...screen.lines
          .slice(first)
          .map((line, index) =>
            lineElement(line, first + index === cursorLine ? screen.cursorColumn : -1),
          ),
      );
      if (isAtEnd) view.scrollTop = view.scrollHeight;
    });
  };

  const fit = (): void => {
    const { width, height } = probe.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    screen.resize(
      Math.floor(view.clientWidth / (width / 10)),
      Math.floor(view.clientHeight / height),
    );
    draw();
  };

  socket.addEventListener("open", () => {
    status.textContent = "connected";
    fit();
    view.focus();
  });
  socket.addEventListener("message", (event) => {
    screen.write(decoder.decode(event.data, { stream: true }));
    for (const answer of screen.answers.splice(0)) send(answer);
    draw();
  });
  socket.addEventListener("close", (event) => {
    const reason =
      event.reason === "" ? "the ticket was used, or the daemon is gone" : event.reason;
    status.textContent = `closed: ${reason}. Ask for a new console session to go on.`;
  });
  window.addEventListener("keydown", (event) => {
    const text = keyInput(event);
    if (text === undefined) return;
    event.preventDefault();
    send(text);
  });
  window.addEventListener("paste", (event) => {
    event.preventDefault();
    send(event.clipboardData.getData("text").replaceAll("\r\n", "\r").replaceAll("\n", "\r"));
  });
  window.addEventListener("resize", fit);
}
