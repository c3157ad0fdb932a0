/** What a client must know of an answer to acknowledge it. */
export interface AnswerHead {
  readonly version: string;
  readonly nonce: string;
  readonly bytes: number;
}

const VERSION = 1;
const NONCE = 5;

type Expects = "frame" | "tag" | "length" | "value";

/**
 * Finds version and nonce in a stream of discovery responses without keeping them: a thousand
 * answers of megabytes would measure the reader's memory. Fields at the top are all length-delimited.
 */
export class AnswerReader {
  readonly #onAnswer: (head: AnswerHead) => void;
  #expects: Expects = "frame";
  #header = Buffer.alloc(0);
  #left = 0;
  #bytes = 0;
  #field = 0;
  #number = 0;
  #shift = 0;
  #value = "";
  #version = "";
  #nonce = "";

  constructor(onAnswer: (head: AnswerHead) => void) {
    this.#onAnswer = onAnswer;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#expects === "frame") at = this.#readFrameHead(chunk, at);
      else if (this.#expects === "value") at = this.#readValue(chunk, at);
      else at = this.#readVarint(chunk, at);
      if (this.#expects !== "frame" && this.#left === 0) this.#finish();
    }
  }

  #readFrameHead(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + 5 - this.#header.length);
    this.#header = Buffer.concat([this.#header, part]);
    if (this.#header.length === 5) {
      this.#bytes = this.#header.readUInt32BE(1);
      this.#left = this.#bytes;
      this.#header = Buffer.alloc(0);
      this.#expectVarint("tag");
    }
    return at + part.length;
  }

  #readVarint(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    this.#left--;
    this.#number += (byte & 0x7f) * 2 ** this.#shift;
    this.#shift += 7;
    if ((byte & 0x80) !== 0) return at + 1;
    const number = this.#number;
    if (this.#expects === "tag") {
      this.#field = number >> 3;
      this.#expectVarint("length");
    } else {
      this.#number = number;
      this.#value = "";
      this.#expects = "value";
      if (number === 0) this.#expectVarint("tag");
    }
    return at + 1;
  }

  #readValue(chunk: Buffer, at: number): number {
    const part = chunk.subarray(at, at + this.#number);
    if (this.#field === VERSION || this.#field === NONCE) this.#value += part.toString("latin1");
    this.#number -= part.length;
    this.#left -= part.length;
    if (this.#number === 0) {
      if (this.#field === VERSION) this.#version = this.#value;
      if (this.#field === NONCE) this.#nonce = this.#value;
      this.#expectVarint("tag");
    }
    return at + part.length;
  }

  #expectVarint(expects: "tag" | "length"): void {
    this.#expects = expects;
    this.#number = 0;
    this.#shift = 0;
  }

  #finish(): void {
    const head = { version: this.#version, nonce: this.#nonce, bytes: this.#bytes };
    this.#expects = "frame";
    this.#version = "";
    this.#nonce = "";
    this.#onAnswer(head);
  }
}
