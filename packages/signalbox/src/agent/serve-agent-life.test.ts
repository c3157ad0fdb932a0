import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog, systemClock, systemRandom } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { Channel, clientOf } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import { addServer, createEnrolmentRig, HOUR_MS } from "../authority/testing/enrolment-rig.ts";
import { serveAgent } from "./serve-agent.ts";

test("an agent runs its services, and stops at once with all that it runs", async (t) => {
  const rig = await createEnrolmentRig(t);
  const { metadata } = await addServer(rig);
  const { token } = await rig.tokens.mint(metadata);
  const pidFile = join(rig.folder, "pid");
  const tokenFile = join(rig.folder, "token");
  const configFile = join(rig.folder, "agent.yaml");
  writeFileSync(tokenFile, token);
  const script = `echo hello; echo $$ >${pidFile}; exec sleep 60`;
  writeFileSync(
    configFile,
    `services: [{ id: web, command: /bin/sh, args: [-c, ${JSON.stringify(script)}] }]`,
  );
  const stopped = new AbortController();
  const ready = Promise.withResolvers<string>();
  const ended = serveAgent(
    {
      version: { tag: "0.1.0" },
      listen: { host: "127.0.0.1", port: 0 },
      directory: join(rig.folder, "agent"),
      enrolment: rig.address,
      tokenFile,
      configFile,
    },
    {
      // No limit passes: who waits for the end of the time that calls are given waits for ever.
      clock: { ...systemClock, after: () => () => {} },
      random: systemRandom,
      log: silentLog,
      signal: stopped.signal,
      announce: (line) => ready.resolve(line.replace("ready on ", "")),
    },
  );
  const address = await Promise.race([ready.promise, ended.then(() => assert.fail("it ended"))]);
  const client = await rig.authority.issue({
    commonName: "daemon",
    organizations: ["os:operator"],
    names: [],
    addresses: [],
    uris: [],
    usage: "client",
    validMs: HOUR_MS,
  });
  const { certificatePem: cert, keyPem: key = "" } = client;
  const material = { cert, key, ca: rig.authority.certificatePem };
  const channel = new Channel(address, {
    tls: { material: () => material, serverName: metadata.id },
  });
  t.after(() => channel.destroy());
  const machine = clientOf(MachineService, channel);

  await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8") !== "");
  const pid = Number(readFileSync(pidFile, "utf8"));
  process.kill(pid, 0);
  const lines = machine.logs({ namespace: "system", id: "web", tailLines: -1, follow: true });
  let printed = "";
  const printing = (async () => {
    for await (const { bytes } of lines) printed += Buffer.from(bytes).toString();
  })();
  await until(() => printed === "hello\n");
  const events = Array.fromAsync(machine.events({ tailEvents: -1 }));
  await assert.rejects(machine.reboot({}), /--allow-power/);
  stopped.abort();
  await ended;
  await printing;
  assert.equal(printed, "hello\n");
  assert.ok((await events).length > 3);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});
