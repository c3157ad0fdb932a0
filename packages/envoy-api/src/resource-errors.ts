import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import {
  type DeltaDiscoveryResponse,
  type DiscoveryResponse,
  type ResourceName,
  ResourceNameSchema,
} from "#gen/envoy/service/discovery/v3/discovery_pb.js";
import { type Status, StatusSchema } from "#gen/google/rpc/status_pb.js";

/**
 * Why a subscribed resource cannot be had (`envoy.service.discovery.v3.ResourceError`). Written by
 * hand from xds §1.2: the message is younger than the .proto tree that the others are made of.
 */
export interface ResourceError {
  readonly resourceName: ResourceName | undefined;
  readonly errorDetail: Status | undefined;
}

type AnyDiscoveryResponse = DiscoveryResponse | DeltaDiscoveryResponse;

/** The field `resource_errors` in each kind of response. */
const FIELD: Readonly<Record<AnyDiscoveryResponse["$typeName"], number>> = {
  "envoy.service.discovery.v3.DiscoveryResponse": 7,
  "envoy.service.discovery.v3.DeltaDiscoveryResponse": 9,
};
const RESOURCE_NAME = 1;
const ERROR_DETAIL = 2;

/** The response with `errors` in place of those that it had. */
export function withResourceErrors<T extends AnyDiscoveryResponse>(
  response: T,
  errors: readonly ResourceError[],
): T {
  const no = FIELD[response.$typeName];
  const others = response.$unknown?.filter((field) => field.no !== no) ?? [];
  const fields = errors.map((error) => ({
    no,
    wireType: WireType.LengthDelimited,
    data: new BinaryWriter().bytes(encodeError(error)).finish(),
  }));
  return { ...response, $unknown: [...others, ...fields] };
}

/** @throws Error when a `ResourceError` is garbled, as the parser of the response itself would */
export function resourceErrorsOf(response: AnyDiscoveryResponse): readonly ResourceError[] {
  const no = FIELD[response.$typeName];
  return (response.$unknown ?? [])
    .filter((field) => field.no === no && field.wireType === WireType.LengthDelimited)
    .map((field) => decodeError(new BinaryReader(field.data).bytes()));
}

function encodeError({ resourceName, errorDetail }: ResourceError): Uint8Array {
  const writer = new BinaryWriter();
  if (resourceName !== undefined) {
    writer.tag(RESOURCE_NAME, WireType.LengthDelimited);
    writer.bytes(toBinary(ResourceNameSchema, resourceName));
  }
  if (errorDetail !== undefined) {
    writer.tag(ERROR_DETAIL, WireType.LengthDelimited);
    writer.bytes(toBinary(StatusSchema, errorDetail));
  }
  return writer.finish();
}

function decodeError(bytes: Uint8Array): ResourceError {
  const reader = new BinaryReader(bytes);
  let resourceName: ResourceName | undefined;
  let errorDetail: Status | undefined;
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    const isMessage = wireType === WireType.LengthDelimited;
    if (no === RESOURCE_NAME && isMessage) {
      resourceName = fromBinary(ResourceNameSchema, reader.bytes());
    } else if (no === ERROR_DETAIL && isMessage) {
      errorDetail = fromBinary(StatusSchema, reader.bytes());
    } else {
      reader.skip(wireType, no);
    }
  }
  return { resourceName, errorDetail };
}
