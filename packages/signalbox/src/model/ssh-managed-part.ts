import { createHash } from "node:crypto";
import { fail, ok, type Result } from "@signalbox/base";
import { checkUserData } from "./user-data.ts";

const KEY_PATH = "/etc/ssh/trusted-user-ca-keys.pub";
const CONFIG_PATH = "/etc/ssh/sshd_config.d/90-unikorn-trusted-user-ca.conf";
const PART_FILE_NAME = "unikorn-ssh-certificate-authority";
/** Longest line that goes over as it is; longer ones are encoded (RFC 5322 §2.1.1). */
const MAX_PLAIN_LINE = 998;

/**
 * User data as the guest is to see it: the caller's own with a part that makes sshd trust the
 * authority (compute-api §3.3). The same input always gives the same bytes, so that a machine's
 * seed does not change from one reconcile to the next.
 */
export function mergeSshAuthority(userData: Buffer | undefined, publicKey: string): Result<Buffer> {
  const recognised = checkUserData(userData, true);
  if (!recognised.ok) return recognised;
  const managed = managedCloudConfig(publicKey);
  if (userData === undefined || recognised.value.kind === "absent") return ok(Buffer.from(managed));
  switch (recognised.value.kind) {
    case "gzip":
      return fail("compressed user data cannot be merged");
    case "single":
      return ok(joinParts(userData, recognised.value.mimeType, managed));
    case "multipart": {
      const { boundary, closingOffset, newline } = recognised.value.multipart;
      const part = `--${boundary}\n${managedPart(managed)}\n`.replaceAll("\n", newline);
      return ok(
        Buffer.concat([
          userData.subarray(0, closingOffset),
          Buffer.from(part),
          userData.subarray(closingOffset),
        ]),
      );
    }
    default:
      return recognised.value satisfies never;
  }
}

/**
 * The managed cloud-config. Without `merge_how` cloud-init would let its lists replace those of
 * the caller's own cloud-config.
 */
function managedCloudConfig(publicKey: string): string {
  return `#cloud-config
merge_how:
  - name: list
    settings: [append]
  - name: dict
    settings: [no_replace, recurse_list]
write_files:
  - path: ${KEY_PATH}
    owner: root:root
    permissions: "0644"
    content: ${asciiString(`${publicKey}\n`)}
  - path: ${CONFIG_PATH}
    owner: root:root
    permissions: "0644"
    content: "TrustedUserCAKeys ${KEY_PATH}\\n"
runcmd:
  - systemctl reload ssh || systemctl reload sshd || systemctl restart ssh || systemctl restart sshd || service ssh reload || service sshd reload || service ssh restart || service sshd restart || true
`;
}

function joinParts(userData: Buffer, mimeType: string, managed: string): Buffer {
  const boundary = boundaryFor(userData, managed);
  const plain = isPlain(userData);
  const head = `Content-Type: multipart/mixed; boundary="${boundary}"
MIME-Version: 1.0

--${boundary}
Content-Type: ${mimeType}; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: ${plain ? "7bit" : "base64"}
Content-Disposition: attachment; filename="user-data"

`;
  const tail = `
--${boundary}
${managedPart(managed)}
--${boundary}--
`;
  const body = plain ? userData : Buffer.from(wrapped(userData.toString("base64")));
  return Buffer.concat([Buffer.from(head), body, Buffer.from(tail)]);
}

function managedPart(managed: string): string {
  return `Content-Type: text/cloud-config; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
Content-Disposition: attachment; filename="${PART_FILE_NAME}"

${managed}`;
}

/** Follows from the content, and does not occur in it. */
function boundaryFor(userData: Buffer, managed: string): string {
  for (let round = 0; ; round++) {
    const hash = createHash("sha256").update(`${round}\n`).update(userData).update(managed);
    const boundary = `==${hash.digest("hex").slice(0, 32)}==`;
    if (!userData.includes(boundary)) return boundary;
  }
}

/** True for what survives a mail parser unchanged: short lines of ASCII without carriage returns. */
function isPlain(bytes: Buffer): boolean {
  let lineLength = 0;
  for (const byte of bytes) {
    if (byte === 0x0a) {
      lineLength = 0;
      continue;
    }
    lineLength += 1;
    const printable = byte === 0x09 || (byte >= 0x20 && byte < 0x7f);
    if (!printable || lineLength > MAX_PLAIN_LINE) return false;
  }
  return true;
}

function wrapped(encoded: string): string {
  return (encoded.match(/.{1,76}/g) ?? []).join("\n");
}

/** A YAML double-quoted string in ASCII; JSON's escapes are YAML's too. */
function asciiString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
