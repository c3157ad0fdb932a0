/** How a character looks; colours are 0-15, undefined is the page's own. */
export interface CellStyle {
  readonly foreground: number | undefined;
  readonly background: number | undefined;
  readonly bold: boolean;
  readonly inverse: boolean;
}

export interface Cell {
  readonly character: string;
  readonly style: CellStyle;
}

/**
 * What a serial console shows: lines of cells, a cursor, and the part of the ANSI control
 * sequences that shells, boot loaders and line editors use. Anything else is swallowed.
 *
 * The browser runs the source text of this very class (see console-page.ts), so it must not refer
 * to anything outside of itself.
 */
export class TerminalScreen {
  columns: number;
  rows: number;
  /** All lines that are kept, the screen's own last. */
  readonly lines: Cell[][] = [[]];
  cursorRow = 0;
  cursorColumn = 0;
  /** Answers to questions of the guest (cursor position), to be sent back. */
  readonly answers: string[] = [];
  readonly #maxLines: number;
  #style: CellStyle = TerminalScreen.plain();
  /** An escape sequence that has begun but not ended. */
  #pending = "";
  #saved = { row: 0, column: 0 };

  constructor(columns: number, rows: number, maxLines = 5000) {
    this.columns = columns;
    this.rows = rows;
    this.#maxLines = maxLines;
  }

  static plain(): CellStyle {
    return { foreground: undefined, background: undefined, bold: false, inverse: false };
  }

  /** Index of the first line that is on the screen. */
  get top(): number {
    return Math.max(0, this.lines.length - this.rows);
  }

  resize(columns: number, rows: number): void {
    const line = this.top + this.cursorRow;
    this.columns = Math.max(1, columns);
    this.rows = Math.max(1, rows);
    this.cursorRow = Math.min(Math.max(0, line - this.top), this.rows - 1);
    this.cursorColumn = Math.min(this.cursorColumn, this.columns - 1);
  }

  write(text: string): void {
    for (const character of text) {
      if (this.#pending !== "") this.#escape(character);
      else if (character === "\u001b") this.#pending = character;
      else if (character < " " || character === "\u007f") this.#control(character);
      else this.#print(character);
    }
  }

  #control(character: string): void {
    if (character === "\r") this.cursorColumn = 0;
    else if (character === "\n" || character === "\v" || character === "\f") this.#lineFeed();
    else if (character === "\b") this.cursorColumn = Math.max(0, this.cursorColumn - 1);
    else if (character === "\t") {
      this.cursorColumn = Math.min(this.columns - 1, (Math.floor(this.cursorColumn / 8) + 1) * 8);
    }
  }

  #print(character: string): void {
    if (this.cursorColumn >= this.columns) {
      this.cursorColumn = 0;
      this.#lineFeed();
    }
    const line = this.#line();
    while (line.length < this.cursorColumn) line.push(this.#blank());
    line[this.cursorColumn] = { character, style: this.#style };
    this.cursorColumn++;
  }

  #lineFeed(): void {
    if (this.cursorRow < this.rows - 1) {
      this.cursorRow++;
      this.#line();
      return;
    }
    this.lines.push([]);
    if (this.lines.length > this.#maxLines) this.lines.shift();
  }

  /** The cursor's line, made when the screen is not that long yet. */
  #line(): Cell[] {
    const index = this.top + this.cursorRow;
    while (this.lines.length <= index) this.lines.push([]);
    return this.lines[index] as Cell[];
  }

