import type { TableWatcher } from "../table/resource-table.ts";

/** A watcher that notes what it was told, as streams do. */
export class RecordingWatcher implements TableWatcher {
  #told: string[] = [];

  resourceChanged(name: string): void {
    this.#told.push(name);
  }

  tableChanged(): void {
    this.#told.push("(table)");
  }

  stateChanged(): void {
    this.#told.push("(state)");
  }

  /** What it was told since the last time, in order. */
  take(): string[] {
    const told = this.#told;
    this.#told = [];
    return told;
  }
}
