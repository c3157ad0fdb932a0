import { isIPv6 } from "node:net";
import { parseHostPort } from "@signalbox/base";
import { AGENT_PORT } from "../../../../node-api/agent-port.ts";

const HTTPS_PORT = 443;

/** `host:port` of an endpoint as client configurations hold it (node-api §4.3): a port, https:// or neither. */
export function endpointAddress(endpoint: string): string {
  const [, host] = /^https:\/\/([^/]+)\/?$/.exec(endpoint) ?? [];
  return host === undefined ? withPort(endpoint, AGENT_PORT) : withPort(host, HTTPS_PORT);
}

function withPort(text: string, port: number): string {
  if (parseHostPort(text).ok) return text;
  return isIPv6(text) ? `[${text}]:${port}` : `${text}:${port}`;
}
