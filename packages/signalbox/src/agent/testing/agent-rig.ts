import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { type Clock, silentLog, systemClock, systemRandom } from "@signalbox/base";
import type { NodeCertificateAuthority } from "../../authority/node-certificate-authority.ts";
import { createAuthorityFixture } from "../../authority/testing/authority-fixture.ts";
import type { TlsIdentity } from "../../credentials/tls-identity.ts";
import { JsNodeClient } from "../../nodes/testing/js-node-client.ts";
import type { AgentRoots } from "../agent-deps.ts";
import { AgentServer } from "../agent-server.ts";
import { createAgentServices } from "../agent-services.ts";
import { MachineLife } from "../machine-life.ts";

const HOUR_MS = 3_600_000;
/** Machines of tests are busy: a file system is not gone when it does not answer at once. */
const PATIENT: Clock = {
  ...systemClock,
  after: (ms, callback) => systemClock.after(ms * 30, callback),
};
const MACHINE: AgentRoots = { proc: "/proc", sys: "/sys", root: "/" };

/** Who shows a certificate. */
export interface TestPeer {
  readonly roles?: readonly string[];
  readonly uris?: readonly string[];
  /** @default "client" */
  readonly usage?: "server" | "client";
}

/** An agent of this machine, with real certificates, that grpc-js calls. */
export class AgentRig {
  readonly server: AgentServer;
  readonly authority: NodeCertificateAuthority;
  readonly #t: TestContext;
  readonly #life: MachineLife;
  readonly #renewed = new Set<(identity: TlsIdentity) => void>();
  #address = "";

  private constructor(
    t: TestContext,
    authority: NodeCertificateAuthority,
    identity: TlsIdentity,
    roots: AgentRoots,
  ) {
    this.#t = t;
    this.authority = authority;
    const deps = { clock: systemClock, random: systemRandom, log: silentLog };
    const life = new MachineLife({ ...deps, roots });
    this.#life = life;
    this.server = new AgentServer({
      services: createAgentServices(
        { ...deps, clock: PATIENT, roots },
        { version: { tag: "0.1.0" }, life },
      ),
      identity: {
        current: () => identity,
        onChange: (listener) => {
          this.#renewed.add(listener);
          return () => void this.#renewed.delete(listener);
        },
      },
      ...deps,
    });
  }

  /** When the test is over, nothing of the agent's may be left. */
  static async use(t: TestContext, roots: AgentRoots = MACHINE): Promise<AgentRig> {
    const { authority } = await createAuthorityFixture(t);
    const rig = new AgentRig(t, authority, await issue(authority, { usage: "server" }), roots);
    const { port } = await rig.server.listen({ port: 0 });
    rig.#address = `127.0.0.1:${port}`;
    t.after(async () => {
      await rig.#life.stop();
      await rig.server.close(1);
      assert.deepEqual(rig.server.held, { calls: 0, connections: 0, timers: 0 });
      assert.equal(rig.#renewed.size, 0);
    });
    return rig;
  }

  get address(): string {
    return this.#address;
  }

  issue(peer: TestPeer): Promise<TlsIdentity> {
    return issue(this.authority, peer);
  }

  /** A client with a certificate of its own. */
  async clientFor(...roles: readonly string[]): Promise<JsNodeClient> {
    return this.clientWith(await this.issue({ roles }));
  }

  clientWith(identity: Partial<TlsIdentity>): JsNodeClient {
    return JsNodeClient.use(this.#t, this.#address, identity);
  }

  /** The agent shows this certificate from now on. */
  renew(identity: TlsIdentity): void {
    for (const listener of this.#renewed) listener(identity);
  }
}

async function issue(
  authority: NodeCertificateAuthority,
  { roles = [], uris = [], usage = "client" }: TestPeer,
): Promise<TlsIdentity> {
  const { certificatePem: cert, keyPem: key = "" } = await authority.issue({
    commonName: "someone",
    organizations: roles,
    names: ["localhost"],
    addresses: ["127.0.0.1"],
    uris,
    usage,
    validMs: HOUR_MS,
  });
  return { cert, key, ca: authority.certificatePem };
}
