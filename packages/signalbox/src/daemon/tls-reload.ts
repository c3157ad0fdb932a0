import { X509Certificate } from "node:crypto";
import { stat } from "node:fs/promises";
import type { CancelTimer, Clock, Log } from "@signalbox/base";
import type { Config } from "../config/schema.ts";
import { expiredAt } from "../credentials/expired-at.ts";
import { readTls, type TlsTexts } from "./tls-files.ts";

export interface TlsReloadDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** How often the files are looked at. */
const CHECK_MS = 2_000;

/**
 * The certificates of the TLS listeners, read again when their files change: written in place,
 * renamed, or by a link that leads elsewhere now. What does not fit together yet, as a new
 * certificate beside the old key, is left alone until it does.
 */
export class TlsReload {
  readonly #files: Config["tls"];
  readonly #deps: TlsReloadDeps;
  readonly #listeners = new Set<(texts: TlsTexts) => void>();
  #texts: TlsTexts | undefined;
  /** Of the files when they were last read; undefined: they are read at the next look. */
  #seen: string | undefined;
  #cancel: CancelTimer = () => {};
  #isClosed = false;

  /** @throws Problem `config_invalid` when the files cannot be used at the start */
  constructor(files: Config["tls"], deps: TlsReloadDeps) {
    this.#files = files;
    this.#deps = deps;
    this.#texts = readTls(files);
    if (this.#texts === undefined) return;
    this.#warnOfExpiry(this.#texts);
    this.#schedule();
  }

  /** What listeners begin with; undefined when TLS is not configured. */
  get texts(): TlsTexts | undefined {
    return this.#texts;
  }

  /** Calls back with each new set; the answer ends that. What it throws goes to the log. */
  onChange(listener: (texts: TlsTexts) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#cancel = this.#deps.clock.after(CHECK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const present = await stampOf(this.#files);
    if (this.#isClosed) return;
    if (present !== this.#seen) this.#read(present);
    this.#schedule();
  }

  #read(present: string): void {
    const { log } = this.#deps;
    this.#seen = present;
    try {
      const texts = readTls(this.#files);
      if (texts === undefined || isSame(texts, this.#texts)) return;
      this.#texts = texts;
    } catch (error) {
      log.warn({ err: error }, "new certificates cannot be used yet; the present ones stay");
      return;
    }
    for (const listener of this.#listeners) this.#tell(listener, this.#texts);
    log.info("new certificates are used from now on");
    this.#warnOfExpiry(this.#texts);
  }

  /** It is served all the same: whoever comes is told by it what is wrong. */
  #warnOfExpiry({ certificate }: TlsTexts): void {
    const { clock, log } = this.#deps;
    const end = expiredAt(new X509Certificate(certificate), clock.now());
    if (end === undefined) return;
    log.warn(
      { expiredAt: end.toISOString() },
      "the TLS certificate has expired: clients refuse it; put a new one in its place",
    );
  }

  #tell(listener: (texts: TlsTexts) => void, texts: TlsTexts): void {
    try {
      listener(texts);
    } catch (error) {
      this.#deps.log.error({ err: error }, "a listener does not take the new certificates");
    }
  }
}

/** Differs when any of the files does. A file that is missing is a state like others. */
async function stampOf({ certificate, key, clientCa }: Config["tls"]): Promise<string> {
  const paths = [certificate, key, clientCa].filter((path) => path !== undefined);
  const stamps = paths.map(async (path) => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
    } catch (error) {
      return String((error as NodeJS.ErrnoException).code);
    }
  });
  return (await Promise.all(stamps)).join("\n");
}

function isSame(a: TlsTexts, b: TlsTexts | undefined): boolean {
  return a.certificate === b?.certificate && a.key === b.key && a.clientCa === b.clientCa;
}
