import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** A time as it goes over the wire: seconds since 1900, and fractions of 2^32. */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** What a time server of stratum 2 answers, that received and sent at one moment. */
export function ntpAnswer(request: Buffer, { seconds, fraction }: NtpTime): Buffer {
  const answer = Buffer.alloc(48);
  answer[0] = 0x24;
  answer[1] = 2;
  request.copy(answer, 24, 40, 48);
  for (const offset of [32, 40]) {
    answer.writeUInt32BE(seconds, offset);
    answer.writeUInt32BE(fraction, offset + 4);
  }
  return answer;
}

/** A time server on 127.0.0.1 that answers as told: any packets, or none. Answers its port. */
export async function useNtpServer(
  t: TestContext,
  answers: (request: Buffer) => readonly Buffer[],
): Promise<number> {
  const socket = createSocket("udp4");
  socket.on("message", (request, { port, address }) => {
    for (const answer of answers(request)) socket.send(answer, port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  t.after(() => socket.close());
  return socket.address().port;
}
