import { type FieldFault, Problem } from "@signalbox/base";
import type { Work } from "../pipeline/row.ts";

/** Decodes and checks what the URL carries. */
export function pathAndQuery(): Work<"request" | "route", "params" | "query"> {
  return {
    enter: ({ request, route }) => {
      const params = route.operation.params(route.rawParams);
      if (!params.ok) throw malformed(params.error);
      const query = route.operation.query(request.search);
      if (!query.ok) throw malformed(query.error);
      return { params: params.value, query: query.value };
    },
  };
}

/** Strict clients look for the first words (compute-api §4.12). */
function malformed(faults: readonly FieldFault[]): Problem {
  const [first] = faults;
  const where = first === undefined ? "" : `: ${first.pointer} ${first.detail}`;
  return new Problem("invalid_request", `invalid path/query element${where}`, { faults });
}
