import { Duplex } from "node:stream";

/** A serial console that somebody is attached to. */
export interface LiveConsole {
  readonly stream: Duplex;
  /** Shows what the machine prints. */
  readonly print: (text: string) => void;
  /** The machine is gone or off. */
  readonly end: () => void;
}

/**
 * A console that echoes what is typed. It is honest about what stands behind it: every line is
 * answered with the same sentence.
 */
export function createLiveConsole(host: string, text: string): LiveConsole {
  const prompt = `${host} login: `;
  let ended = false;
  let waiting: (() => void) | undefined;
  const release = (): void => {
    const next = waiting;
    waiting = undefined;
    next?.();
  };
  const finish = (): void => {
    if (!ended && !stream.destroyed) stream.push(null);
    ended = true;
    release();
  };
  const stream = new Duplex({
    read: release,
    write: (chunk: Buffer, _encoding, done) => {
      // What is typed waits until its echo was read, so that nothing piles up.
      if (ended || stream.push(echo(chunk, prompt))) done();
      else waiting = () => done();
    },
    final: (done) => {
      finish();
      done();
    },
  });
  stream.push(text === "" ? prompt : text);
  return {
    stream,
    print: (more) => {
      if (!ended && !stream.destroyed) stream.push(more);
    },
    end: () => {
      finish();
      stream.end();
    },
  };
}

function echo(chunk: Buffer, prompt: string): string {
  return chunk
    .toString("latin1")
    .replaceAll(/\r\n|\r|\n/g, `\r\nThis machine is simulated: nothing runs in it.\r\n${prompt}`);
}
