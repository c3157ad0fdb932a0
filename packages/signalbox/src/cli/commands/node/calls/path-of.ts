import type { DescMethod } from "@bufbuild/protobuf";

/** `/machine.MachineService/Version` */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}
