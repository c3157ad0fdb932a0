import { fail, ok, type Result } from "@signalbox/base";

/** Where the page is; the ticket is the URL's fragment, so it reaches no log and no proxy. */
export const CONSOLE_PATH = "/console";
/** Where its WebSocket is. Bytes of the serial line go both ways as binary messages. */
export const CONSOLE_SOCKET_PATH = "/console/socket";
/** The subprotocol. The ticket travels as a second offered one: `ticket.TEXT`. */
export const CONSOLE_PROTOCOL = "signalbox.console.v1";
const TICKET_PREFIX = "ticket.";

/** Why a session ended, as WebSocket close codes. */
export const CONSOLE_CLOSE = {
  /** The machine's side ended. */
  ended: 1000,
  stopping: 1001,
  failed: 1011,
  idle: 4000,
  tooLong: 4001,
  /** The token that the ticket was got with was revoked or has expired. */
  refused: 4002,
} as const;

/** The address that a person opens in a browser. */
export function consoleUrl(origin: string, ticket: string): string {
  return `${origin}${CONSOLE_PATH}#${ticket}`;
}

/** The ticket in a `Sec-WebSocket-Protocol` header. */
export function parseConsoleProtocols(header: string | undefined): Result<string> {
  const offered = (header ?? "").split(",").map((name) => name.trim());
  if (!offered.includes(CONSOLE_PROTOCOL)) return fail(`the subprotocol is ${CONSOLE_PROTOCOL}`);
  const ticket = offered.find((name) => name.startsWith(TICKET_PREFIX));
  if (ticket === undefined) return fail("a console ticket is missing");
  return ok(ticket.slice(TICKET_PREFIX.length));
}

/**
 * True when a WebSocket may be opened: browsers name the page's origin, which must be ours, so
 * that no other site can use a ticket it got hold of. Programs name none.
 */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const parsed = URL.parse(origin);
  return parsed !== null && host !== undefined && parsed.host === host.toLowerCase();
}
