/** How a field of a protobuf message is laid out; the low three bits of its tag. */
interface WireTypes {
  readonly varint: 0;
  readonly fixed64: 1;
  readonly bytes: 2;
  readonly startGroup: 3;
  readonly endGroup: 4;
  readonly fixed32: 5;
}

export const WIRE_TYPE: WireTypes = Object.freeze({
  varint: 0,
  fixed64: 1,
  bytes: 2,
  startGroup: 3,
  endGroup: 4,
  fixed32: 5,
});
