import { type Clock, Problem } from "@signalbox/base";
import type { ImageFormat } from "../../../model/image.ts";
import type { Slots } from "../capacity/slots.ts";
import { MachineFailure } from "../machine/machine-failure.ts";
import { type ProgramOutcome, runProgram } from "../process/run-program.ts";
import { type ImageInfo, parseForeignImageInfo } from "./image-info.ts";

export interface QemuImgOptions {
  readonly program: string;
  readonly searchPath: string;
  readonly clock: Clock;
  readonly slots: Slots;
  /** For one run of the program. */
  readonly timeoutMs: number;
}

/** The `qemu-img` program: few at a time, none for ever. */
export class QemuImg {
  readonly #options: QemuImgOptions;

  constructor(options: QemuImgOptions) {
    this.#options = options;
  }

  /** Makes an overlay on `base`, whose path is taken relative to the overlay's directory. */
  async createOverlay(
    overlay: { readonly path: string; readonly base: string; readonly bytes: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { path, base, bytes } = overlay;
    const backing = ["-b", base, "-F", "qcow2"];
    await this.#expect(["create", "-q", "-f", "qcow2", ...backing, path, String(bytes)], signal);
  }

  /** Makes an empty disk. */
  async create(path: string, bytes: number, signal: AbortSignal): Promise<void> {
    await this.#expect(["create", "-q", "-f", "qcow2", path, String(bytes)], signal);
  }

  /** Copies `source`, backing files and all, into a new image at `target`. */
  async convert(
    copy: { readonly source: string; readonly format: ImageFormat; readonly target: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { source, format, target } = copy;
    await this.#expect(["convert", "-q", "-f", format, "-O", "qcow2", source, target], signal);
  }

  /**
   * Looks at an image that comes from outside, as the format that it is said to be in and no other.
   *
   * @throws Problem `unprocessable`
   */
  async inspectForeign(path: string, format: ImageFormat, signal: AbortSignal): Promise<ImageInfo> {
    const outcome = await this.#run(["info", "--output=json", "-f", format, path], signal);
    if (outcome.status !== 0) {
      throw new Problem("unprocessable", `the file is not an image in ${format} format`, {
        cause: new Error(outcome.stderr),
      });
    }
    const info = parseForeignImageInfo(outcome.stdout, format);
    if (!info.ok) throw new Problem("unprocessable", info.error);
    return info.value;
  }

  /** Checks the inner tables of a qcow2 image; answers what is wrong. Leaks harm nothing. */
  async findDamage(path: string, signal: AbortSignal): Promise<string | undefined> {
    const outcome = await this.#run(["check", "-q", "-f", "qcow2", path], signal);
    const leaksOnly = 3;
    if (outcome.status === 0 || outcome.status === leaksOnly) return undefined;
    return firstLine(outcome.stderr);
  }

  /** Version, for messages; undefined when the program is missing. */
  async version(signal: AbortSignal): Promise<string | undefined> {
    const outcome = await this.#run(["--version"], signal);
    return outcome.status === 0 ? firstLine(outcome.stdout) : undefined;
  }

  async #expect(args: readonly string[], signal: AbortSignal): Promise<void> {
    const outcome = await this.#run(args, signal);
    if (outcome.status !== 0) throw toFailure(outcome, this.#options);
  }

  #run(args: readonly string[], signal: AbortSignal): Promise<ProgramOutcome> {
    const { slots, program, ...options } = this.#options;
    return slots.run(signal, () => runProgram([program, ...args], { ...options, signal }));
  }
}

function toFailure({ status, stderr, timedOut }: ProgramOutcome, options: QemuImgOptions) {
  const cause = new Error(stderr.trim());
  if (timedOut) {
    const seconds = options.timeoutMs / 1000;
    return new MachineFailure("create_failed", `the disk was not ready after ${seconds} s`, {
      cause,
    });
  }
  if (status === 127) {
    const message = `${options.program} is missing; install the package qemu-utils`;
    return new MachineFailure("provider_unavailable", message, { cause });
  }
  if (/No space left on device|Disk quota exceeded/.test(stderr)) {
    const message = "the host's disk is full; delete servers or images that are not needed";
    return new MachineFailure("disk_full", message, { cause });
  }
  if (/corrupt|not in qcow2 format/i.test(stderr)) {
    return new MachineFailure("image_corrupt", "the image is damaged; import it again", { cause });
  }
  return new MachineFailure("create_failed", "the disk could not be made; the log has the cause", {
    cause,
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
