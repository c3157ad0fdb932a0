import { type CancelTimer, Channel, type Clock, Problem } from "@signalbox/base";
import type { Commit } from "../commit/commit.ts";
import type { WatchEvent } from "../store.ts";

/** One reader that is up to date: every commit that matches goes straight into its channel. */
export interface Watcher {
  readonly matches: (commit: Commit) => Commit | undefined;
  readonly channel: Channel<WatchEvent>;
  /** The last revision that the reader took; where it resumes when it is cut off. */
  taken: number;
  /** The last revision that was put into the channel. */
  told: number;
}

export interface WatchHubOptions {
  readonly clock: Clock;
  /** A watcher that had nothing for this long while revisions passed gets a bookmark. */
  readonly bookmarkIntervalMs: number;
  readonly onCutOff: () => void;
  /** Called with the number of watchers when it may have changed. */
  readonly onWatchers: (count: number) => void;
}

/** Hands commits to watchers. It never waits: a reader whose channel is full is cut off. */
export class WatchHub {
  readonly #options: WatchHubOptions;
  readonly #watchers = new Set<Watcher>();
  #revision = 0;
  #cancelBookmarks: CancelTimer | undefined;
  #closed: Problem | undefined;

  constructor(options: WatchHubOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watchers.size;
  }

  /**
   * @param revision the present one, up to which the reader already knows everything.
   * @throws the error of `close`, after it
   */
  add(matches: Watcher["matches"], capacity: number, revision: number): Watcher {
    if (this.#closed !== undefined) throw this.#closed;
    const channel = new Channel<WatchEvent>(capacity);
    const watcher: Watcher = { matches, channel, taken: revision, told: revision };
    this.#watchers.add(watcher);
    this.#options.onWatchers(this.size);
    return watcher;
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#options.onWatchers(this.size);
    watcher.channel.close();
    if (this.#watchers.size === 0) this.#stopBookmarks();
  }

  publish(commit: Commit): void {
    this.#revision = commit.revision;
    let someoneIsBehind = false;
    for (const watcher of this.#watchers) {
      const event = watcher.matches(commit);
      if (event === undefined) someoneIsBehind = true;
      else this.#send(watcher, event);
    }
    if (someoneIsBehind) this.#scheduleBookmarks();
  }

  /** Ends every watch with `error`, those to come included. */
  close(error: Problem): void {
    this.#closed = error;
    this.#stopBookmarks();
    for (const { channel } of this.#watchers) channel.cut(error);
    this.#watchers.clear();
  }

  #send(watcher: Watcher, event: Commit): void {
    if (watcher.channel.send(event) === "sent") {
      watcher.told = event.revision;
      return;
    }
    this.#watchers.delete(watcher);
    this.#options.onWatchers(this.size);
    this.#options.onCutOff();
    watcher.channel.cut(
      new Problem(
        "reader_too_slow",
        `the watch fell ${watcher.channel.size} events behind; resume from revision ${watcher.taken}`,
      ),
    );
  }

  #scheduleBookmarks(): void {
    this.#cancelBookmarks ??= this.#options.clock.after(this.#options.bookmarkIntervalMs, () => {
      this.#cancelBookmarks = undefined;
      this.#bookmark();
    });
  }

  #stopBookmarks(): void {
    this.#cancelBookmarks?.();
    this.#cancelBookmarks = undefined;
  }

  #bookmark(): void {
    const event: WatchEvent = Object.freeze({ type: "bookmark", revision: this.#revision });
    for (const watcher of this.#watchers) {
      if (watcher.told >= this.#revision) continue;
      // A full channel needs no bookmark: its reader has events to go on with.
      if (watcher.channel.send(event) === "sent") watcher.told = this.#revision;
    }
  }
}
