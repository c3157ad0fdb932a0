import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { cell } from "../../../output/cell.ts";
import type { OutputFormat } from "../../../output/render.ts";
import { renderValue } from "../../../output/render.ts";
import type { OutputWriter } from "./output-writer.ts";
import { replyDocument } from "./reply-document.ts";

/** A column of a table whose rows are not all known; 0: the last one, as wide as it is. */
export interface StreamColumn<T> {
  readonly heading: string;
  readonly width: number;
  readonly value: (item: T) => string | undefined;
}

const NODE_WIDTH = 15;

/** A table that is written as its rows come; for programs, a JSON object a line or YAML documents. */
export class StreamTable<T> {
  readonly #columns: readonly StreamColumn<T>[];
  readonly #output: OutputWriter;
  readonly #format: OutputFormat;
  #isBegun = false;

  constructor(columns: readonly StreamColumn<T>[], output: OutputWriter, format: OutputFormat) {
    this.#columns = columns;
    this.#output = output;
    this.#format = format;
  }

  async row<D extends DescMessage>(
    node: string,
    item: T & MessageShape<D>,
    schema: D,
  ): Promise<void> {
    if (this.#format !== "table") return this.#output.write(this.#document(node, item, schema));
    if (!this.#isBegun) {
      this.#isBegun = true;
      await this.#output.write(this.#line("NODE", (column) => column.heading));
    }
    await this.#output.write(this.#line(node, (column) => column.value(item)));
  }

  #line(node: string, text: (column: StreamColumn<T>) => string | undefined): string {
    const cells = this.#columns.map((column) => cell(text(column)).padEnd(column.width));
    return `${[cell(node).padEnd(NODE_WIDTH), ...cells].join("  ").trimEnd()}\n`;
  }

  #document<D extends DescMessage>(node: string, item: MessageShape<D>, schema: D): string {
    const value = replyDocument(schema, node, item);
    if (this.#format === "json") return `${JSON.stringify(value)}\n`;
    return `---\n${renderValue("yaml", value)}\n`;
  }
}
