import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Compiles a file of a project against the declarations of the packages installed there. */
export function checkTypes(project: string, file: string): void {
  const compilerOptions = {
    module: "nodenext",
    target: "esnext",
    strict: true,
    noEmit: true,
    types: [resolve("node_modules/@types/node")],
    skipLibCheck: true,
  };
  const config = { compilerOptions, files: [file] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const compiler = resolve("node_modules/.bin/tsc");
  execFileSync(compiler, ["-p", "."], { cwd: project, stdio: "inherit" });
}
