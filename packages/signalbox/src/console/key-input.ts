/** What matters of a browser's key event. */
export interface KeyPress {
  /** As `KeyboardEvent.key`: `a`, `Enter`, `ArrowUp`. */
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/**
 * The bytes that a key sends to a serial line; undefined for keys that are the browser's.
 *
 * The browser runs the source text of this function, so it must not refer to anything outside.
 */
export function keyInput(press: KeyPress): string | undefined {
  const named: Readonly<Record<string, string>> = {
    Enter: "\r",
    Backspace: "\u007f",
    Tab: "\t",
    Escape: "\u001b",
    ArrowUp: "\u001b[A",
    ArrowDown: "\u001b[B",
    ArrowRight: "\u001b[C",
    ArrowLeft: "\u001b[D",
    Home: "\u001b[H",
    End: "\u001b[F",
    Insert: "\u001b[2~",
    Delete: "\u001b[3~",
    PageUp: "\u001b[5~",
    PageDown: "\u001b[6~",
  };
  if (press.metaKey) return undefined;
  const special = Object.hasOwn(named, press.key) ? named[press.key] : undefined;
  if (special !== undefined) return press.altKey ? `\u001b${special}` : special;
  if (Array.from(press.key).length !== 1) return undefined;
  if (!press.ctrlKey) return press.altKey ? `\u001b${press.key}` : press.key;
  const code = press.key.toUpperCase().charCodeAt(0);
  if (press.key === " ") return "\u0000";
  return code >= 64 && code <= 95 ? String.fromCharCode(code - 64) : undefined;
}
