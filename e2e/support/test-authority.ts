import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** The options of a test that needs certificates: without openssl it is skipped, or fails. */
export const withOpenssl = {
  skip: hasOpenssl() || process.env["REQUIRE_PEERS"] === "1" ? false : "peer missing: openssl",
};

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A certificate authority in a directory, made by the openssl program. */
export class TestAuthority {
  readonly #directory: string;
  /** File of the authority's own certificate. */
  readonly cert: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.cert = join(directory, "ca.pem");
    this.#openssl(["-subj", "/CN=test authority", "-keyout", join(directory, "ca.key")], this.cert);
  }

  /**
   * @param subject `/CN=name/O=organization`
   * @param names subject alternative names, as `URI:spiffe://x/y,IP:127.0.0.1`
   */
  issue(file: string, subject: string, names = "DNS:localhost,IP:127.0.0.1"): CertificateFiles {
    const cert = join(this.#directory, `${file}.pem`);
    const key = join(this.#directory, `${file}.key`);
    const signer = ["-CA", this.cert, "-CAkey", join(this.#directory, "ca.key")];
    const extension = ["-addext", `subjectAltName=${names}`];
    const leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
    this.#openssl(["-subj", subject, "-keyout", key, ...signer, ...extension, ...leaf], cert);
    return { cert, key };
  }

  #openssl(args: readonly string[], out: string): void {
    const all = ["req", "-x509", "-days", "2", ...NEW_KEY, ...args, "-out", out];
    execFileSync("openssl", all, { stdio: ["ignore", "ignore", "pipe"] });
  }
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
