import { Problem } from "@signalbox/base";
import {
  isLoopback,
  type ListenAddress,
  parseListenAddress,
  urlHost,
} from "../config/listen-address.ts";
import { listenProblem } from "./listen-problem.ts";

/** One listener as it is configured; undefined when it is off. @throws Problem `config_invalid` */
export function plannedAddress(option: string): ListenAddress | undefined {
  if (option === "off") return undefined;
  const address = parseListenAddress(option);
  if (!address.ok) throw new Problem("config_invalid", `${option} ${address.error}`);
  return address.value;
}

/** Binds a listener and answers its URL. @throws Problem `listen_failed` */
export async function bindListener(
  name: string,
  address: ListenAddress,
  scheme: "http" | "https",
  bind: (address: ListenAddress) => Promise<{ readonly port: number }>,
): Promise<string> {
  return `${scheme}://${await bindPort(name, address, bind)}`;
}

/** Binds a listener and answers its host and port. @throws Problem `listen_failed` */
export async function bindPort(
  name: string,
  address: ListenAddress,
  bind: (address: ListenAddress) => Promise<{ readonly port: number }>,
): Promise<string> {
  try {
    const { port } = await bind(address);
    return `${urlHost(address.host)}:${port}`;
  } catch (error) {
    throw listenProblem(name, `${urlHost(address.host)}:${address.port}`, error);
  }
}

/** Ops needs no TLS where only this machine can reach it. */
export function needsTls(address: ListenAddress): boolean {
  return !isLoopback(address.host);
}
