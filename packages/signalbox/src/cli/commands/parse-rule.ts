import { Problem } from "@signalbox/base";

/** A rule as the API takes it. */
export interface RuleBody {
  readonly direction: string;
  readonly protocol: string;
  readonly port?: number;
  readonly portMax?: number;
  readonly prefix?: string;
}

const SHAPE =
  /^(?<direction>ingress|egress):(?<protocol>[a-z]+)(?::(?<port>\d+)(?:-(?<portMax>\d+))?)?(?::(?<prefix>[0-9a-f.:]+\/\d+))?$/i;

/**
 * Parses `ingress:tcp:80-90:10.0.0.0/8`.
 *
 * @throws Problem `invalid_request` with an example
 */
export function parseRule(text: string): RuleBody {
  const groups = SHAPE.exec(text)?.groups;
  if (groups === undefined) {
    throw new Problem(
      "invalid_request",
      `${text} is not a rule; write DIRECTION:PROTOCOL[:PORT[-PORT]][:CIDR], for example ingress:tcp:22`,
    );
  }
  const { direction = "", protocol = "", port, portMax, prefix } = groups;
  return {
    direction,
    protocol,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(portMax === undefined ? {} : { portMax: Number(portMax) }),
    ...(prefix === undefined ? {} : { prefix }),
  };
}
