import {
  createRegistry,
  type DescFile,
  type DescService,
  type Registry,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { fail, ok, type Result } from "@signalbox/base";

/** The schemas behind some services, as reflection looks them up. All answers are made at once. */
export class SchemaIndex {
  readonly #files = new Map<string, DescFile>();
  readonly #registry: Registry;
  readonly #services: readonly string[];

  constructor(services: readonly DescService[]) {
    this.#services = services.map(({ typeName }) => typeName);
    for (const { file } of services) this.#add(file);
    this.#registry = createRegistry(...this.#files.values());
  }

  /** Full names of the services. */
  get services(): readonly string[] {
    return this.#services;
  }

  /** A file by its path, and all that it imports behind it. */
  byPath(path: string): Result<readonly Uint8Array[]> {
    const file = this.#files.get(path.replace(/\.proto$/, ""));
    return file === undefined ? fail(`unknown file ${path}`) : ok(withImports(file));
  }

  /** The file that defines a message, enum, extension, service, method, field or enum value. */
  bySymbol(symbol: string): Result<readonly Uint8Array[]> {
    const file = this.#fileOf(symbol) ?? this.#fileOf(symbol.slice(0, symbol.lastIndexOf(".")));
    return file === undefined ? fail(`unknown symbol ${symbol}`) : ok(withImports(file));
  }

  byExtension(type: string, number: number): Result<readonly Uint8Array[]> {
    const message = this.#registry.getMessage(type);
    const extension = message && this.#registry.getExtensionFor(message, number);
    if (extension === undefined) return fail(`unknown extension ${number} of ${type}`);
    return ok(withImports(extension.file));
  }

  /** Numbers of a message's extensions. */
  extensionsOf(type: string): Result<readonly number[]> {
    if (this.#registry.getMessage(type) === undefined) return fail(`unknown message ${type}`);
    const numbers: number[] = [];
    for (const found of this.#registry) {
      if (found.kind === "extension" && found.extendee.typeName === type)
        numbers.push(found.number);
    }
    return ok(numbers);
  }

  #fileOf(symbol: string): DescFile | undefined {
    return this.#registry.get(symbol)?.file;
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.name)) return;
    this.#files.set(file.name, file);
    for (const dependency of file.dependencies) this.#add(dependency);
  }
}

function withImports(file: DescFile): readonly Uint8Array[] {
  const files = new Set<DescFile>();
  const add = (one: DescFile): void => {
    if (files.has(one)) return;
    files.add(one);
    for (const dependency of one.dependencies) add(dependency);
  };
  add(file);
  return Array.from(files, ({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
}
