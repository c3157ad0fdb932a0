import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { type Clock, Problem, type Random } from "@signalbox/base";
import { createResource, modifyResource, type Store } from "@signalbox/store";
import { certificatePin } from "../credentials/certificate-pin.ts";
import { newKeyPair, privateKeyPem } from "../credentials/key-pair.ts";
import { NODE_AUTHORITY } from "../model/kinds.ts";
import {
  type AuthorityGeneration,
  NODE_AUTHORITY_ID,
  type NodeAuthority,
} from "../model/node-authority.ts";
import type {
  CertificateAuthority,
  CertificateOrder,
  IssuedCertificate,
} from "./certificate-order.ts";
import {
  acceptedGenerations,
  activeGeneration,
  nextChange,
  type Overlap,
  ROOT_VALID_MS,
  withSuccessor,
} from "./generations.ts";
import { readKeyFile, writeKeyFile } from "./key-file.ts";
import { openSeal, seal } from "./key-seal.ts";
import { newSerial } from "./new-serial.ts";
import { type Issuer, writeCertificate, writeRootCertificate } from "./write-certificate.ts";

/** Clocks of peers may be this much behind ours. */
const SKEW_MS = 5 * 60_000;

export interface NodeAuthorityDeps {
  readonly store: Store;
  /** Where the key lies that opens the private keys in the store. */
  readonly keyFile: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Opens the authority that the store holds, or makes it on the first start.
 *
 * @throws Problem `config_invalid` when the key file is lost, damaged or another one
 */
export async function openNodeAuthority(
  deps: NodeAuthorityDeps,
): Promise<NodeCertificateAuthority> {
  const present = deps.store.get(NODE_AUTHORITY, NODE_AUTHORITY_ID);
  const key = readKeyFile(deps.keyFile);
  if (present === undefined) {
    const sealKey = key ?? writeKeyFile(deps.keyFile, deps.random);
    const createdAt = new Date(deps.clock.now()).toISOString();
    const first = { ...(await newGeneration(sealKey, deps)), activeFrom: createdAt };
    await createResource(deps.store, NODE_AUTHORITY, NODE_AUTHORITY_ID, { generations: [first] });
    return new NodeCertificateAuthority(sealKey, deps);
  }
  if (key === undefined) throw keyFileProblem(deps.keyFile, "is missing");
  const authority = new NodeCertificateAuthority(key, deps);
  authority.assertOpens();
  return authority;
}

/** The authority of daemon, machines and people. What it is lies in the store alone. */
export class NodeCertificateAuthority implements CertificateAuthority {
  readonly #deps: NodeAuthorityDeps;
  readonly #sealKey: Buffer;
  readonly #issuers = new Map<string, Issuer>();
  readonly #listeners = new Set<() => void>();

  constructor(sealKey: Buffer, deps: NodeAuthorityDeps) {
    this.#sealKey = sealKey;
    this.#deps = deps;
  }

