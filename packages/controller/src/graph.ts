import type { Controller } from "./controller.ts";

/** One controller as declared: what it looks at and what it alone writes. */
export interface GraphNode {
  readonly controller: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Who reads and who owns which kind; the documentation that cannot go stale. */
export type ControllerGraph = readonly GraphNode[];

export function createGraph(controllers: Iterable<Controller>): ControllerGraph {
  return [...controllers].map(({ name, inputs, outputs }) => ({
    controller: name,
    inputs: [...new Set(inputs.map((input) => input.kind.name))],
    outputs: outputs.map((kind) => kind.name),
  }));
}

/**
 * The graph as text, one controller a line.
 *
 * @example
 * ```text
 * server: reads server, network, image; owns server
 * ```
 */
export function formatGraph(graph: ControllerGraph): string {
  return graph
    .map(({ controller, inputs, outputs }) => {
      const read = inputs.join(", ") || "nothing";
      const written = outputs.join(", ") || "nothing";
      return `${controller}: reads ${read}; owns ${written}\n`;
    })
    .join("");
}
