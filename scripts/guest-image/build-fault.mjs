/** A failure that the user can act on: its message is printed alone, without a stack. */
export class BuildFault extends Error {
  /** @override */
  name = "BuildFault";
}
