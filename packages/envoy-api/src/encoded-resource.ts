/** A resource as an xDS server serves it: its name, and its message as bytes. */
export interface EncodedResource {
  /** What clients subscribe to; unique within the type. */
  readonly name: string;
  readonly typeUrl: string;
  /** The message. Equal messages give equal bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}
