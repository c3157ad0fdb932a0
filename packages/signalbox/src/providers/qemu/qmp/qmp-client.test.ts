import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { Problem, systemClock, VirtualClock } from "@signalbox/base";
import { QmpClient } from "./qmp-client.ts";
import { QmpError } from "./qmp-error.ts";

const GREETING = '{"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 7}}}}\r\n';
const signal = new AbortController().signal;

describe("QmpClient", () => {
  let directory = "";
  let server: Server;
  let sockets: Socket[] = [];
  let descriptor: number;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-qmp-"));
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    server.close();
    await once(server, "close");
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
  });

  /** A peer that greets, and answers every command as `answer` says; undefined: not at all. */
  async function listen(
    answer: (command: { execute: string; id: number }) => string | undefined,
    at: string = directory,
  ): Promise<void> {
    server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => {});
      socket.write(GREETING);
      socket.on("data", (bytes) => {
        for (const line of bytes.toString().trim().split("\n")) {
          const command = JSON.parse(line) as { execute: string; id: number };
          const isHandshake = command.execute === "qmp_capabilities";
          const text = isHandshake ? `{"return": {}, "id": ${command.id}}` : answer(command);
          if (text !== undefined) socket.write(`${text}\r\n`);
        }
      });
    });
    // Through a descriptor of the directory, as a deep one makes the whole path too long to bind.
    descriptor = openSync(at, constants.O_RDONLY | constants.O_DIRECTORY);
    server.listen(`/proc/self/fd/${descriptor}/qmp.sock`);
    await once(server, "listening");
  }

  const echo = ({ execute, id }: { execute: string; id: number }): string =>
    JSON.stringify({ return: execute, id });

  test("commands get their own answers, in whatever order these come", async () => {
    const held: string[] = [];
    await listen((command) => {
      held.push(echo(command));
      return held.length === 2 ? held.reverse().join("\r\n") : undefined;
    });
    const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
    const answers = await Promise.all([client.execute("first"), client.execute("second")]);
    assert.deepEqual(answers, ["first", "second"]);
    client.close();
  });

  test("a directory deeper than a socket's address may be long is no hindrance", async () => {
    const deep = join(directory, "d".repeat(100), "e".repeat(100));
    mkdirSync(deep, { recursive: true });
    await listen(echo, deep);
    const client = await QmpClient.connect(deep, "qmp.sock", { clock: systemClock, signal });
    assert.equal(await client.execute("query-name"), "query-name");
    client.close();
  });

  test("a refusal carries QEMU's words", async () => {
    await listen(
      ({ id }) => `{"error": {"class": "CommandNotFound", "desc": "what?"}, "id": ${id}}`,
    );
    const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
    await assert.rejects(
      client.execute("frobnicate"),
      (error) => error instanceof QmpError && error.message === "frobnicate: what?",
    );
    client.close();
  });

  test("no answer in time is an error, and leaves no timer", async () => {
    await listen(() => undefined);
    const clock = new VirtualClock();
    const client = await QmpClient.connect(directory, "qmp.sock", {
      clock,
      signal,
      timeoutMs: 500,
    });
    const answer = assert.rejects(client.execute("query-status"), isUnavailable);
    await clock.advance(500);
    await answer;
    assert.equal(clock.pending, 0);
    client.close();
  });

  test("the caller may give up", async () => {
    await listen(() => undefined);
    const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
    const giving = new AbortController();
    const reason = new Error("enough");
    const answer = client.execute("query-status", {}, { signal: giving.signal });
    giving.abort(reason);
    await assert.rejects(answer, (error) => error === reason);
    client.close();
  });

  test("the end of the connection ends what waits, and is told once", async () => {
    await listen(() => undefined);
    const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
    let closes = 0;
    client.onClose(() => (closes += 1));
    const answer = client.execute("query-status");
    sockets[0]?.destroy();
    await assert.rejects(answer, isUnavailable);
    client.close();
    assert.equal(closes, 1);
    await assert.rejects(client.execute("query-status"), isUnavailable);
  });

  test("a peer that talks nonsense is hung up on", async () => {
    await listen(() => "this is not JSON");
    const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
    await assert.rejects(client.execute("query-status"), isUnavailable);
    assert.equal(client.closed, true);
  });

  test("events reach listeners until they leave", async () => {
    await listen((command) => `{"event": "POWERDOWN"}\r\n${echo(command)}`);
    const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
    const heard: string[] = [];
    const leave = client.onEvent(({ name }) => heard.push(name));
    await client.execute("system_powerdown");
    leave();
    await client.execute("system_powerdown");
    assert.deepEqual(heard, ["POWERDOWN"]);
    client.close();
  });

  function isUnavailable(error: unknown): boolean {
    return Problem.is(error, "provider_unavailable");
  }
});
