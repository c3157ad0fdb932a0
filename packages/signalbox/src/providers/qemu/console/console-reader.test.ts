import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { ConsoleReader } from "./console-reader.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function reader(maxBufferedBytes: number) {
  const sent: string[] = [];
  let closed = 0;
  const stream = new ConsoleReader({
    maxBufferedBytes,
    send: (bytes, taken) => {
      sent.push(bytes.toString());
      taken();
    },
    onClosed: () => (closed += 1),
  });
  return { stream, sent, closes: () => closed };
}

test("a slow reader misses output and is told how much; memory stays bounded", async () => {
  const { stream } = reader(100);
  for (let n = 0; n < 50; n += 1) {
    stream.deliver(Buffer.alloc(10, "x"));
    assert.ok(stream.readableLength <= 100);
  }
  let got = "";
  stream.setEncoding("utf8").on("data", (text: string) => (got += text));
  await settled();
  stream.deliver(Buffer.from("later"));
  await settled();
  assert.match(got, /^x{100}/);
  assert.match(got, /\[400 bytes of output left out/);
  assert.match(got, /later$/);
  stream.destroy();
});

test("what is typed goes to the guest, and leaving is told once", async () => {
  const { stream, sent, closes } = reader(100);
  stream.write("ls\r");
  stream.destroy();
  stream.destroy();
  await once(stream, "close");
  assert.deepEqual(sent, ["ls\r"]);
  assert.equal(closes(), 1);
});

test("the end of the machine ends the stream", async () => {
  const { stream } = reader(100);
  stream.resume();
  const closed = once(stream, "close");
  stream.finish();
  stream.deliver(Buffer.from("too late"));
  await closed;
});
