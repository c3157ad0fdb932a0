import { Echo } from "#gen/signalbox/testing/v1/echo_pb.js";
import { serviceOf, type TypedService } from "../service/service-of.ts";

/** All four kinds of call; each does what its name says. */
export const echoService: TypedService = serviceOf(Echo, {
  unary: ({ text, payload }) => ({ text, payload }),
  async *serverStream({ text, repeat, payload }) {
    for (let n = 1; n <= repeat; n++) yield { text: `${text} ${n}`, payload };
  },
  async clientStream(requests) {
    const texts: string[] = [];
    for await (const { text } of requests) texts.push(text);
    return { text: texts.join(" ") };
  },
  async *bidi(requests) {
    for await (const { text, payload } of requests) yield { text, payload };
  },
});
