import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, it } from "node:test";
import { desiredServer } from "../../conformance/desired.ts";
import { CALM, eventually, prints, reach } from "../../conformance/steps.ts";
import { MACHINE_TEST } from "../testing/provider-place.ts";
import { createQemuHarness, script } from "../testing/qemu-harness.ts";

const PUBLIC = "127.64.7.1";
const INSIDE_PORT = 8080;
/** What a guest says to whom it reaches; a visit of others to a port of ours is none of its. */
const GREETING = "hello from the guest";
const PATIENCE_MS = 30_000;

describe("a guest on its network", MACHINE_TEST, () => {
  it("has its address, is reached at its public one, and reaches nothing of the host", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    let greetings = 0;
    const service = createServer((socket) => {
      socket.setEncoding("utf8").on("data", (text: string) => {
        if (text.includes(GREETING)) greetings += 1;
      });
      socket.on("error", () => {});
      socket.end("a secret of the host");
    });
    // On every address of the host, its loopback among them.
    t.after(() => void service.close());
    service.listen(0, "0.0.0.0");
    await once(service, "listening");
    const { port } = service.address() as AddressInfo;
    assert.equal(await hear("127.0.0.1", port), "a secret of the host");

    const targets = ["10.77.0.1", "10.77.0.2", "10.77.0.3", "127.0.0.1", ...hostAddresses()];
    const server = desiredServer(harness, {
      publicIP: PUBLIC,
      rules: [{ direction: "ingress", protocol: "tcp", port: INSIDE_PORT }],
      ...script(
        "ip -4 -o addr show dev eth0",
        ...targets.map(
          (to) => `echo "tried ${to}: $(echo "${GREETING}" | nc -w 3 ${to} ${port} 2>&1)" &`,
        ),
        "wait",
        "echo all tried",
        `while true; do echo "the guest itself" | nc -l -p ${INSIDE_PORT}; done &`,
      ),
    });
    await reach(harness, server);
    const output = await prints(harness, server, "all tried");
    assert.match(output, new RegExp(`inet ${server.privateIP.replaceAll(".", "\\.")}/24`));
    assert.doesNotMatch(output, /a secret of the host/);
    assert.equal(greetings, 0);

    // Between two visits, the guest does not listen for a moment.
    const answer = (): Promise<string> =>
      eventually(harness, "the guest answers", () => hear(PUBLIC, INSIDE_PORT));
    assert.equal(await answer(), "the guest itself\n");

    // Which ports are open is asked of QEMU, so a daemon that has not opened them closes them too.
    await harness.reopen();
    assert.equal(await answer(), "the guest itself\n");
    const shut = { ...server, rules: [] };
    const { notices } = await harness.provider.ensureServer(shut, CALM);
    assert.deepEqual(notices, []);
    assert.equal(await refuses(PUBLIC, INSIDE_PORT), true);
  });

  it("says why a port is not forwarded, and forwards it once it is free", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const squatter = createServer();
    squatter.listen(0, PUBLIC);
    await once(squatter, "listening");
    const { port } = squatter.address() as AddressInfo;
    const server = desiredServer(harness, {
      publicIP: PUBLIC,
      rules: [{ direction: "ingress", protocol: "tcp", port }],
    });
    const { notices } = await reach(harness, server);
    assert.deepEqual(
      notices.map(({ kind, reason }) => [kind, reason]),
      [["warning", "PortNotForwarded"]],
    );
    assert.match(notices[0]?.message ?? "", /another program listens there/);
    squatter.close();
    await once(squatter, "close");
    assert.deepEqual((await harness.provider.ensureServer(server, CALM)).notices, []);
    assert.equal(await refuses(PUBLIC, port), false);
  });
});

function hostAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}

/** What a connection brings; undefined when it brings nothing. */
async function hear(host: string, port: number): Promise<string | undefined> {
  const socket = connect({ host, port });
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => (text += part));
  socket.on("error", () => {});
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  await once(socket, "close");
  return text === "" ? undefined : text;
}

async function refuses(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once("connect", () => resolve(false));
  socket.once("error", () => resolve(true));
  const refused = await promise;
  socket.destroy();
  return refused;
}
