// Writes to the store in a directory until it is killed, and says on standard output what was
// acknowledged: one line `WRITER NUMBER REVISION` a transaction, written before the next one begins.
// Each transaction writes the same number to one resource of each kind; see `crash.slow.test.ts`.
import { writeSync } from "node:fs";
import type { Transaction } from "../store.ts";
import { GADGET, WIDGET } from "../conformance/harness.ts";
import { openTestStore } from "./open-test-store.ts";

const WRITERS = 8;
const STDOUT = 1;

const [directory = ""] = process.argv.slice(2);
say("opening\n");
const { store } = await openTestStore(directory, { maxHistoryRevisions: 500 });
say("ready\n");
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(`w-${writer}`)));

async function write(writer: string): Promise<void> {
  for (;;) {
    const { revision, result: number } = await store.transact((tx) => countUp(tx, writer));
    say(`${writer} ${number} ${revision}\n`);
  }
}

/** Returns when the line is in the pipe; whoever reads it may be behind. */
function say(line: string): void {
  for (let rest = Buffer.from(line); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

function countUp(tx: Transaction, writer: string): number {
  const number = (tx.get(WIDGET, writer)?.value.count ?? 0) + 1;
  const widget = { name: "x".repeat((number * 37) % 3000), count: number };
  const gadget = { widgetId: writer, count: number };
  if (number === 1) {
    tx.create(WIDGET, writer, widget);
    tx.create(GADGET, writer, gadget);
    return number;
  }
  tx.update(WIDGET, writer, widget);
  tx.update(GADGET, writer, gadget);
  return number;
}
