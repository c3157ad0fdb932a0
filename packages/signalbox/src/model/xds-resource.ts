/**
 * A resource of an xDS group. The encoded message is stored, not the JSON that it was written in:
 * what clients were sent before a restart they are sent after it, byte for byte, under the same
 * version.
 */
export interface XdsResource {
  readonly groupId: string;
  readonly typeUrl: string;
  readonly name: string;
  /** The message, encoded, in base64. */
  readonly message: string;
  /** Derived from the content; what clients are told. */
  readonly version: string;
  readonly modifiedAt: string;
  readonly modifiedBy: string;
}
