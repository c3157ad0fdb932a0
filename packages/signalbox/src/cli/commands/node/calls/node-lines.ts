import { StringDecoder } from "node:string_decoder";
import { printable } from "../../../output/cell.ts";

/** A line is cut here, should its end not come. */
const MAX_LINE = 64 * 1024;

/** Makes whole lines out of what machines send in pieces, each behind the name of its machine. */
export class NodeLines {
  readonly #isNamed: boolean;
  readonly #decoders = new Map<string, { readonly text: StringDecoder; rest: string }>();

  /** @param isNamed false: lines of one machine, which need no name */
  constructor(isNamed: boolean) {
    this.#isNamed = isNamed;
  }

  /** The lines that are whole now, ready to print; empty when there is none. */
  push(node: string, bytes: Uint8Array): string {
    const decoder = this.#decoder(node);
    const lines = (decoder.rest + decoder.text.write(Buffer.from(bytes))).split("\n");
    decoder.rest = lines.pop() ?? "";
    if (decoder.rest.length > MAX_LINE) {
      lines.push(decoder.rest);
      decoder.rest = "";
    }
    return lines.map((line) => this.#line(node, line)).join("");
  }

  /** The lines that had no end. */
  end(): string {
    const rests = [...this.#decoders].filter(([, { rest }]) => rest !== "");
    this.#decoders.clear();
    return rests.map(([node, { rest }]) => this.#line(node, rest)).join("");
  }

  #line(node: string, text: string): string {
    const line = printable(text.replace(/\r$/, "").replaceAll("\t", "    "));
    return this.#isNamed ? `${printable(node)}: ${line}\n` : `${line}\n`;
  }

  #decoder(node: string) {
    let decoder = this.#decoders.get(node);
    if (decoder === undefined) {
      decoder = { text: new StringDecoder("utf8"), rest: "" };
      this.#decoders.set(node, decoder);
    }
    return decoder;
  }
}
