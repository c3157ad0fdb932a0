import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes an authority with openssl. @returns its certificate, and what issues others by name */
export function useAuthority(t: TestContext): {
  readonly certificate: string;
  readonly issue: (commonName: string) => TestCertificate;
} {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const make = (name: string, more: readonly string[]): TestCertificate => {
    const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
    const files = ["-subj", `/CN=${name}`, "-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", "-days", "2", ...NEW_KEY, ...files, ...more], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return { certificate: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  };
  const { certificate } = make("authority", []);
  const signer = ["-CA", join(folder, "authority.pem"), "-CAkey", join(folder, "authority.key")];
  const leaf = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"];
  return { certificate, issue: (commonName) => make(commonName, [...signer, ...leaf]) };
}