  #blank(): Cell {
    return { character: " ", style: TerminalScreen.plain() };
  }

  #escape(character: string): void {
    this.#pending += character;
    const sequence = this.#pending;
    // Operating system commands (window titles) run to BEL or ESC backslash.
    if (sequence[1] === "]") {
      if (character === "\u0007" || sequence.endsWith("\u001b\\") || sequence.length > 512) {
        this.#pending = "";
      }
      return;
    }
    if (sequence[1] === "[") {
      if (sequence.length === 2) return;
      if (character >= "@" && character <= "~") {
        this.#pending = "";
        this.#command(character, sequence.slice(2, -1));
      } else if (sequence.length > 64 || character < " ") this.#pending = "";
      return;
    }
    // A character set is chosen by two characters.
    if ("()*+#%".includes(sequence[1] ?? "") && sequence.length === 2) return;
    this.#pending = "";
    this.#shortCommand(sequence[1] ?? "");
  }

  #shortCommand(name: string): void {
    if (name === "c") this.#reset();
    else if (name === "7") this.#saved = { row: this.cursorRow, column: this.cursorColumn };
    else if (name === "8") this.#move(this.#saved.row, this.#saved.column);
    else if (name === "D") this.#lineFeed();
    else if (name === "E") this.write("\r\n");
    else if (name === "M") this.cursorRow = Math.max(0, this.cursorRow - 1);
  }

  #command(name: string, text: string): void {
    if (text.startsWith("?") || text.startsWith(">")) return;
    const numbers = text.split(";").map((part) => Math.min(Number.parseInt(part, 10) || 0, 9999));
    const count = Math.max(1, numbers[0] ?? 1);
    const row = this.cursorRow;
    const column = this.cursorColumn;
    if (name === "m") this.#setStyle(numbers);
    else if (name === "A") this.#move(row - count, column);
    else if (name === "B" || name === "e") this.#move(row + count, column);
    else if (name === "C" || name === "a") this.#move(row, column + count);
    else if (name === "D") this.#move(row, column - count);
    else if (name === "E") this.#move(row + count, 0);
    else if (name === "F") this.#move(row - count, 0);
    else if (name === "G" || name === "`") this.#move(row, count - 1);
    else if (name === "d") this.#move(count - 1, column);
    else if (name === "H" || name === "f") this.#move(count - 1, Math.max(1, numbers[1] ?? 1) - 1);
    else if (name === "J") this.#eraseScreen(numbers[0] ?? 0);
    else if (name === "K") this.#eraseLine(numbers[0] ?? 0);
    else if (name === "P") this.#line().splice(column, count);
    else if (name === "X") this.#fill(column, Math.min(column + count, this.columns));
    else if (name === "@") this.#insert(Math.min(count, this.columns));
    else if (name === "s") this.#saved = { row, column };
    else if (name === "u") this.#move(this.#saved.row, this.#saved.column);
    else if (name === "n" && numbers[0] === 6) this.#answer(row, column);
  }

  #answer(row: number, column: number): void {
    const at = Math.min(column, this.columns - 1);
    if (this.answers.length < 16) this.answers.push(`\u001b[${row + 1};${at + 1}R`);
  }

  #move(row: number, column: number): void {
    this.cursorRow = Math.min(Math.max(0, row), this.rows - 1);
    this.cursorColumn = Math.min(Math.max(0, column), this.columns - 1);
    this.#padScreen();
  }

  /** A cursor below the last line makes the lines between, so that rows keep their places. */
  #padScreen(): void {
    const top = this.top;
    while (this.lines.length <= top + this.cursorRow) this.lines.push([]);
  }

  #insert(count: number): void {
    const line = this.#line();
    const blanks = Array.from({ length: count }, () => this.#blank());
    while (line.length < this.cursorColumn) line.push(this.#blank());
    line.splice(this.cursorColumn, 0, ...blanks);
    line.length = Math.min(line.length, this.columns);
  }

  #fill(from: number, to: number): void {
    const line = this.#line();
    while (line.length < from) line.push(this.#blank());
    for (let column = from; column < to; column++) line[column] = this.#blank();
  }

  #eraseLine(what: number): void {
    const line = this.#line();
    if (what === 0) line.length = Math.min(line.length, this.cursorColumn);
    else if (what === 1) this.#fill(0, Math.min(this.cursorColumn + 1, this.columns));
    else line.length = 0;
  }

  #eraseScreen(what: number): void {
    const at = this.top + this.cursorRow;
    this.#eraseLine(what);
    const from = what === 0 ? at + 1 : this.top;
    const to = what === 1 ? at : this.lines.length;
    for (let index = from; index < to; index++) (this.lines[index] as Cell[]).length = 0;
  }

  #reset(): void {
    this.#style = TerminalScreen.plain();
    this.#move(0, 0);
    this.#eraseScreen(2);
  }

  #setStyle(numbers: readonly number[]): void {
    for (let index = 0; index < numbers.length; index++) {
      const number = numbers[index] ?? 0;
      const style = this.#style;
      if (number === 0) this.#style = TerminalScreen.plain();
      else if (number === 1) this.#style = { ...style, bold: true };
      else if (number === 22) this.#style = { ...style, bold: false };
      else if (number === 7) this.#style = { ...style, inverse: true };
      else if (number === 27) this.#style = { ...style, inverse: false };
      else if (number >= 30 && number <= 37) this.#style = { ...style, foreground: number - 30 };
      else if (number === 39) this.#style = { ...style, foreground: undefined };
      else if (number >= 40 && number <= 47) this.#style = { ...style, background: number - 40 };
      else if (number === 49) this.#style = { ...style, background: undefined };
      else if (number >= 90 && number <= 97) this.#style = { ...style, foreground: number - 82 };
      else if (number >= 100 && number <= 107) this.#style = { ...style, background: number - 92 };
      // 256 and 16 million colours: their parameters are skipped.
      else if (number === 38 || number === 48) index += numbers[index + 1] === 2 ? 4 : 2;
    }
  }
}
