import { execFileSync } from "node:child_process";

/** A self-signed certificate with its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Made by the openssl program. */
export function createCertificate(commonName: string): Certificate {
  // biome-ignore format: a flag and its value on one line
  const args = [
    "req", "-x509", "-nodes",
    "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-subj", `/CN=${commonName}`,
    "-keyout", "-", "-out", "-",
  ];
  const pem = execFileSync("openssl", args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const split = pem.indexOf("-----BEGIN CERTIFICATE-----");
  return { key: pem.slice(0, split), cert: pem.slice(split) };
}
