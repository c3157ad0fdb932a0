import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Problem, type ProblemCode, systemClock, VirtualClock } from "@signalbox/base";
import { downloadImage, type Download } from "./download-image.ts";

const BYTES = Buffer.from("an image, or so it says");
/** Long enough to strike no test on the host's clock. */
const IDLE_MS = 60_000;

describe("downloadImage", () => {
  let directory = "";
  let server: Server | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-download-"));
  });

  afterEach(async () => {
    if (server !== undefined) {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      server = undefined;
    }
    rmSync(directory, { recursive: true });
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/disk.qcow2`;
  }

  function download(uri: string, changes: Partial<Download> = {}): Promise<string> {
    return downloadImage({
      uri,
      target: join(directory, "target"),
      maxBytes: 1000,
      idleTimeoutMs: IDLE_MS,
      clock: systemClock,
      signal: new AbortController().signal,
      onProgress: () => {},
      ...changes,
    });
  }

  async function failsWith(promise: Promise<unknown>, code: ProblemCode, message: RegExp) {
    await assert.rejects(promise, (error) => {
      assert.ok(Problem.is(error, code), String(error));
      assert.match(error.message, message);
      return true;
    });
  }

  test("copies a file and answers the digest of its bytes", async () => {
    const source = join(directory, "source with spaces.qcow2");
    writeFileSync(source, BYTES);
    const percents: number[] = [];
    const digest = await download(pathToFileURL(source).href, {
      onProgress: (percent) => percents.push(percent),
    });
    assert.equal(digest, createHash("sha256").update(BYTES).digest("hex"));
    assert.deepEqual(readFileSync(join(directory, "target")), BYTES);
    assert.deepEqual(percents, [100]);
  });

  test("fetches over HTTP", async () => {
    const uri = await serve((_request, response) => void response.end(BYTES));
    await download(uri);
    assert.deepEqual(readFileSync(join(directory, "target")), BYTES);
  });

  test("a source that announces too much is not read at all", async () => {
    const uri = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "1001" });
      response.write("x");
    });
    await failsWith(download(uri), "unprocessable", /larger than the 1000 bytes/);
    assert.equal(existsSync(join(directory, "target")), false);
  });

  test("a source that sends too much is cut off", async () => {
    const uri = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(500)));
      };
      response.on("drain", more);
      more();
    });
    await failsWith(download(uri), "unprocessable", /larger than the 1000 bytes/);
  });

  test("a source that falls silent is given up", async () => {
    const uri = await serve((_request, response) => void response.write("x"));
    const clock = new VirtualClock();
    const failing = failsWith(download(uri, { clock }), "provider_unavailable", /sent nothing/);
    const progress = { ended: false };
    void failing.finally(() => (progress.ended = true));
    // The timer starts anew with each chunk, so time is moved until it has struck.
    while (!progress.ended) await clock.advance(IDLE_MS);
    await failing;
    assert.equal(clock.pending, 0);
  });

  /** The source sends ten parts, each less than half of the timeout after the one before was taken. */
  async function downloadInParts(partBytes: number): Promise<string> {
    const clock = new VirtualClock();
    let response: ServerResponse | undefined;
    let sent = 0;
    const send = (): void => {
      sent += 1;
      response?.write(Buffer.alloc(partBytes));
    };
    const uri = await serve((_request, opened) => {
      response = opened.writeHead(200, { "content-length": partBytes * 10 });
      send();
    });
    const onProgress = (percent: number): void => {
      if (Math.round(percent) === sent * 10 && sent < 10)
        void clock.advance(IDLE_MS * 0.4).then(send);
    };
    return download(uri, { clock, maxBytes: 1_000_000, onProgress });
  }

  test("a source that only drips is given up", async () => {
    await failsWith(downloadInParts(1000), "provider_unavailable", /sent nothing, or too little/);
  });

  test("a source that is merely slow is read to its end", async () => {
    const digest = createHash("sha256").update(Buffer.alloc(400_000)).digest("hex");
    assert.equal(await downloadInParts(40_000), digest);
  });

  test("a source that hangs up half way", async () => {
    const uri = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "900" });
      response.write("x", () => response.destroy());
    });
    await failsWith(download(uri), "provider_unavailable", /broke off/);
  });

  const ANSWERS: readonly [number, ProblemCode, RegExp][] = [
    [302, "unprocessable", /redirects elsewhere/],
    [404, "unprocessable", /status 404/],
    [429, "provider_unavailable", /status 429/],
    [503, "provider_unavailable", /status 503/],
  ];

  for (const [status, code, message] of ANSWERS) {
    test(`status ${status} is ${code}`, async () => {
      const uri = await serve((_request, response) => {
        response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
      });
      await failsWith(download(uri), code, message);
    });
  }

  test("what is no source is refused", async () => {
    await failsWith(download("ftp://example.com/x"), "unprocessable", /file:, http: or https:/);
    await failsWith(download("not a URL"), "unprocessable", /file:, http: or https:/);
    await failsWith(download("file://elsewhere/x"), "unprocessable", /no file on this host/);
    await failsWith(download("file:///no/such/file"), "unprocessable", /cannot be read/);
    await failsWith(download("file:///dev/zero"), "unprocessable", /not a regular file/);
  });

  test("the caller may give up", async () => {
    const uri = await serve((_request, response) => void response.write("x"));
    const giving = new AbortController();
    const reason = new Error("enough");
    const given = download(uri, { signal: giving.signal });
    giving.abort(reason);
    await assert.rejects(given, (error) => error === reason);
  });
});
