import { accessSync, constants } from "node:fs";
import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import type { Clock, Log, Random } from "@signalbox/base";
import type { QemuImg } from "../disk/qemu-img.ts";
import { writeFileAtomically } from "../disk/write-file-atomically.ts";
import { readBootId } from "../process/process-identity.ts";
import type { QemuSettings } from "../qemu-settings.ts";
import type { Acceleration } from "./acceleration.ts";
import { type AccelerationRecord, parseAccelerationRecord } from "./acceleration-record.ts";
import { tryKvm } from "./try-kvm.ts";

export interface ChooserParts {
  /** `DATA/providers/REGION`. */
  readonly directory: string;
  readonly settings: Pick<
    QemuSettings,
    "acceleration" | "guestImagePath" | "probeTimeoutMs" | "qemuProgram" | "searchPath"
  >;
  /** Default `/dev/kvm`. */
  readonly device?: string;
  readonly qemuImg: QemuImg;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

type Choice = Pick<AccelerationRecord, "acceleration" | "message">;

const EMULATED = "machines run without hardware acceleration (TCG), several times slower";

/** Finds out once, by a trial, how machines run on this host, and remembers it. */
export class AccelerationChooser {
  readonly #parts: ChooserParts;
  #choice: Choice | undefined;

  constructor(parts: ChooserParts) {
    this.#parts = parts;
    this.#choice = choiceWithoutTrial(parts);
  }

  /** Undefined while a trial goes on. */
  get acceleration(): Acceleration | undefined {
    return this.#choice?.acceleration;
  }

  get message(): string {
    return (
      this.#choice?.message ?? "the hardware's acceleration is being tried; servers wait for it"
    );
  }

  /** Resolves when the choice is made. @throws the signal's reason */
  async choose(qemuVersion: string, signal: AbortSignal): Promise<void> {
    if (this.#choice !== undefined) return;
    const subject = `${readBootId()} ${release()} ${qemuVersion}`;
    const remembered = await this.#recall(subject);
    this.#choice = remembered ?? (await this.#tryOut(subject, signal));
    this.#parts.log.info({ ...this.#choice, remembered: remembered !== undefined }, "acceleration");
  }

  async #tryOut(subject: string, signal: AbortSignal): Promise<Choice> {
    const { directory, settings, log } = this.#parts;
    const { guestImagePath } = settings;
    if (guestImagePath === undefined) return emulated("no guest image to try KVM with");
    try {
      const worked = await tryKvm({
        ...this.#parts,
        directory: join(directory, "trial"),
        guestImagePath,
        signal,
        qemuProgram: settings.qemuProgram,
        searchPath: settings.searchPath,
        timeoutMs: settings.probeTimeoutMs,
      });
      const choice = worked.ok
        ? { acceleration: "kvm" as const, message: "machines run with hardware acceleration (KVM)" }
        : emulated(`KVM does not work here: ${worked.error}`);
      await writeFileAtomically(this.#file, `${JSON.stringify({ ...choice, subject }, null, 2)}\n`);
      return choice;
    } catch (err) {
      signal.throwIfAborted();
      log.warn({ err }, "the trial of KVM failed");
      return emulated("KVM could not be tried; the log has the cause");
    }
  }

  async #recall(subject: string): Promise<Choice | undefined> {
    const text = await readFile(this.#file, "utf8").catch(() => "");
    const record = parseAccelerationRecord(text);
    return record.ok && record.value.subject === subject ? record.value : undefined;
  }

  get #file(): string {
    return join(this.#parts.directory, "acceleration.json");
  }
}

function choiceWithoutTrial({ settings, device = "/dev/kvm" }: ChooserParts): Choice | undefined {
  const { acceleration } = settings;
  if (acceleration === "tcg") return { acceleration, message: `${EMULATED}, as configured` };
  if (acceleration === "kvm") return { acceleration, message: "KVM, as configured, untried" };
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return emulated(code === "EACCES" ? `${device} may not be opened` : `there is no ${device}`);
  }
}

function emulated(why: string): Choice {
  return { acceleration: "tcg", message: `${EMULATED}: ${why}` };
}