  get certificatePem(): string {
    const accepted = acceptedGenerations(this.#stored(), this.#deps.clock.now());
    return accepted.map(({ certificatePem }) => certificatePem).join("");
  }

  get pin(): string {
    return this.#active().pin;
  }

  /** PEM of the root that signs now. */
  get signingPem(): string {
    return this.#active().certificatePem;
  }

  /** Every root that is kept, in the order of their making. */
  get generations(): readonly AuthorityGeneration[] {
    return this.#stored().generations;
  }

  /** When other roots sign or are trusted than now; undefined: that is not planned. */
  get nextChange(): number | undefined {
    return nextChange(this.#stored(), this.#deps.clock.now());
  }

  async issue(order: CertificateOrder): Promise<IssuedCertificate> {
    const { clock, random } = this.#deps;
    const active = this.#active();
    const made = order.publicKey === undefined ? await newKeyPair() : undefined;
    const publicKey = order.publicKey ?? made?.publicKey;
    if (publicKey === undefined) throw new TypeError("a certificate needs a key");
    const serial = newSerial(random);
    const rootEnds = Date.parse(new X509Certificate(active.certificatePem).validTo);
    // Certificates know seconds alone.
    const now = Math.floor(clock.now() / 1000) * 1000;
    const period = {
      notBefore: now - SKEW_MS,
      notAfter: Math.min(now + order.validMs, rootEnds),
    };
    const issuer = this.#issuer(active);
    return {
      certificatePem: writeCertificate(issuer, serial, period, { ...order, publicKey }),
      ...(made === undefined ? {} : { keyPem: privateKeyPem(made.privateKey) }),
      ...period,
      serial: serial.toString("hex"),
    };
  }

  /**
   * Makes the next root. It is trusted at once, signs when everybody has heard of it, and the
   * present one is trusted until nothing that it signed is left.
   *
   * @throws Problem `conflict` while an earlier rotation is still under way
   */
  async rotate(overlap: Overlap): Promise<void> {
    const { store, clock } = this.#deps;
    const successor = await newGeneration(this.#sealKey, this.#deps);
    await modifyResource(store, NODE_AUTHORITY, NODE_AUTHORITY_ID, (authority) => {
      const now = clock.now();
      if (nextChange(authority, now) !== undefined) {
        throw new Problem("conflict", "the authority is being rotated already");
      }
      return withSuccessor(authority, successor, overlap, now);
    });
    for (const listener of this.#listeners) listener();
  }

  /** Calls back when a root has been added; the answer ends that. */
  onRotated(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @throws Problem `config_invalid` when the key file is not the one that closed the keys */
  assertOpens(): void {
    this.#issuer(this.#active());
  }

  #stored(): NodeAuthority {
    const stored = this.#deps.store.get(NODE_AUTHORITY, NODE_AUTHORITY_ID);
    if (stored === undefined) throw new Problem("unavailable", "the node authority is gone");
    return stored.value;
  }

  #active(): AuthorityGeneration {
    return activeGeneration(this.#stored(), this.#deps.clock.now());
  }

  #issuer(generation: AuthorityGeneration): Issuer {
    const known = this.#issuers.get(generation.pin);
    if (known !== undefined) return known;
    const opened = openSeal(this.#sealKey, generation.pin, generation.sealedKey);
    if (!opened.ok) {
      throw keyFileProblem(this.#deps.keyFile, "is not the one that closed the keys in the store");
    }
    const privateKey = createPrivateKey({ key: opened.value, format: "der", type: "pkcs8" });
    const { subject } = new X509Certificate(generation.certificatePem);
    const issuer = {
      commonName: subject.replace(/^CN=/, ""),
      publicKey: createPublicKey(privateKey),
      privateKey,
    };
    this.#issuers.set(generation.pin, issuer);
    return issuer;
  }
}

/** A root of its own name, so that nobody takes it for another. */
async function newGeneration(
  sealKey: Buffer,
  { clock, random }: Pick<NodeAuthorityDeps, "clock" | "random">,
): Promise<Omit<AuthorityGeneration, "activeFrom">> {
  const pair = await newKeyPair();
  const serial = newSerial(random);
  const commonName = `Signalbox node authority ${serial.toString("hex", 0, 8)}`;
  const now = clock.now();
  const period = { notBefore: now - SKEW_MS, notAfter: now + ROOT_VALID_MS };
  const certificatePem = writeRootCertificate({ ...pair, commonName }, serial, period);
  const pin = certificatePin(certificatePem);
  const key = pair.privateKey.export({ type: "pkcs8", format: "der" });
  const createdAt = new Date(now).toISOString();
  return { pin, certificatePem, sealedKey: seal(sealKey, pin, key, random), createdAt };
}

function keyFileProblem(path: string, what: string): Problem {
  return new Problem(
    "config_invalid",
    `the key file ${path}, which opens the private key of the node authority, ${what}: ` +
      "restore it from a backup. If it is lost for good, `signalbox node ca discard` makes room " +
      "for a new authority; every machine must then be enrolled and every person's " +
      "configuration made anew",
  );
}
