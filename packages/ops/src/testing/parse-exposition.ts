/** One line of a text exposition, read back. */
export interface ReadSample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface ReadExposition {
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  readonly samples: readonly ReadSample[];
}

/**
 * Reads text 0.0.4 (and the plain part of OpenMetrics) by the rules of its grammar, character by
 * character. Throws at whatever the grammar does not know, such as any escape but the three.
 */
export function parseExposition(text: string): ReadExposition {
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples: ReadSample[] = [];
  if (text !== "" && !text.endsWith("\n")) throw new SyntaxError("the last line does not end");
  for (const line of text.split("\n").slice(0, -1)) {
    const comment = /^# (TYPE|HELP|EOF)(?: (\S+|"(?:[^"\\]|\\.)*") (.*))?$/s.exec(line);
    if (comment === null) samples.push(new LineReader(line).sample());
    else if (comment[1] === "TYPE") addOnce(types, comment[2] ?? "", comment[3] ?? "");
    else if (comment[1] === "HELP") addOnce(helps, comment[2] ?? "", comment[3] ?? "");
  }
  return { types, helps, samples };
}

function addOnce(lines: Map<string, string>, name: string, text: string): void {
  if (lines.has(name)) throw new SyntaxError(`a second line for ${name}`);
  lines.set(name, text);
}

class LineReader {
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  sample(): ReadSample {
    let name = this.#take(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
    const labels: [string, string][] = [];
    if (this.#has("{")) {
      while (!this.#has("}")) {
        const label = this.#peek() === '"' ? this.#quoted() : this.#take(/[a-zA-Z_][a-zA-Z0-9_]*/y);
        if (this.#has("=")) labels.push([label, this.#quoted()]);
        else if (name === "") name = label;
        else throw this.#fault("a second name");
        if (!this.#has(",") && this.#peek() !== "}") throw this.#fault("no comma");
      }
    }
    if (name === "") throw this.#fault("no name");
    if (!this.#has(" ")) throw this.#fault("no blank before the value");
    return { name, labels, value: numberOf(this.#take(/\S+/y)) };
  }

  #peek(): string | undefined {
    return this.#line[this.#at];
  }

  #has(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#line) ?? [];
    this.#at += found.length;
    return found;
  }

  #quoted(): string {
    if (!this.#has('"')) throw this.#fault("no quote");
    let text = "";
    for (;;) {
      const character = this.#line[this.#at++];
      if (character === undefined) throw this.#fault("an open quote");
      if (character === '"') return text;
      text += character === "\\" ? this.#escape() : character;
    }
  }

  #escape(): string {
    const character = this.#line[this.#at++];
    if (character === "n") return "\n";
    if (character === "\\" || character === '"') return character;
    throw this.#fault(`invalid escape sequence \\${character}`);
  }

  #fault(what: string): SyntaxError {
    return new SyntaxError(`${what} at ${this.#at} of ${JSON.stringify(this.#line)}`);
  }
}

function numberOf(text: string): number {
  const special: Readonly<Record<string, number>> = { "+Inf": Infinity, "-Inf": -Infinity, NaN };
  const value = special[text] ?? (/^[-+0-9.e]+$/.test(text) ? Number(text) : undefined);
  if (value === undefined) throw new SyntaxError(`not a number: ${text}`);
  return value;
}
