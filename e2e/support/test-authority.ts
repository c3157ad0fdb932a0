import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createTestAuthority,
  type TestAuthority as Authority,
  type TestNames,
} from "@signalbox/testing";

/** Files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority whose certificates are files in a directory, as programs want them. */
export class TestAuthority {
  readonly #directory: string;
  readonly #authority: Authority = createTestAuthority("test authority");
  /** File of the authority's own certificate. */
  readonly cert: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.cert = join(directory, "ca.pem");
    writeFileSync(this.cert, this.#authority.cert);
  }

  /** Writes `FILE.pem` and `FILE.key`, over what is there. */
  issue(file: string, commonName: string, names: TestNames = {}): CertificateFiles {
    const issued = this.#authority.issue(commonName, names);
    const cert = join(this.#directory, `${file}.pem`);
    const key = join(this.#directory, `${file}.key`);
    writeFileSync(key, issued.key, { mode: 0o600 });
    writeFileSync(cert, issued.cert);
    return { cert, key };
  }
}
