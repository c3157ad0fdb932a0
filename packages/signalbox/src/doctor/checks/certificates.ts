import { failure, type Judgement, warning, well } from "../finding.ts";
import { modeText, timeText } from "../quantity.ts";

/** Certificate, key or authority of the TLS listeners. */
export interface CertificateFile {
  /** `tls.certificate` */
  readonly option: string;
  readonly path: string;
  readonly content:
    | { readonly is: "unreadable"; readonly reason: string }
    | { readonly is: "key"; readonly fits: boolean; readonly mode: number }
    | {
        readonly is: "certificate";
        readonly subject: string;
        /** Undefined for a date that cannot be read. */
        readonly notBeforeMs: number | undefined;
        readonly notAfterMs: number | undefined;
        readonly isAuthority: boolean;
        /** OIDs of the extended key usage; undefined without the extension. */
        readonly usages: readonly string[] | undefined;
      };
}

export interface CertificatesFacts {
  readonly nowMs: number;
  readonly files: readonly CertificateFile[];
}

const DAY_MS = 86_400_000;
const WARNS_BEFORE_MS = 14 * DAY_MS;
const OTHERS_READ = 0o044;
/** RFC 5280 §4.2.1.12: what a server's certificate is for, and what is for anything. */
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_USAGE = "2.5.29.37.0";

export function judgeCertificates({ nowMs, files }: CertificatesFacts): readonly Judgement[] {
  if (files.length === 0) return [well("none is configured")];
  return files.flatMap((file) => judgeFile(file, nowMs));
}

function judgeFile(file: CertificateFile, nowMs: number): readonly Judgement[] {
  const { option, path, content } = file;
  switch (content.is) {
    case "unreadable":
      return [
        failure(
          `${option}: ${path} cannot be used: ${content.reason}`,
          "give a PEM file that the daemon's user may read",
        ),
      ];
    case "key":
      return [judgeKey(file, content)];
    case "certificate":
      return [...judgeUse(file, content), judgeTime(file, content, nowMs)];
  }
}

type Content<Is extends CertificateFile["content"]["is"]> = Extract<
  CertificateFile["content"],
  { readonly is: Is }
>;

function judgeKey({ option, path }: CertificateFile, { fits, mode }: Content<"key">): Judgement {
  if (!fits) {
    return failure(
      `${option}: ${path} does not belong to the certificate`,
      "give the key that it was made with",
    );
  }
  if ((mode & OTHERS_READ) !== 0) {
    return warning(
      `${option}: other users may read ${path} (mode ${modeText(mode)})`,
      `\`chmod go-rwx ${path}\``,
    );
  }
  return well(`${option}: ${path} belongs to the certificate`);
}

function judgeUse(
  { option, path }: CertificateFile,
  { isAuthority, usages }: Content<"certificate">,
): readonly Judgement[] {
  if (option === "tls.clientCa") {
    if (isAuthority) return [];
    const found = `${option}: ${path} is no authority: no client certificate can be signed by it`;
    return [failure(found, "give the certificate of the authority that signs clients")];
  }
  if (usages === undefined || usages.includes(SERVER_AUTH) || usages.includes(ANY_USAGE)) return [];
  const found = `${option}: ${path} is not for servers (its extended key usage lacks serverAuth)`;
  return [failure(found, "have one issued for server authentication")];
}

function judgeTime(
  { option, path }: CertificateFile,
  { subject, notBeforeMs, notAfterMs }: Content<"certificate">,
  nowMs: number,
): Judgement {
  if (notBeforeMs === undefined || notAfterMs === undefined) {
    return failure(
      `${option}: ${path} cannot be used: the dates of its validity cannot be read`,
      "have it issued anew: nobody accepts it",
    );
  }
  const until = timeText(notAfterMs);
  const advice = "renew it; a daemon that runs reads the new file by itself";
  if (nowMs > notAfterMs) return failure(`${option}: ${path} expired at ${until}`, advice);
  if (nowMs < notBeforeMs) {
    const from = timeText(notBeforeMs);
    return failure(
      `${option}: ${path} is not valid before ${from}`,
      "wait, or look at the host's clock",
    );
  }
  if (notAfterMs - nowMs < WARNS_BEFORE_MS) {
    return warning(`${option}: ${path} expires soon, at ${until}`, advice);
  }
  return well(`${option}: ${subject}, good until ${until}`);
}
