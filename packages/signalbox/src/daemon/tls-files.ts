import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { Problem } from "@signalbox/base";
import type { Config } from "../config/schema.ts";

/** PEM texts of the TLS listeners. */
export interface TlsTexts {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/**
 * Reads and checks what TLS needs; undefined when it is not configured.
 *
 * @throws Problem `config_invalid` for a file that is missing, is not PEM, or does not fit
 */
export function readTls(tls: Config["tls"]): TlsTexts | undefined {
  if (tls.certificate === undefined || tls.key === undefined) return undefined;
  const certificate = readPem("tls.certificate", tls.certificate);
  const key = readPem("tls.key", tls.key);
  const parsed = attempt(
    "tls.certificate",
    tls.certificate,
    () => new X509Certificate(certificate),
  );
  const privateKey = attempt("tls.key", tls.key, () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey)) {
    throw new Problem(
      "config_invalid",
      `tls.key: ${tls.key} does not belong to ${tls.certificate}`,
    );
  }
  if (tls.clientCa === undefined) return { certificate, key, clientCa: undefined };
  const clientCa = readPem("tls.clientCa", tls.clientCa);
  attempt("tls.clientCa", tls.clientCa, () => new X509Certificate(clientCa));
  return { certificate, key, clientCa };
}

/**
 * The texts of a listener that asks its callers for certificates.
 *
 * @throws Problem `config_invalid` when there are none; the configuration is refused before, and
 *   this must not be what opens the listener to everybody
 */
export function requireClientCa(
  listener: string,
  tls: TlsTexts | undefined,
): TlsTexts & { readonly clientCa: string } {
  if (tls?.clientCa !== undefined) return { ...tls, clientCa: tls.clientCa };
  const needed = "tls.certificate, tls.key and tls.clientCa";
  throw new Problem("config_invalid", `${listener} needs ${needed}`);
}

function readPem(option: string, path: string): string {
  return attempt(option, path, () => readFileSync(path, "utf8"));
}

function attempt<T>(option: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { message } = error as Error;
    throw new Problem("config_invalid", `${option}: ${path} cannot be used: ${message}`, {
      cause: error,
    });
  }
}
