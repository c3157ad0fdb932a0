import assert from "node:assert/strict";
import { once } from "node:events";
import { it } from "node:test";
import { createLiveConsole } from "./live-console.ts";

it("shows what was printed, echoes what is typed, and says that nothing runs", async () => {
  const { stream, print, end } = createLiveConsole("web", "web login: ");
  stream.setEncoding("latin1");
  stream.write("root\r");
  print("reboot: machine reset\r\n");
  end();
  const shown = (await stream.toArray()).join("");
  assert.equal(
    shown,
    "web login: root\r\nThis machine is simulated: nothing runs in it.\r\nweb login: " +
      "reboot: machine reset\r\n",
  );
});

it("takes no more than is read", async () => {
  const { stream, end } = createLiveConsole("web", "");
  let accepted = 0;
  const line = `${"x".repeat(1_023)}\r`;
  while (accepted < 10_000 && stream.write(line)) accepted++;
  assert.ok(stream.readableLength < 256 * 1024, `${stream.readableLength} bytes piled up`);
  assert.ok(accepted < 10_000);
  end();
  stream.resume();
  await once(stream, "close");
});

it("is quiet after its end", async () => {
  const { stream, print, end } = createLiveConsole("web", "");
  stream.destroy();
  await once(stream, "close");
  print("late");
  end();
});
